"""The desk repeats a visit: all of its dates, or none."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from accounts.models import Patient, User
from accounts.services import keep_invited
from appointments.enums import ChangeKind
from appointments.models import (
    Appointment,
    AppointmentChange,
    Series,
    SeriesAct,
    SeriesLine,
    SeriesVisit,
    Submission,
)
from appointments.models.series import LONGEST
from appointments.refusals import (
    BookingRefused,
    ClinicClosed,
    DatesChanged,
    DatesRefused,
    KeyReused,
    NotRepeatable,
    PatientGone,
    SeriesGoesOn,
    SeriesTooLong,
    SeriesTooShort,
    ServiceBusy,
)
from appointments.series import Diary, Wish, can_repeat, next_dates, read_diary, visits_of
from appointments.services.desk_booking import DeskBooking, place_visit
from appointments.services.locks import lock_doctor, lock_patient_to_book
from appointments.services.offers import current_clinic
from appointments.services.sparing import spare_patient
from clinics.models import Clinic
from core.db import once_more


@dataclass(frozen=True)
class SeriesPlan:
    """What the desk confirms: the dates that come after the visit; `key` is its form's."""

    actor: User
    appointment: Appointment
    every_weeks: int
    wishes: tuple[Wish, ...]
    key: uuid.UUID

    @property
    def fingerprint(self) -> str:
        dates = ",".join(str(wish.starts_at) for wish in self.wishes)
        text = f"serie|{self.appointment.pk}|{self.every_weeks}|{dates}"
        return hashlib.sha256(text.encode()).hexdigest()


@once_more(ServiceBusy)
@transaction.atomic
def make_series(*, plan: SeriesPlan, now: datetime) -> Series:
    """Book every date that was not left out, or return the series that this form already made.
    Each is booked as the desk books one; a series that has ended here goes on.

    Raises DatesRefused with a reason for each date in the way, DatesChanged, NotRepeatable,
    SeriesGoesOn, SeriesTooShort, SeriesTooLong, ClinicClosed, PatientGone, KeyReused, ServiceBusy;
    TooManyInvitations, TooManyChanges.
    """
    assert plan.appointment.patient is not None
    lock_patient_to_book(plan.appointment.patient)
    lock_doctor(plan.appointment.doctor_id)
    earlier = _earlier(plan)
    if earlier is not None:
        return earlier
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("clinic", "patient")
    current = rows.get(pk=plan.appointment.pk)
    clinic = current_clinic(current.clinic)
    _refuse(current, clinic, plan, now)
    visits = _place(current, clinic, plan, now)
    series = _enlist(current, visits, plan, now)
    skipped = [wish.wished for wish in plan.wishes if wish.starts_at is None]
    record_act(series, ChangeKind.BOOKED, visits, at=now, skipped=skipped)
    _remember(plan, visits[0], now)
    return series


def _earlier(plan: SeriesPlan) -> Series | None:
    submission = Submission.objects.filter(account=plan.actor, key=plan.key).first()
    if submission is None:
        return None
    if submission.fingerprint != plan.fingerprint:
        raise KeyReused
    return SeriesVisit.objects.get(appointment=submission.appointment_id).series


def _refuse(current: Appointment, clinic: Clinic, plan: SeriesPlan, now: datetime) -> None:
    if not can_repeat(current):
        raise NotRepeatable
    if clinic.archived_at is not None:
        raise ClinicClosed
    # Whoever waited for the lock may find the visit elsewhere: nobody has seen those dates.
    dates = next_dates(current, plan.every_weeks, len(plan.wishes), now)
    if [wish.wished for wish in plan.wishes] != dates:
        raise DatesChanged
    if all(wish.starts_at is None for wish in plan.wishes):
        raise SeriesTooShort
    place = SeriesVisit.objects.filter(appointment=current).first()
    if place is None:
        return
    others = visits_of(place.series_id)
    if others.standing().filter(starts_at__gt=max(current.starts_at, now)).exists():
        raise SeriesGoesOn
    last = place.series.places.aggregate(last=Max("number"))["last"]
    if last + len(plan.wishes) > LONGEST:
        raise SeriesTooLong


