"""Every named constraint of visits, their timeline and bookings in the making."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from appointments.enums import CANCELLED, HOLDING_SLOT, TRANSITIONS, Status
from appointments.models import (
    PATIENT_TAKEN,
    SLOT_TAKEN,
    Absence,
    Appointment,
    AppointmentChange,
    Submission,
)
from tests.breaches import Breach, check, refused_by, sentences_of
from tests.conftest import NOW
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
FREE = NINE + timedelta(days=1)
HALF = timedelta(minutes=30)


def other_patient(_visit):
    return PatientFactory()


def other_clinic(_visit):
    return ClinicFactory()


def code(_visit):
    return f"X-{uuid.uuid4().hex[:8]}"


VISIT = {
    "code": code,
    "doctor": lambda visit: visit.doctor,
    "clinic": lambda visit: visit.clinic,
    "patient": other_patient,
    "booked_by": lambda visit: visit.booked_by,
    "starts_at": FREE,
    "ends_at": FREE + HALF,
    "status": "booked",
    "booked_at": NOW,
}
NOW_TAKEN = {"starts_at": NINE, "ends_at": NINE + HALF}
CHANGE = {"appointment": lambda visit: visit, "kind": "booked", "at": NOW, "to_status": "booked",
          "to_starts_at": NINE, "sequence": 0}  # fmt: skip
BREACHES = {
    SLOT_TAKEN: Breach(
        Appointment, {**VISIT, **NOW_TAKEN}, "El médico ya tiene una cita a esa hora."
    ),
    PATIENT_TAKEN: Breach(
        Appointment,
        {**VISIT, **NOW_TAKEN, "patient": lambda visit: visit.patient,
         "doctor": lambda visit: ClinicFactory().doctor, "clinic": other_clinic},
        "El paciente ya tiene otra cita a esa hora.",
    ),
    "appointment_ends_after_start": Breach(
        Appointment, {**VISIT, "ends_at": FREE}, "La cita debe terminar después de empezar."
    ),
    "appointment_at_most_a_day": Breach(
        Appointment,
        {**VISIT, "ends_at": FREE + timedelta(days=1, seconds=1)},
        "Una cita no puede durar más de un día.",
    ),
    "appointment_status_known": Breach(Appointment, {**VISIT, "status": "lost"}),
    "appointment_cancelled_at_agrees": Breach(
        Appointment, {**VISIT, "status": "cancelled_patient"}
    ),
    "appointment_hold_expires": Breach(Appointment, {**VISIT, "status": "held"}),
    "appointment_request_is_answered_by": Breach(Appointment, {**VISIT, "status": "requested"}),
    "appointment_visit_complete": Breach(Appointment, {**VISIT, "patient": None}),
    "appointment_fees_positive": Breach(
        Appointment, {**VISIT, "no_show_fee": 0}, "Un cargo debe ser mayor que cero."
    ),
    "appointment_late_if_attended": Breach(Appointment, {**VISIT, "minutes_late": 5}),
    "appointmentchange_note_has_reason": Breach(
        AppointmentChange, {**CHANGE, "sequence": 8, "note_sealed": b"x"}
    ),
    "appointmentchange_once": Breach(AppointmentChange, CHANGE),
    "appointmentchange_public_id": Breach(
        AppointmentChange, {**CHANGE, "sequence": 7, "public_id": uuid.UUID(int=2)}
    ),
    "submission_key_once": Breach(
        Submission,
        {"account": lambda visit: visit.booked_by, "key": uuid.UUID(int=1), "fingerprint": "y",
         "appointment": lambda visit: visit},
    ),
    "absence_ends_after_start": Breach(
        Absence,
        {"doctor": lambda visit: visit.doctor, "starts_at": NINE, "ends_at": NINE},
        "La ausencia debe terminar después de empezar.",
    ),
}  # fmt: skip


@pytest.fixture
def there(visit):
    """A visit, its first change, and the form that made it."""
    AppointmentChange.objects.create(
        appointment=visit,
        public_id=uuid.UUID(int=2),
        kind="booked",
        at=NOW,
        to_status="booked",
        to_starts_at=NINE,
        sequence=0,
    )
    Submission.objects.create(
        account=visit.booked_by, key=uuid.UUID(int=1), fingerprint="x", appointment=visit
    )
    return visit


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(there, name):
    check(name, BREACHES[name], there)


@pytest.mark.parametrize("ends_at", [FREE - HALF, FREE - timedelta(days=3)])
def test_a_visit_that_ends_before_it_starts_gets_its_sentence(there, ends_at):
    instance = Breach(Appointment, {**VISIT, "ends_at": ends_at}).instance(there)
    assert "La cita debe terminar después de empezar." in sentences_of(instance)
    assert refused_by(instance) == "appointment_ends_after_start"


@pytest.mark.parametrize("field", ["patient", "booked_by", "code", "booked_at"])
def test_a_visit_is_complete(there, field):
    broken = Breach(Appointment, {**VISIT, field: None}).instance(there)
    assert refused_by(broken) == "appointment_visit_complete"


@pytest.mark.parametrize(("shift", "length", "is_free"), [
    (0, 30, False), (-10, 20, False), (20, 30, False), (-60, 180, False), (10, 10, False),
    (29, 30, False), (-29, 30, False), (30, 30, True), (-30, 30, True), (60, 1, True),
])  # fmt: skip
def test_visits_of_one_doctor_never_overlap(visit, shift, length, is_free):
    """At another clinic, of another patient, of another length: all the same."""
    elsewhere = ClinicFactory(doctor=visit.doctor)
    start = NINE + timedelta(minutes=shift)
    fields = {**VISIT, "clinic": elsewhere, "starts_at": start,
              "ends_at": start + timedelta(minutes=length)}  # fmt: skip
    wish = Breach(Appointment, fields).instance(visit)
    if is_free:
        wish.save()
    else:
        assert refused_by(wish) == SLOT_TAKEN


def status_fields(status):
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return {
        "status": status,
        "cancelled_at": now if status in CANCELLED else None,
        "hold_expires_at": now if status in (Status.HELD, Status.EXPIRED) else None,
    }


@pytest.mark.parametrize("status", list(Status))
def test_what_holds_a_time_and_what_does_not(clinic, status):
    """Even a run-out hold stands in the table until it is expired under the doctor's lock."""
    AppointmentFactory(clinic=clinic, **status_fields(status))
    wish = AppointmentFactory.build(
        clinic=clinic, patient=PatientFactory(), code="T-X", starts_at=NINE
    )
    wish.doctor, wish.booked_by = clinic.doctor, wish.patient.account
    if status in HOLDING_SLOT:
        assert refused_by(wish) == SLOT_TAKEN
    else:
        wish.save()


