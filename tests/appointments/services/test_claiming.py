"""A patient of the desk's joins an account."""

from datetime import timedelta

import pytest

from accounts.enums import Purpose, Relationship
from accounts.models import Invitation
from accounts.services import AlreadyHasProfile, InvitationClosed, create_invitation
from appointments import refusals
from appointments.models import Appointment
from appointments.services.claiming import claim_patient
from appointments.services.desk_moving import move_visit
from core.models import Event
from tests.appointments.crowd import at_once, kinds
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
SELF, OTHER = Relationship.SELF, Relationship.OTHER


@pytest.fixture
def eva(clinic, dr_chen):
    """Written down by Ana's desk, with two visits."""
    patient = PatientFactory(account=None, first_names="Eva", email="eva@ejemplo.test")
    for hours in (0, 3):
        AppointmentFactory(
            clinic=clinic,
            patient=patient,
            booked_by=dr_chen.user,
            starts_at=AppointmentFactory.starts_at + timedelta(hours=hours),
        )
    return patient


@pytest.fixture
def invitation(eva, dr_chen, now):
    return create_invitation(
        purpose=Purpose.PATIENT, email=eva.email, created_by=dr_chen.user, now=now, patient=eva
    )


@pytest.fixture
def claim(invitation, now):
    def make(account, *, relationship=SELF, same_as=None, now=now, invitation=invitation):
        return claim_patient(
            invitation=invitation,
            account=account,
            relationship=relationship,
            same_as=same_as,
            now=now,
        )

    return make


def visits_of(account):
    return Appointment.objects.for_account(account).count()


def test_a_new_account_becomes_the_patient(claim, eva):
    account = UserFactory(is_patient=False)
    assert claim(account)
    eva.refresh_from_db()
    assert (eva.account, eva.relationship, eva.email) == (account, "self", "")
    assert (visits_of(account), account.is_patient) == (2, True)
    assert [e.name for e in Event.objects.all()] == ["patient.claimed"]


def test_an_account_with_its_own_profile_keeps_that_one(claim, eva, alice):
    own = alice.patients.get()
    assert claim(alice, same_as=own)
    assert alice.patients.get() == own
    assert visits_of(alice) == 2
    eva.refresh_from_db()
    assert (eva.merged_into, eva.account) == (own, None)
    assert Invitation.objects.get().patient == own


def test_somebody_in_the_accounts_care(claim, eva, alice):
    assert claim(alice, relationship=OTHER)
    assert list(alice.patients.oneself_first().values_list("relationship", flat=True)) == [
        "self", "other",
    ]  # fmt: skip
    assert visits_of(alice) == 2


def test_two_profiles_of_oneself_are_refused(claim, alice, invitation, eva):
    with pytest.raises(AlreadyHasProfile):
        claim(alice)
    invitation.refresh_from_db()
    eva.refresh_from_db()
    assert (invitation.accepted_at, eva.account) == (None, None)


def test_twice_is_once(claim, alice):
    assert claim(alice, relationship=OTHER)
    assert not claim(alice, relationship=OTHER)
    assert alice.patients.count() == 2


def test_nobody_else_after_that(claim, alice, bob):
    claim(alice, relationship=OTHER)
    with pytest.raises(InvitationClosed):
        claim(bob, relationship=OTHER)
    assert visits_of(bob) == 0


def test_a_second_link_to_the_same_person(claim, alice, bob, eva, dr_chen, now):
    second = create_invitation(
        purpose=Purpose.PATIENT, email=eva.email, created_by=dr_chen.user, now=now, patient=eva
    )
    claim(alice, relationship=OTHER)
    with pytest.raises(InvitationClosed):
        claim(bob, relationship=OTHER, invitation=second)
    assert visits_of(alice) == 2


def test_too_late(claim, alice, now):
    with pytest.raises(InvitationClosed):
        claim(alice, relationship=OTHER, now=now + timedelta(days=30))


def test_two_visits_at_one_time(claim, alice, eva, dr_diaz):
    own = alice.patients.get()
    AppointmentFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=own)
    with pytest.raises(refusals.ClaimClash):
        claim(alice, same_as=own)
    assert eva.appointments.count() == 2
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.django_db(transaction=True)
def test_claimed_by_many_and_moved_by_the_desk_at_once(claim, eva, dr_chen, slot, now):
    people = [PatientFactory().account for _ in range(3)]
    visit = eva.appointments.order_by("id").first()

    def claiming(account):
        return lambda: claim(account, same_as=account.patients.get())

    def moving():
        return move_visit(
            appointment=visit, starts_at=slot, minutes=30, actor=dr_chen.user, now=now
        )

    answers = at_once(moving, *map(claiming, people))
    assert kinds(answers[1:]) == {"bool": 1, "InvitationClosed": 2}
    assert Appointment.objects.get(pk=visit.pk).starts_at == slot
    owner = Invitation.objects.filter(accepted_by__isnull=False).get().accepted_by
    assert visits_of(owner) == 2
