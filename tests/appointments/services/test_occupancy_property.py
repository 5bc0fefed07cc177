"""Figures of random histories against a count of every single minute.

Hours change by the product's own changes; what the clock then was is written over, since the
trigger keeps real time. The count by hand knows the histories as this file made them.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from appointments.counting import count_days
from appointments.enums import Status
from appointments.models import Absence, HoursVersion
from clinics.models import Clinic
from clinics.services.schedule import DropDates, NewDates, NewHours, NewState, SpecialDate, State
from clinics.timetables import Window
from tests.appointments.brute_force import MarkedMinutes
from tests.factories import AppointmentFactory, ClinicFactory, DoctorFactory, PatientFactory

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Around changes of the clock, by now long over.
WORLDS = {
    "Europe/Madrid": date(2024, 10, 24),
    "America/Santiago": date(2024, 9, 5),
    "America/Guayaquil": date(2024, 7, 1),
    "America/New_York": date(2024, 3, 7),
}
DAYS = 7
KEPT = {Status.REQUESTED, Status.BOOKED, Status.ATTENDED, Status.NO_SHOW}
STATUSES = [
    Status.BOOKED, Status.ATTENDED, Status.ATTENDED, Status.NO_SHOW, Status.CANCELLED_BY_PATIENT,
    Status.CANCELLED_BY_PATIENT, Status.CANCELLED_BY_DOCTOR, Status.LAPSED, Status.HELD,
]  # fmt: skip


@dataclass
class Past:
    """What was valid until an instant (None: still)."""

    until: datetime | None
    rules: list[Window]
    dates: list[SpecialDate]
    is_active: bool


@dataclass
class Place:
    clinic: Clinic
    rules: list[Window] = field(default_factory=list)
    dates: list[SpecialDate] = field(default_factory=list)
    is_active: bool = True
    pasts: list[Past] = field(default_factory=list)


def some_week(chance):
    weeks = []
    for day in range(1, 8):
        at = chance.choice([0, 360, 480, 555])
        while at < 1300 and chance.random() < 0.6:
            end = at + chance.choice([90, 180, 245, 400])
            weeks.append((day, at, end - 1440 if end > 1440 else end))
            at = end + chance.choice([15, 60, 240])
    # A window past midnight may meet the first one of the next day; that is the engine's to join.
    return [Window(*one) for one in weeks]


def some_date(chance, first):
    day = first + chance.randrange(-1, DAYS + 1) * DAY
    opens = chance.choice([0, 60, 150, 600, 1380])
    closes = chance.choice([120, 180, 660, 900, 1440])
    if opens == closes:
        return SpecialDate(day=day, kind="closed")
    kind = chance.choice(["closed", "extra"])
    return SpecialDate(day=day, kind=kind, starts_minute=opens, ends_minute=closes)


def live_through(place, chance, first, actor):
    """Changes at rising instants of the days that are counted."""
    at = datetime.combine(first, time(), UTC) - DAY
    while at < datetime.combine(first, time(), UTC) + (DAYS + 1) * DAY:
        change(place, chance, first, actor, at)
        at += chance.randrange(60, 5000) * MINUTE


def change(place, chance, first, actor, at):
    past = Past(at, list(place.rules), list(place.dates), place.is_active)
    act = chance.randrange(4)
    if act == 0:
        place.rules = some_week(chance)
        made = NewHours(clinic=place.clinic, windows=place.rules)
    elif act == 1:
        one = some_date(chance, first)
        if one not in place.dates:
            place.dates.append(one)
        made = NewDates(clinic=place.clinic, dates={one: "feriado"})
    elif act == 2 and place.dates:
        gone = chance.choice(place.dates)
        place.dates.remove(gone)
        made = DropDates(clinic=place.clinic, since=gone.day, until=gone.day, like=gone)
    else:
        place.is_active = not place.is_active if chance.random() < 0.3 else True
        state = State.ACTIVE if place.is_active else State.PAUSED
        made = NewState(clinic=place.clinic, state=state)
    made.apply(actor=actor, now=at)
    kept = HoursVersion.objects.filter(clinic=place.clinic, transaction__gt=0)
    if kept.update(until=at, transaction=-len(place.pasts) - 1):
        place.pasts.append(past)


def some_visits(places, chance, first, patients):
    """None that keeps its time meets another one; those that were given back may."""
    start = datetime.combine(first, time(), UTC) - DAY
    taken = []
    visits = []
    for _ in range(50):
        begins = start + chance.randrange(0, (DAYS + 2) * 24 * 4) * 15 * MINUTE
        ends = begins + chance.choice([15, 30, 45, 240]) * MINUTE
        status = chance.choice(STATUSES)
        if status in KEPT | {Status.HELD}:
            if any(begins < other and one < ends for one, other in taken):
                continue
            taken.append((begins, ends))
        is_cancelled = status not in KEPT | {Status.HELD}
        visits.append(
            AppointmentFactory(
                clinic=chance.choice(places).clinic,
                patient=chance.choice(patients),
                starts_at=begins,
                ends_at=ends,
                status=status,
                booked_at=begins - chance.randrange(0, 40 * 24) * 60 * MINUTE,
                cancelled_at=begins - DAY if is_cancelled else None,
                is_late_cancellation=is_cancelled and chance.random() < 0.6,
                hold_expires_at=ends if status == Status.HELD else None,
            )
        )
    return [v for v in visits if v.status != Status.HELD]


def opened(place, day, away):
    """The minutes (UTC) of the local day that the place offers, one by one."""
    zone = ZoneInfo(place.clinic.zone)
    end = datetime.combine(day + DAY, time(), zone).astimezone(UTC)
    valid = next((p for p in place.pasts if p.until > end), None) or Past(
        None, place.rules, place.dates, place.is_active
    )
    of_day = local_day(zone, day)
    if not valid.is_active or day < place.clinic.created_at.astimezone(zone).date():
        return []
    marks = MarkedMinutes(question(place, valid), of_day[0], of_day[-1])
    found = []
    for minute in of_day:
        index = (minute - marks.origin) // MINUTE
        is_away = any(since <= minute < until for since, until in away)
        if marks.open[index] and not marks.blocked[index] and not is_away:
            found.append(minute)
    return found


def local_day(zone, day):
    at = datetime.combine(day, time(), UTC) - 15 * 60 * MINUTE
    minutes = [at + n * MINUTE for n in range(54 * 60)]
    return [one for one in minutes if one.astimezone(zone).date() == day]


def question(place, valid):
    def clock(minute):
        return f"{minute // 60:02d}:{minute % 60:02d}"

    exceptions = []
    for one in valid.dates:
        told = {"date": one.day.isoformat(), "type": one.kind}
        if one.starts_minute is not None:
            told |= {"start": clock(one.starts_minute), "end": clock(one.ends_minute)}
        exceptions.append(told)
    rules = [
        {"weekday": w.weekday, "start": clock(w.starts_minute), "end": clock(w.ends_minute)}
        for w in valid.rules
    ]
    return {"tz": place.clinic.zone, "rules": rules, "exceptions": exceptions, "slot_minutes": 15}


def count_by_hand(places, visits, away, day):
    """What each place's day should say, from its minutes."""
    older, found = set(), {}
    for place in places:
        zone = ZoneInfo(place.clinic.zone)
        of_day = local_day(zone, day)
        offered = opened(place, day, away)
        own = [v for v in visits if v.clinic_id == place.clinic.pk]

        def minutes_of(chosen, within=of_day):
            return [m for m in within if any(v.starts_at <= m < v.ends_at for v in chosen)]

        kept = [v for v in own if v.status in KEPT]
        late = [
            v for v in own if v.status == Status.CANCELLED_BY_PATIENT and v.is_late_cancellation
        ]
        booked, open_now = minutes_of(kept), set(offered)
        hours, booked_hours = [0] * 24, [0] * 24
        for minute in offered:
            hours[minute.astimezone(zone).hour] += 1
        for minute in booked:
            if minute in open_now:
                booked_hours[minute.astimezone(zone).hour] += 1
        begun = [v for v in own if v.starts_at.astimezone(zone).date() == day]
        found[place.clinic.pk] = {
            "offered": len(offered),
            "shared": len(open_now & older),
            "booked": len(booked),
            "outside": len([m for m in booked if m not in open_now]),
            "attended": len(minutes_of([v for v in kept if v.status == Status.ATTENDED])),
            "missed": len(minutes_of([v for v in kept if v.status == Status.NO_SHOW])),
            "late": len(minutes_of(late)),
            "refilled": len(minutes_of(kept, minutes_of(late))),
            "offered_hours": hours,
            "booked_hours": booked_hours,
            **visits_by_hand(begun, visits, zone),
        }
        older |= open_now
    return found