@pytest.mark.parametrize("status", list(Status))
def test_cancelled_at_goes_with_being_cancelled(clinic, status):
    fields = status_fields(status)
    fields["cancelled_at"] = None if fields["cancelled_at"] else NOW
    wish = AppointmentFactory.build(clinic=clinic, patient=PatientFactory(), **fields)
    wish.doctor, wish.booked_by = clinic.doctor, wish.patient.account
    assert refused_by(wish) == "appointment_cancelled_at_agrees"


@pytest.mark.parametrize(
    ("status", "minutes"), [("no_show", 5), ("attended", 0), ("attended", 721)]
)
def test_nobody_is_late_to_what_they_missed(there, status, minutes):
    fields = {**VISIT, "status": status, "minutes_late": minutes}
    broken = Breach(Appointment, fields).instance(there)
    assert refused_by(broken) == "appointment_late_if_attended"


def test_every_status_has_its_ways(visit):
    assert set(TRANSITIONS) == set(Status.values)
    assert {s for ways in TRANSITIONS.values() for s in ways} <= set(Status.values)


def test_codes_are_unique(visit):
    twin = Breach(Appointment, {**VISIT, "code": visit.code}).instance(visit)
    assert refused_by(twin).startswith("appointments_appointment_code")


def test_reasons_are_sealed_in_the_table(visit):
    visit.reason = "dolor de pecho"
    visit.save()
    visit.refresh_from_db()
    assert visit.reason == "dolor de pecho"
    assert b"dolor" not in bytes(visit.reason_sealed)
    visit.reason = ""
    assert visit.reason_sealed is None


def test_upcoming_and_past_share_the_visits(clinic, alice):
    patient = alice.patients.get()
    for n, status in enumerate(Status):
        for days in (-40, 2):
            with transaction.atomic():
                AppointmentFactory(
                    clinic=clinic, patient=patient, **status_fields(status),
                    starts_at=NOW + timedelta(days=days, hours=n),
                )  # fmt: skip
    mine = Appointment.objects.for_account(alice)
    coming, past = set(mine.upcoming(NOW)), set(mine.past(NOW))
    assert coming & past == set()
    assert coming | past == set(mine)
    assert {v.status for v in coming} == {"requested", "booked"}
    assert not {v.status for v in past} & {"held", "expired"}
