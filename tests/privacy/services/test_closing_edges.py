"""What closing an account leaves alone: what is others', what was asked too late, what is owed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Relationship
from accounts.models import User
from accounts.services import PersonalData, add_dependant, save_own_profile
from clinics.models import Assistant
from doctors.models import Doctor, NameWord
from notifications.enums import Channel, State
from notifications.models import Message
from notifications.tasks import relay
from privacy.keeping import duty_for
from privacy.models import Closing
from privacy.refusals import TooLate
from privacy.retention.running import forget_due
from privacy.services.closing import close_due, request_closing, withdraw_closing
from privacy.services.exporting import make_due_exports, request_export
from records.models import KeptIdentity
from records.refusals import NotYourDoctor
from records.services.identities import kept_among, kept_of
from records.services.sharing import share_history
from support.models import TicketMessage
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    AssistantFactory,
    AttendedFactory,
    ClinicFactory,
    DoctorFactory,
    InvitationFactory,
    MessageFactory,
    PatientFactory,
    PaymentLineFactory,
    UserFactory,
)
from tests.privacy.leaving import tables_with
from tests.support.world import asked

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
GRACE, DAY = timedelta(hours=12), timedelta(days=1)


def close(account, now=NOW):
    request_closing(account=account, now=now - GRACE)
    assert close_due(now=now) == 1


# Others' ----------------------------------------------------------------------------------------


def test_who_shares_a_telephone_keeps_their_messages(frozen, alice, bob, clinic):
    for account in (alice, bob):
        account.patients.update(phone="+593997776655")
    visit = AppointmentFactory(clinic=clinic, patient=bob.patients.get())
    theirs = MessageFactory(visit=visit, channel=Channel.SMS, address="+593997776655",
                            state=State.PLANNED)  # fmt: skip
    close(alice)
    theirs.refresh_from_db()
    assert (theirs.state, theirs.address) == (State.PLANNED, "+593997776655")


def test_who_never_proved_an_address_has_no_claim_to_what_is_there(frozen, dr_chen):
    """Somebody signed up with the address of another person, and left it there."""
    stranger = UserFactory(email="rosa@ejemplo.test", verified=False, joined_at=NOW - 40 * DAY)
    stranger.emailaddress_set.create(email=stranger.email, verified=False, primary=True)
    asked(email="rosa@ejemplo.test")
    invited = AssistantFactory(doctor=dr_chen, user=None,
                               invitation=InvitationFactory(email="rosa@ejemplo.test"))  # fmt: skip
    assert forget_due(now=NOW)["unconfirmed"] == 1
    assert TicketMessage.objects.count() == 1
    invited.invitation.refresh_from_db()
    assert (invited.invitation.email, invited.invitation.is_open(NOW)) == (
        "rosa@ejemplo.test", True,
    )  # fmt: skip


def test_invitation_that_was_never_taken_ends(frozen, alice, dr_chen):
    AssistantFactory(doctor=dr_chen, user=None, name="Alicia",
                     invitation=InvitationFactory(email=alice.email))  # fmt: skip
    close(alice)
    (row,) = Assistant.objects.all()
    assert (row.name, row.ended_at, row.invitation.revoked_at) == ("", NOW, NOW)


def test_others_who_signed_up_badly_hold_up_nobody(frozen, alice):
    for n in range(25):
        doctor = DoctorFactory(is_published=False)
        request_closing(account=doctor.user, now=NOW - DAY - timedelta(minutes=n))
        AppointmentFactory(clinic=ClinicFactory(doctor=doctor))
    close(alice)
    alice.refresh_from_db()
    assert alice.is_active is False


# Time -------------------------------------------------------------------------------------------


def test_too_late_to_undo_from_the_second_on(frozen, alice):
    request_closing(account=alice, now=NOW - GRACE)
    with pytest.raises(TooLate):
        withdraw_closing(account=alice, now=NOW)
    withdraw_closing(account=alice, now=NOW - timedelta(seconds=1))
    assert close_due(now=NOW) == 0


def test_whoever_took_on_something_since_keeps_the_account_and_is_told(frozen, mailoutbox):
    doctor = DoctorFactory(is_published=False)
    request_closing(account=doctor.user, now=NOW - GRACE)
    AppointmentFactory(clinic=ClinicFactory(doctor=doctor))
    assert close_due(now=NOW) == 0
    assert Closing.objects.get().withdrawn_at == NOW
    doctor.user.refresh_from_db()
    assert doctor.user.is_active is True
    relay()
    said = [mail for mail in mailoutbox if mail.to == [doctor.user.email]]
    assert said[-1].subject == "Su cuenta sigue abierta"
    assert "hay algo que resolver antes" in said[-1].body
    assert close_due(now=NOW + DAY) == 0


# What is owed -----------------------------------------------------------------------------------


def visit_of(patient, years, country="ES", **more):
    clinic = ClinicFactory(country=country)
    at = NOW - timedelta(days=round(365.25 * years))
    return AttendedFactory(clinic=clinic, patient=patient, starts_at=at, **more)


def test_longest_duty_that_is_not_over_counts(frozen):
    patient = PatientFactory()
    PaymentLineFactory(appointment=visit_of(patient, 2))
    duty = duty_for(patient, NOW)
    # Records five years in Spain, receipts six.
    assert (duty.until, duty.source, duty.is_clinical) == (
        date(2030, 11, 23), "Código de Comercio, art. 30", True,
    )  # fmt: skip


def test_what_is_over_counts_for_nothing(frozen):
    patient = PatientFactory()
    visit_of(patient, 6)
    assert duty_for(patient, NOW) is None
    recent = visit_of(patient, 1, status="no_show")
    PaymentLineFactory(appointment=recent)
    duty = duty_for(patient, NOW)
    assert (duty.until.year, duty.is_clinical) == (2031, False)
    close(patient.account)
    said = KeptIdentity.objects.get().said
    assert (said.full_name, said.birth_date, said.sex) == ("Luis Andrade", "", "")


def test_only_doctors_who_owe_it_know_the_name(frozen, clinic, dr_diaz):
    patient = PatientFactory()
    AttendedFactory(clinic=clinic, patient=patient)
    AppointmentFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=patient,
                       booked_by=patient.account)  # fmt: skip
    close(patient.account)
    patient.refresh_from_db()
    kept = KeptIdentity.objects.get()
    assert (kept_of(patient, clinic.doctor), kept_among(clinic.doctor)) == (kept, [kept])
    assert (kept_of(patient, dr_diaz), kept_among(dr_diaz)) == (None, [])


# At that moment ---------------------------------------------------------------------------------


def test_copy_that_waits_is_not_made_any_more(frozen, alice, mailoutbox):
    request_export(account=alice, now=NOW)
    close(alice)
    assert make_due_exports(now=NOW) == 0
    relay()
    assert [mail.to for mail in mailoutbox if "invalid" in mail.to[0]] == []
    assert Message.objects.filter(address__contains="cuenta.invalid").count() == 0
    assert alice.exports.get().failed_at == NOW


def test_forms_that_were_on_their_way_write_nobody_back(frozen, alice, clinic):
    patient = alice.patients.get()
    AttendedFactory(clinic=clinic, patient=patient)
    close(alice)
    data = PersonalData("Alicia", "Vera", phone="+593997776655")
    save_own_profile(account=alice, data=data)
    patient.refresh_from_db()
    assert (patient.first_names, patient.phone) == ("", "")
    with pytest.raises(PermissionDenied):
        add_dependant(account=alice, relationship=Relationship.CHILD, data=data)
    with pytest.raises(NotYourDoctor):
        share_history(patient=patient, doctor=clinic.doctor, until=NOW + DAY, by=alice, now=NOW)
    assert User.objects.get(pk=alice.pk).patients.count() == 1


def test_doctor_without_visits_is_in_no_table(frozen):
    doctor = DoctorFactory(is_published=False, first_names="Fulgencia7q", last_names="Quispe7q",
                           biography="Atiendo7q", licence_number="LIC7q")  # fmt: skip
    clinic = ClinicFactory(doctor=doctor, name="Centro7q", address="Calle7q", directions="Puerta7q")
    clinic.exceptions.create(date=NOW.date(), kind="closed", note="Viaje7q")
    words = ("fulgencia7q", "quispe7q", "atiendo7q", "lic7q", "centro7q", "calle7q", "viaje7q")
    assert [word for word in words if not tables_with(word)] == []
    names = NameWord.objects.filter(word__in=Doctor.objects.get(pk=doctor.pk).name_words)
    assert names.count() > 0
    close(doctor.user)
    assert {word: tables_with(word) for word in words if tables_with(word)} == {}