def visits_by_hand(begun, visits, zone):
    kept = [v for v in begun if v.status in KEPT]
    leads = [0] * 7
    for visit in kept:
        days = (
            visit.starts_at.astimezone(zone).date() - visit.booked_at.astimezone(zone).date()
        ).days
        leads[[n for n, least in enumerate((0, 1, 2, 4, 8, 15, 31)) if days >= least][-1]] += 1

    def is_new(visit):
        return not any(
            v.patient_id == visit.patient_id
            and v.starts_at < visit.starts_at
            and v.status in KEPT - {Status.NO_SHOW}
            for v in visits
        )

    came = [v for v in kept if v.status != Status.NO_SHOW]
    return {
        "visits": len(kept),
        "came": len([v for v in kept if v.status == Status.ATTENDED]),
        "no_shows": len([v for v in kept if v.status == Status.NO_SHOW]),
        "late_cancellations": len(
            [v for v in begun if v.status == "cancelled_patient" and v.is_late_cancellation]
        ),
        "new_patients": len([v for v in came if is_new(v)]),
        "known_patients": len([v for v in came if not is_new(v)]),
        "leads": leads,
    }


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(24))
def test_occupancy_random_histories_equal_a_count_of_minutes(seed):
    chance = random.Random(seed)
    zone, first = list(WORLDS.items())[seed % len(WORLDS)]
    doctor = DoctorFactory()
    places = []
    for number in range(chance.choice([1, 2, 3])):
        created = datetime.combine(first, time(), UTC) + chance.choice([-30, -30, 1]) * DAY
        clinic = ClinicFactory(
            doctor=doctor, zone=zone, name=f"C{number}", hours=(), created_at=created
        )
        HoursVersion.objects.filter(clinic=clinic).delete()
        place = Place(clinic)
        place.rules = some_week(chance)
        NewHours(clinic=clinic, windows=place.rules).apply(actor=doctor.user, now=created)
        HoursVersion.objects.filter(clinic=clinic).delete()
        places.append(place)
    for place in places:
        live_through(place, chance, first, doctor.user)
    away = []
    for _ in range(chance.randrange(3)):
        begins = datetime.combine(first, time(), UTC) + chance.randrange(0, DAYS * 24) * 60 * MINUTE
        away.append((begins, begins + chance.choice([60, 300, 2000]) * MINUTE))
        Absence.objects.create(doctor=doctor, starts_at=away[-1][0], ends_at=away[-1][1])
    visits = some_visits(places, chance, first, [PatientFactory() for _ in range(4)])

    counts = count_days(doctor.pk, first, first + (DAYS - 1) * DAY)

    for n in range(DAYS):
        day = first + n * DAY
        for clinic_id, expected in count_by_hand(places, visits, away, day).items():
            count = counts.get((clinic_id, day))
            told = {name: getattr(count, name) if count else None for name in expected}
            empty = {k: ([0] * len(v) if isinstance(v, list) else 0) for k, v in expected.items()}
            assert (told if count else empty) == expected, (seed, clinic_id, day)
