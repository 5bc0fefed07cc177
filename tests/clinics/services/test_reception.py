from datetime import timedelta

import pytest

from accounts.invitations import VALID_FOR
from accounts.models import Invitation
from accounts.services import InvitationClosed
from clinics.models import Assistant
from clinics.services import reception
from clinics.services.reception import (
    accept_assistant,
    change_work,
    end_assistant,
    invite_again,
    invite_assistant,
)
from core.models import Event
from doctors.rules import is_party
from reviews.queries import works_for
from tests.factories import AssistantFactory, ClinicFactory, UserFactory

pytestmark = pytest.mark.django_db
EMAIL = "carla@ejemplo.test"


@pytest.fixture
def other(dr_chen, clinic):
    return ClinicFactory(doctor=dr_chen, name="Cumbayá")


@pytest.fixture
def invite(dr_chen, clinic, now):
    def send(
        *, doctor=dr_chen, name="Carla Jiménez", email=EMAIL, clinics=(clinic,), at=now, notices=()
    ):
        return invite_assistant(
            doctor=doctor, name=name, email=email, clinics=clinics, by=doctor.user, now=at,
            notices=notices,
        )  # fmt: skip

    return send


@pytest.fixture
def person(db):
    """Whoever reads the mail of the invited address."""
    return UserFactory(email=EMAIL, is_patient=False)


def accept(assistant, user, now):
    invitation = Invitation.objects.get(pk=assistant.invitation_id)
    return accept_assistant(invitation=invitation, user=user, now=now)


def happened(name):
    return Event.objects.filter(name=name).count()


# Inviting -------------------------------------------------------------------------------------


def test_invite_writes_row_clinics_and_mail_to_be(invite, dr_chen, clinic, other, now):
    assistant = invite(email="Carla@Ejemplo.test")
    assert (assistant.doctor, assistant.name, assistant.user) == (dr_chen, "Carla Jiménez", None)
    assert list(assistant.clinics.all()) == [clinic]
    sent = assistant.invitation
    assert (sent.email, sent.purpose, sent.created_by) == (EMAIL, "assistant", dr_chen.user)
    assert sent.expires_at == now + VALID_FOR
    event = Event.objects.get()
    assert (event.name, event.subject_id) == ("invitation.sent", sent.public_id)
    assert event.data == {}


def test_inviting_an_account_changes_nothing_of_it(invite, person):
    invite()
    person.refresh_from_db()
    assert person.is_assistant is False
    assert not Assistant.objects.working().exists()


def test_the_same_form_sent_again_invites_once(invite, clinic, now):
    first = invite()
    assert invite(at=now + timedelta(seconds=3)) == first
    assert happened("invitation.sent") == 1


def test_other_wishes_for_an_invited_address_are_refused(invite, other):
    invite()
    with pytest.raises(reception.AlreadyInvited):
        invite(clinics=[other])
    with pytest.raises(reception.AlreadyInvited):
        invite(name="Otra persona")
    assert Assistant.objects.count() == 1


def test_an_assistant_is_not_invited_again(invite, carla):
    with pytest.raises(reception.AlreadyAssistant):
        invite(email="CARLA@ejemplo.test")


def test_a_doctor_is_not_their_own_assistant(invite, dr_chen):
    dr_chen.user.emailaddress_set.create(email="otro@ejemplo.test", verified=True)
    for address in (dr_chen.user.email.upper(), "otro@ejemplo.test"):
        with pytest.raises(reception.OwnAddress):
            invite(email=address)


def test_clinics_are_the_doctors_own_and_not_archived(invite, dr_chen, other, now):
    other.is_active, other.archived_at = False, now
    other.save()
    for wrong in ([], [ClinicFactory()], [other]):
        with pytest.raises(reception.NoClinicChosen):
            invite(clinics=wrong)


def test_a_foreign_clinic_beside_an_own_one_is_left_out(invite, clinic):
    assert list(invite(clinics=[clinic, ClinicFactory()]).clinics.all()) == [clinic]


def test_invitations_of_a_day_are_limited(invite, monkeypatch, now):
    monkeypatch.setattr(reception, "MOST_A_DAY", 2)
    invite(email="uno@ejemplo.test")
    invite(email="dos@ejemplo.test")
    with pytest.raises(reception.TooManyInvitations):
        invite(email="tres@ejemplo.test")
    invite(email="tres@ejemplo.test", at=now + timedelta(days=1, seconds=1))


# Inviting again -------------------------------------------------------------------------------