def _place(
    current: Appointment, clinic: Clinic, plan: SeriesPlan, now: datetime
) -> list[Appointment]:
    patient = current.patient
    if patient is None:
        raise PatientGone
    wishes = [wish for wish in plan.wishes if wish.starts_at is not None]
    spare_patient(patient, doctor_id=clinic.doctor_id, now=now)
    found = warnings_of(read_diary(clinic, patient, wishes, now=now), wishes)
    keep_invited(patient, actor=plan.actor, now=now)
    visits = []
    for wish in wishes:
        booking = _booking(current, clinic, plan, wish)
        try:
            visits.append(place_visit(booking, clinic, patient, found[wish.key], now))
        except BookingRefused as refusal:
            raise DatesRefused({wish.key: refusal}) from refusal
    return visits


def warnings_of(diary: Diary, wishes: Sequence[Wish]) -> dict[str, list[str]]:
    """What is passed over for each. Raises DatesRefused for all that cannot be."""
    found: dict[str, list[str]] = {}
    refused: dict[str, BookingRefused] = {}
    for wish in wishes:
        try:
            found[wish.key] = diary.require(wish)
        except BookingRefused as refusal:
            refused[wish.key] = refusal
    if refused:
        raise DatesRefused(refused)
    return found


def _booking(current: Appointment, clinic: Clinic, plan: SeriesPlan, wish: Wish) -> DeskBooking:
    """What the visit was about and its type go on; the terms are today's."""
    assert wish.starts_at is not None
    return DeskBooking(
        actor=plan.actor,
        clinic=clinic,
        starts_at=wish.starts_at,
        minutes=wish.minutes,
        key=plan.key,
        patient=current.patient,
        reason=current.reason,
        visit_type=current.visit_type if clinic.has_type(current.visit_type) else "",
        is_override=wish.is_override,
    )


def _enlist(
    current: Appointment, visits: Sequence[Appointment], plan: SeriesPlan, now: datetime
) -> Series:
    place = SeriesVisit.objects.select_related("series").filter(appointment=current).first()
    if place is None:
        series = Series.objects.create(
            every_weeks=plan.every_weeks, created_by=plan.actor, created_at=now
        )
        SeriesVisit.objects.create(series=series, appointment=current, number=1)
        last = 1
    else:
        series = place.series
        series.every_weeks = plan.every_weeks
        series.save(update_fields=["every_weeks"])
        last = series.places.aggregate(last=Max("number"))["last"]
    SeriesVisit.objects.bulk_create(
        SeriesVisit(series=series, appointment=visit, number=number)
        for number, visit in enumerate(visits, start=last + 1)
    )
    return series


def record_act(
    series: Series,
    kind: ChangeKind,
    visits: Sequence[Appointment],
    *,
    at: datetime,
    skipped: Sequence[datetime] = (),
) -> None:
    """The lines that were just written are one act: its first tells of all. Of one visit alone,
    from which nothing was left out, its own line tells.
    """
    lines = AppointmentChange.objects.filter(
        appointment__in=visits, kind=kind, at=at, sequence=F("appointment__sequence")
    )
    found = list(lines.order_by("to_starts_at", "pk"))
    if len(found) < 2 and not skipped:
        return
    act = SeriesAct.objects.create(series=series, kind=kind, size=len(found), skipped=list(skipped))
    SeriesLine.objects.bulk_create(
        SeriesLine(act=act, change=line, position=n) for n, line in enumerate(found)
    )


def _remember(plan: SeriesPlan, visit: Appointment, now: datetime) -> None:
    Submission.objects.create(
        account=plan.actor,
        key=plan.key,
        fingerprint=plan.fingerprint,
        appointment=visit,
        created_at=now,
    )


def patient_of(visit: Appointment) -> Patient:
    if visit.patient is None:
        raise PatientGone
    return visit.patient
