"""The desk books for a patient."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Invitation, Patient
from accounts.services import TooManyInvitations
from appointments import refusals
from appointments.enums import ChangeKind, Status
from appointments.models import Absence, Appointment, ExternalBusy
from appointments.services.desk_booking import DeskBooking, NewPatient, book_for_patient
from clinics.models import ScheduleException, TravelTime
from tests.factories import (
    AppointmentFactory,
    ClinicFactory,
    ExternalCalendarFactory,
    PatientFactory,
)

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)
EVA = NewPatient("Eva", "Ruiz", phone="+593998887766", email="eva@ejemplo.test")


@pytest.fixture
def desk_book(clinic, dr_chen, slot, now):
    """`desk_book(patient=...)`: Ana books half an hour at the usual time."""

    def make(**changes):
        usual = {
            "actor": dr_chen.user,
            "clinic": clinic,
            "starts_at": slot,
            "minutes": 30,
            "key": uuid.uuid4(),
        }
        if "patient" not in changes:
            usual["new_patient"] = EVA
        moment = changes.pop("now", now)
        return book_for_patient(booking=DeskBooking(**(usual | changes)), now=moment)

    return make


def test_it_writes_visit_line_and_event(desk_book, alice, dr_chen, slot, now, happened):
    visit = desk_book(patient=alice.patients.get(), reason="control")
    assert (visit.status, visit.booked_by, visit.booked_at) == (Status.BOOKED, dr_chen.user, now)
    assert (visit.starts_at, visit.ends_at) == (slot, slot + HALF_HOUR)
    assert (visit.price, visit.phone, visit.reason) == (
        Decimal("45.00"),
        "+593991234567",
        "control",
    )
    assert not visit.is_outside_hours
    line = visit.changes.get()
    assert (line.kind, line.actor, line.by_desk, line.is_override) == (
        ChangeKind.BOOKED, dr_chen.user, True, False,
    )  # fmt: skip
    assert happened(visit) == ["appointment.booked"]


def test_a_new_patient_is_written_down_and_invited(desk_book, now, dr_chen):
    patient = desk_book().patient
    assert (patient.full_name, patient.phone, patient.email) == (
        "Eva Ruiz", "+593998887766", "eva@ejemplo.test",
    )  # fmt: skip
    assert patient.account is None
    invitation = Invitation.objects.get()
    assert (invitation.patient, invitation.email) == (patient, "eva@ejemplo.test")
    assert (invitation.created_by, invitation.is_open(now)) == (dr_chen.user, True)


def test_the_next_visit_uses_the_open_invitation_and_renews_a_closed_one(desk_book, slot, now):
    patient = desk_book().patient
    desk_book(patient=patient, starts_at=slot + HALF_HOUR)
    assert Invitation.objects.count() == 1
    later = now + timedelta(days=31)
    desk_book(patient=patient, starts_at=slot + timedelta(days=32), now=later)
    assert [i.is_open(later) for i in Invitation.objects.order_by("id")] == [False, True]


def test_nobody_is_invited_without_an_address(desk_book):
    assert (
        desk_book(new_patient=NewPatient("Eva", "Ruiz", phone="+593998887766")).patient.email == ""
    )
    assert not Invitation.objects.exists()


def test_a_known_address_tells_nothing(desk_book, alice):
    """The account that has it is neither found, nor named, nor changed."""
    visit = desk_book(new_patient=NewPatient("Eva", "Ruiz", email=alice.email))
    assert visit.patient.account is None
    assert alice.patients.count() == 1


def test_the_same_form_twice_books_once(desk_book):
    key = uuid.uuid4()
    assert desk_book(key=key) == desk_book(key=key)
    assert (Appointment.objects.count(), Patient.objects.count()) == (1, 1)


def test_the_same_form_for_another_wish(desk_book, slot):
    key = uuid.uuid4()
    desk_book(key=key)
    with pytest.raises(refusals.KeyReused):
        desk_book(key=key, starts_at=slot + HALF_HOUR)


def test_limits_notice_horizon_and_confirmation_are_for_patients(
    desk_book, clinic, alice, slot, settings
):
    settings.BOOKINGS_PER_HOUR = settings.OPEN_VISITS_PER_DOCTOR = 0
    clinic.min_notice_minutes, clinic.horizon_days = 10_000, 1
    clinic.requires_confirmation, clinic.is_active = True, False
    clinic.save()
    visit = desk_book(patient=alice.patients.get(), starts_at=slot + timedelta(days=200))
    assert (visit.status, visit.is_outside_hours) == (Status.BOOKED, False)


@pytest.mark.parametrize("minutes", [5, 45, 90])
def test_another_length(desk_book, slot, minutes):
    assert desk_book(minutes=minutes).ends_at == slot + timedelta(minutes=minutes)


@pytest.mark.parametrize("minutes", [-30, 0, 4, 721])
def test_a_length_that_is_none(desk_book, minutes):
    with pytest.raises(refusals.BadLength):
        desk_book(minutes=minutes)


WARNED = {
    "before hours": ({"hours": -2}, 30, ["outside_hours"], True),
    "over the end": ({"hours": 6, "minutes": 30}, 60, ["outside_hours"], True),
    "off the grid": ({"minutes": 7}, 30, ["off_grid"], False),
    "a closed day": ({"days": 1}, 30, ["day_closed"], True),
    "a closed stretch": ({"days": 2}, 30, ["blocked"], True),
}


@pytest.mark.parametrize(
    ("later", "minutes", "warnings", "is_outside"), WARNED.values(), ids=WARNED
)
def test_outside_the_schedule_it_warns_first(
    desk_book, clinic, slot, later, minutes, warnings, is_outside
):
    closed = ScheduleException(clinic=clinic, kind="closed", date=(slot + timedelta(days=1)).date())
    closed.save()
    ScheduleException.objects.create(
        clinic=clinic, kind="closed", date=(slot + timedelta(days=2)).date(),
        starts_minute=600, ends_minute=660,
    )  # fmt: skip
    wish = {"starts_at": slot + timedelta(**later), "minutes": minutes}
    with pytest.raises(refusals.OutsideSchedule) as refusal:
        desk_book(**wish)
    assert refusal.value.warnings == warnings
    assert not Appointment.objects.exists()
    assert not Patient.objects.exists()
    visit = desk_book(**wish, is_override=True)
    assert visit.is_outside_hours == is_outside
    assert visit.changes.get().is_override


def test_an_override_that_needed_none_is_none(desk_book):
    visit = desk_book(is_override=True)
    assert (visit.is_outside_hours, visit.changes.get().is_override) == (False, False)


def test_buffer_and_way_are_warnings(desk_book, clinic, slot):
    clinic.buffer_after = 15
    clinic.save()
    AppointmentFactory(clinic=clinic, starts_at=slot + HALF_HOUR)
    with pytest.raises(refusals.OutsideSchedule) as refusal:
        desk_book()
    assert refusal.value.warnings == ["buffer"]
    far = ClinicFactory(doctor=clinic.doctor, name="Norte")
    TravelTime.objects.create(from_clinic=clinic, to_clinic=far, minutes=45)
    with pytest.raises(refusals.OutsideSchedule) as refusal:
        desk_book(clinic=far, starts_at=slot + timedelta(minutes=60))
    assert refusal.value.warnings == ["travel"]
    visit = desk_book(clinic=far, starts_at=slot + timedelta(minutes=60), is_override=True)
    assert (visit.is_outside_hours, visit.changes.get().is_override) == (False, True)


def test_over_another_visit_of_the_doctor_never(desk_book, clinic, slot):
    elsewhere = ClinicFactory(doctor=clinic.doctor, name="Norte")
    AppointmentFactory(clinic=elsewhere, starts_at=slot + timedelta(minutes=15))
    with pytest.raises(refusals.VisitThere):
        desk_book(is_override=True)


def test_over_a_request_never(desk_book, clinic, slot):
    AppointmentFactory(clinic=clinic, starts_at=slot, status="requested")
    with pytest.raises(refusals.VisitThere):
        desk_book(is_override=True)


def test_over_a_live_hold_never_over_a_run_out_one(desk_book, hold, now):
    hold("hers")
    with pytest.raises(refusals.SlotHeld):
        desk_book(is_override=True)
    assert desk_book(now=now + timedelta(minutes=10)).status == Status.BOOKED


def test_over_an_absence_never(desk_book, clinic, slot):
    Absence.objects.create(doctor=clinic.doctor, starts_at=slot, ends_at=slot + HALF_HOUR)
    with pytest.raises(refusals.AbsentThen):
        desk_book(is_override=True)


def test_over_another_calendar_by_name_only(desk_book, clinic, slot):
    """It may be a birthday: the desk knows."""
    ExternalBusy.objects.create(
        calendar=ExternalCalendarFactory(doctor=clinic.doctor), doctor=clinic.doctor,
        starts_at=slot + timedelta(minutes=15), ends_at=slot + timedelta(hours=2),
    )  # fmt: skip
    with pytest.raises(refusals.OutsideSchedule) as warned:
        desk_book()
    assert warned.value.warnings == ["busy"]
    far = ClinicFactory(doctor=clinic.doctor)
    TravelTime.objects.create(from_clinic=clinic, to_clinic=far, minutes=60)
    AppointmentFactory(clinic=far, starts_at=slot + timedelta(minutes=45))
    with pytest.raises(refusals.OutsideSchedule) as warned:
        desk_book()
    assert warned.value.warnings == ["busy", "travel"]
    visit = desk_book(is_override=True)
    assert visit.changes.get().is_override
    assert not visit.is_outside_hours


def test_in_the_past_never(desk_book, now):
    with pytest.raises(refusals.SlotInThePast):
        desk_book(starts_at=now - timedelta(seconds=1), is_override=True)
    assert desk_book(starts_at=now).starts_at == now


def test_the_patient_is_in_one_place(desk_book, alice, dr_diaz, slot):
    patient = alice.patients.get()
    AppointmentFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=patient, starts_at=slot)
    with pytest.raises(refusals.PatientBusy):
        desk_book(patient=patient)


def test_an_archived_clinic_takes_nobody(desk_book, clinic, now):
    clinic.is_active, clinic.archived_at = False, now
    clinic.save()
    with pytest.raises(refusals.ClinicClosed):
        desk_book(is_override=True)


def test_strangers_are_not_written_to_without_end(desk_book, slot, now, settings):
    settings.INVITED_PATIENTS_PER_DAY = 1
    desk_book()
    wish = {"starts_at": slot + HALF_HOUR}
    with pytest.raises(TooManyInvitations):
        desk_book(**wish)
    assert desk_book(**wish, new_patient=NewPatient("Ivo", "Paz", phone="+593998887766"))
    assert desk_book(starts_at=slot + 2 * HALF_HOUR, now=now + timedelta(days=1))


def test_a_patient_who_was_claimed_meanwhile(desk_book):
    patient = PatientFactory(account=None, email="eva@ejemplo.test")
    Patient.objects.filter(pk=patient.pk).delete()
    with pytest.raises(refusals.PatientGone):
        desk_book(patient=patient)