def test_a_new_link_replaces_the_old_one(invite, dr_chen, person, now):
    assistant = invite()
    old, later = assistant.invitation, now + timedelta(minutes=10)
    invite_again(assistant=assistant, by=dr_chen.user, now=later)
    assistant.refresh_from_db()
    assert assistant.invitation != old
    assert assistant.invitation.expires_at == later + VALID_FOR
    assert happened("invitation.sent") == 2
    with pytest.raises(InvitationClosed):
        accept_assistant(invitation=old, user=person, now=later)
    assert accept(assistant, person, later).user == person


def test_a_second_mail_waits_ten_minutes(invite, dr_chen, now):
    assistant = invite()
    with pytest.raises(reception.JustInvited):
        invite_again(assistant=assistant, by=dr_chen.user, now=now + timedelta(seconds=599))
    assert happened("invitation.sent") == 1


def test_whoever_works_or_left_gets_no_second_mail(invite, dr_chen, person, now):
    assistant = invite()
    accept(assistant, person, now)
    later = now + timedelta(days=1)
    with pytest.raises(reception.AlreadyAssistant):
        invite_again(assistant=assistant, by=dr_chen.user, now=later)
    end_assistant(assistant=assistant, by=dr_chen.user, now=later)
    with pytest.raises(reception.AccessEnded):
        invite_again(assistant=assistant, by=dr_chen.user, now=later)


# Accepting ------------------------------------------------------------------------------------


def test_accept_gives_the_agenda_to_the_account(invite, person, now):
    assistant = invite()
    accept(assistant, person, now)
    assistant.refresh_from_db()
    person.refresh_from_db()
    assert (assistant.user, person.is_assistant) == (person, True)
    assert (assistant.invitation.accepted_by, assistant.invitation.accepted_at) == (person, now)
    assert list(Assistant.objects.working()) == [assistant]
    event = Event.objects.get(name="assistant.accepted")
    assert (event.subject_id, event.actor) == (assistant.public_id, person)


def test_accepting_twice_changes_nothing(invite, person, now):
    assistant = invite()
    accept(assistant, person, now)
    assert accept(assistant, person, now + timedelta(days=60)) == assistant
    assert happened("assistant.accepted") == 1


def test_nobody_else_may_accept(invite, person, bob, now):
    assistant = invite()
    with pytest.raises(reception.OtherAddress):
        accept(assistant, bob, now)
    accept(assistant, person, now)
    with pytest.raises(InvitationClosed):
        accept(assistant, bob, now)
    bob.refresh_from_db()
    assert bob.is_assistant is False


def test_an_address_that_was_not_proved_does_not_count(invite, now):
    assistant = invite()
    pretender = UserFactory(email=EMAIL, verified=False)
    pretender.emailaddress_set.create(email=EMAIL, verified=False, primary=True)
    with pytest.raises(reception.OtherAddress):
        accept(assistant, pretender, now)


def test_an_expired_invitation_is_closed(invite, person, now):
    assistant = invite()
    with pytest.raises(InvitationClosed):
        accept(assistant, person, now + VALID_FOR)
    assert accept(assistant, person, now + VALID_FOR - timedelta(seconds=1)).user == person


def test_an_invitation_called_back_is_closed(invite, dr_chen, person, now):
    assistant = invite()
    end_assistant(assistant=assistant, by=dr_chen.user, now=now)
    with pytest.raises(InvitationClosed):
        accept(assistant, person, now)


def test_an_invitation_of_a_patient_opens_no_agenda(person, dr_chen, alice, now):
    invitation = Invitation.objects.create(
        purpose="patient", email=EMAIL, patient=alice.patients.get(), created_by=dr_chen.user,
        expires_at=now + VALID_FOR,
    )  # fmt: skip
    with pytest.raises(InvitationClosed):
        accept_assistant(invitation=invitation, user=person, now=now)


def test_a_doctor_who_took_the_address_later_is_not_their_own_assistant(invite, dr_chen, now):
    assistant = invite()
    dr_chen.user.emailaddress_set.create(email=EMAIL, verified=True)
    with pytest.raises(reception.OwnAddress):
        accept(assistant, dr_chen.user, now)


def test_two_invitations_do_not_make_one_person_two_assistants(invite, person, now):
    """Invited at two addresses that turn out to be one account's."""
    first, second = invite(), invite(email="otra@ejemplo.test")
    person.emailaddress_set.create(email="otra@ejemplo.test", verified=True)
    accept(first, person, now)
    with pytest.raises(reception.AlreadyAssistant):
        accept(second, person, now)
    assert Assistant.objects.working().count() == 1


# Changing and ending --------------------------------------------------------------------------


def test_clinics_are_changed_at_once(carla, dr_chen, clinic, other, now):
    assistant = Assistant.objects.get()
    change_work(assistant=assistant, clinics=[other], notices=[], by=dr_chen.user, now=now)
    assert list(assistant.clinics.all()) == [other]
    event = Event.objects.get(name="assistant.clinics_changed")
    assert event.data == {"clinics": [str(other.public_id)]}


