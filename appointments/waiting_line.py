"""Who waits for the times of a doctor, read for the rules of `waiting`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from appointments.enums import Status
from appointments.models import Appointment, FreedTime, WaitingEntry, WaitingOffer
from appointments.models.waiting import WaitingEntryQuerySet
from appointments.no_shows import REMEMBERED
from appointments.waiting import Circumstances, Time, Wish
from appointments.waiting_enums import OfferState
from clinics.enums import NoShowRule
from clinics.models import Clinic
from doctors.models import Doctor, DoctorSpecialty

# What an account has until its owner chooses.
NO_ZONE = "UTC"
# After an answer the same time is not offered to the same person again.
ANSWERS = [OfferState.ACCEPTED, OfferState.REFUSED, OfferState.EXPIRED]


def entries_for(doctor: Doctor | int) -> WaitingEntryQuerySet:
    """Open entries that a time of the doctor's may be offered to, in order."""
    specialties = DoctorSpecialty.objects.filter(doctor=doctor).values("specialty")
    cities = Clinic.objects.bookable().filter(doctor=doctor).values("city")
    area = Q(doctor__isnull=True, specialty__in=specialties, city__in=cities)
    found = WaitingEntry.objects.open().filter(Q(doctor=doctor) | area)
    return found.with_people().order_by("created_at", "id")


def doctors_of(entry: WaitingEntry) -> list[int]:
    """Whose times the entry waits for (primary keys): the other way round of `entries_for`."""
    if entry.doctor_id is not None:
        return [entry.doctor_id]
    there = Clinic.objects.bookable().filter(
        city=entry.city_id, doctor__doctor_specialties__specialty=entry.specialty_id
    )
    return list(there.values_list("doctor", flat=True).distinct())


def wish_of(entry: WaitingEntry, clinics: Iterable[Clinic]) -> Wish:
    """As the rules see it; `clinics` are those of the doctor whose times are looked at. `entry`
    comes `with_people()`.
    """
    clinics = list(clinics)
    moves = visit_to_move(entry)
    account = entry.patient.account
    own = account.time_zone if account else NO_ZONE
    home = clinics[0].zone if clinics else NO_ZONE
    return Wish(
        entry_id=entry.pk,
        patient_id=entry.patient_id,
        joined_at=entry.created_at,
        zone=ZoneInfo(home if own == NO_ZONE else own),
        until_date=entry.until_date,
        clinics=_clinics_of(entry, clinics),
        weekdays=frozenset(entry.weekdays),
        from_minute=entry.from_minute,
        until_minute=entry.until_minute,
        notice=timedelta(minutes=entry.notice_minutes),
        before=moves.starts_at if moves else None,
    )


def visit_to_move(entry: WaitingEntry) -> Appointment | None:
    """The visit that an earlier time would take the place of, as long as it stands."""
    return entry.visit if entry.visit is not None and entry.visit.is_standing else None


def _clinics_of(entry: WaitingEntry, clinics: list[Clinic]) -> frozenset[int]:
    moves = visit_to_move(entry)
    if moves is not None:
        # Price and place of a visit stay what was agreed: it moves within its clinic.
        return frozenset({moves.clinic_id})
    chosen = frozenset(clinic.pk for clinic in entry.clinics.all())
    if chosen or entry.doctor_id is not None:
        return chosen
    return frozenset(clinic.pk for clinic in clinics if clinic.city_id == entry.city_id)


def circumstances(
    entries: Sequence[WaitingEntry], time: Time, clinic: Clinic, *, now: datetime
) -> Circumstances:
    """What is known of those who wait, about one time. Four queries, or five."""
    patients = {entry.patient_id for entry in entries}
    offers = WaitingOffer.objects.filter(entry__patient__in=patients)
    there = offers.filter(doctor=clinic.doctor_id, starts_at=time.starts_at, state__in=ANSWERS)
    freed = FreedTime.objects.filter(
        doctor=clinic.doctor_id, starts_at=time.starts_at, visit__patient__in=patients
    )
    waiting = offers.filter(state=OfferState.OFFERED)
    return Circumstances(
        answered=frozenset(there.values_list("entry__patient", flat=True))
        | frozenset(freed.values_list("visit__patient", flat=True)),
        busy=_busy(entries, time),
        by_phone=_by_phone(patients, clinic, now),
        gone=frozenset(e.patient_id for e in entries if not _has_account(e)),
        with_offer=frozenset(waiting.values_list("entry", flat=True)),
    )


def _has_account(entry: WaitingEntry) -> bool:
    return entry.patient.account is not None and entry.patient.account.is_active


def _busy(entries: Sequence[WaitingEntry], time: Time) -> frozenset[int]:
    """Who has another visit at that time, with whomever."""
    visits = (
        Appointment.objects.standing()
        .filter(patient__in={entry.patient_id for entry in entries})
        .overlapping(time.starts_at, time.ends_at)
        .exclude(pk__in=[entry.visit_id for entry in entries if entry.visit_id])
    )
    return frozenset(pk for pk in visits.values_list("patient", flat=True) if pk)


def _by_phone(patients: Collection[int], clinic: Clinic, now: datetime) -> frozenset[int]:
    """Who missed so many visits that the clinic takes their bookings by phone alone."""
    if clinic.no_show_rule != NoShowRule.PHONE:
        return frozenset()
    missed = (
        Appointment.objects.filter(
            patient__in=patients,
            doctor=clinic.doctor_id,
            status=Status.NO_SHOW,
            starts_at__gt=now - REMEMBERED,
        )
        .values("patient")
        .annotate(times=Count("pk"))
        .filter(times__gte=clinic.no_show_limit)
    )
    return frozenset(missed.values_list("patient", flat=True))
