"""The waiting list of the demo's doctor: her patient is offered a time, others wait behind."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Patient
from appointments.enums import Status
from appointments.models import Appointment, FreedTime, WaitingEntry, WaitingOffer
from appointments.queries import free_times
from appointments.waiting_enums import Cause, FreedState
from clinics.models import Clinic
from doctobooking.demo import personas
from doctobooking.demo.chance import Chance
from doctors.models import Doctor

OTHERS = 4
AHEAD = timedelta(days=3)


def make_waiting_list(chance: Chance, now: datetime) -> WaitingOffer | None:
    """None where the doctor has no free time to offer."""
    doctor = Doctor.objects.get(user__email=personas.DOCTOR)
    clinic = Clinic.objects.with_schedule().filter(doctor=doctor).order_by("id")[0]
    people = _people(doctor)
    entries = [
        _wait(chance, doctor, person, now - timedelta(days=len(people) - place))
        for place, person in enumerate(people)
    ]
    times = free_times([clinic], now=now, since=now + AHEAD, until=now + 3 * AHEAD)[clinic.pk]
    fitting = [at for at in times if at.astimezone(ZoneInfo(clinic.zone)).hour < 19]
    if not fitting or not entries:
        return None
    return _offer(chance, entries[0], clinic, fitting[0], now)


def _offer(
    chance: Chance, entry: WaitingEntry, clinic: Clinic, starts_at: datetime, now: datetime
) -> WaitingOffer:
    """As the services would make it, but nobody is told."""
    span = {"doctor_id": clinic.doctor_id, "clinic": clinic, "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=clinic.slot_minutes)}  # fmt: skip
    freed = FreedTime.objects.create(
        **span, public_id=chance.uuid(), cause=Cause.OPENING, state=FreedState.OFFERED,
        freed_at=now, look_at=now, looked_at=now,
    )  # fmt: skip
    until = now + timedelta(hours=12)
    hold = Appointment.objects.create(
        **span, public_id=chance.uuid(), status=Status.HELD, hold_expires_at=until, created_at=now
    )
    return WaitingOffer.objects.create(
        **span, public_id=chance.uuid(), entry=entry, freed=freed, hold=hold, offered_at=now,
        tell_at=now, expires_at=until,
    )  # fmt: skip


def _people(doctor: Doctor) -> list[Patient]:
    """The demo's patient first, then some of the doctor's own with an account."""
    first = Patient.objects.get(account__email=personas.PATIENT, relationship="self")
    visits = Appointment.objects.visits().filter(doctor=doctor, patient__account__isnull=False)
    known = Patient.objects.filter(pk__in=visits.values("patient")).exclude(account=first.account)
    return [first, *known.order_by("pk")[:OTHERS]]


def _wait(chance: Chance, doctor: Doctor, person: Patient, at: datetime) -> WaitingEntry:
    weekdays = chance.choice([[], [], [1, 3, 5], [2, 4]])
    is_first = person.account is not None and person.account.email == personas.PATIENT
    return WaitingEntry.objects.create(
        public_id=chance.uuid(), patient=person, doctor=doctor,
        weekdays=[] if is_first else weekdays, created_at=at,
        from_minute=0 if is_first else chance.choice([0, 0, 540, 720]),
        until_date=(at + timedelta(days=45)).date(), phone=person.phone,
    )  # fmt: skip