def test_archived_clinics_stay_with_whoever_had_them(carla, dr_chen, clinic, other, now):
    clinic.is_active, clinic.archived_at = False, now
    clinic.save()
    assistant = Assistant.objects.get()
    change_work(assistant=assistant, clinics=[other], notices=[], by=dr_chen.user, now=now)
    assert set(assistant.clinics.all()) == {clinic, other}


def test_nobody_works_without_a_clinic(carla, dr_chen, clinic, now):
    assistant = Assistant.objects.get()
    with pytest.raises(reception.NoClinicChosen):
        change_work(
            assistant=assistant, clinics=[ClinicFactory()], notices=[], by=dr_chen.user, now=now
        )
    assert list(assistant.clinics.all()) == [clinic]


def test_notices_are_chosen_and_told_of(carla, dr_chen, clinic, now):
    assistant = Assistant.objects.get()
    for chosen in (["digest", "new", "new"], ["new", "digest"]):
        change_work(assistant=assistant, clinics=[clinic], notices=chosen, by=dr_chen.user, now=now)
    assistant.refresh_from_db()
    assert assistant.notices == ["new", "digest"]
    event = Event.objects.get()
    assert (event.name, event.data) == (
        "assistant.notices_changed",
        {"notices": ["new", "digest"]},
    )


def test_same_work_is_no_change(carla, dr_chen, clinic, now):
    assistant = Assistant.objects.get()
    change_work(assistant=assistant, clinics=[clinic], notices=[], by=dr_chen.user, now=now)
    assert not Event.objects.exists()


def test_notices_may_be_chosen_with_the_invitation(invite, now):
    assert invite(notices=["cancelled", "moved"]).notices == ["moved", "cancelled"]
    with pytest.raises(reception.AlreadyInvited):
        invite()


def test_end_closes_the_agenda(carla, dr_chen, clinic, now):
    assistant = Assistant.objects.get()
    end_assistant(assistant=assistant, by=dr_chen.user, now=now)
    assistant.refresh_from_db()
    carla.refresh_from_db()
    assert (assistant.ended_at, carla.is_assistant) == (now, False)
    assert not Assistant.objects.working().exists()
    with pytest.raises(reception.AccessEnded):
        change_work(
            assistant=assistant, clinics=[clinic], notices=["new"], by=dr_chen.user, now=now
        )
    assistant.refresh_from_db()
    assert assistant.notices == []


def test_ending_twice_changes_nothing(carla, dr_chen, now):
    assistant = Assistant.objects.get()
    end_assistant(assistant=assistant, by=dr_chen.user, now=now)
    end_assistant(assistant=assistant, by=dr_chen.user, now=now + timedelta(days=1))
    assistant.refresh_from_db()
    assert assistant.ended_at == now
    assert happened("assistant.ended") == 1


def test_who_works_for_another_doctor_too_stays_an_assistant(carla, dr_chen, dr_diaz, now):
    AssistantFactory(doctor=dr_diaz, user=carla, clinics=[ClinicFactory(doctor=dr_diaz)])
    first = Assistant.objects.get(doctor=dr_chen)
    end_assistant(assistant=first, by=dr_chen.user, now=now)
    carla.refresh_from_db()
    assert carla.is_assistant is True
    assert [one.doctor for one in Assistant.objects.working()] == [dr_diaz]


def test_nobody_works_for_a_doctor_who_is_stopped(carla, dr_chen, dr_diaz, stop, now):
    """They stay an assistant, and a party: who may judge the doctor does not change."""
    AssistantFactory(doctor=dr_diaz, user=carla, clinics=[ClinicFactory(doctor=dr_diaz)])
    stop(dr_chen.user)
    assert [one.doctor for one in Assistant.objects.working()] == [dr_diaz]
    assert Assistant.objects.current().count() == 2
    assert (is_party(carla, dr_chen), works_for(carla, dr_chen.pk)) == (True, True)
    end_assistant(assistant=Assistant.objects.get(doctor=dr_diaz), by=dr_diaz.user, now=now)
    carla.refresh_from_db()
    assert (carla.is_assistant, Assistant.objects.working().exists()) == (True, False)


def test_who_left_may_be_invited_anew(invite, carla, dr_chen, now):
    end_assistant(assistant=Assistant.objects.get(), by=dr_chen.user, now=now)
    again = invite()
    accept(again, carla, now)
    carla.refresh_from_db()
    assert carla.is_assistant is True
    assert Assistant.objects.working().get() == again
