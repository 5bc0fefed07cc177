"""Figures of days that are over, stored; a change of what they count makes them anew.

What changes is noted in its own transaction (triggers: migration 0015). Pages count by themselves
what is noted and not yet made anew: they are never behind.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from time import monotonic as time_passed

from django.db import transaction
from django.db.models import Min, Q

from appointments.counting import Counts, count_days
from appointments.models import (
    Appointment,
    OccupancyChange,
    OccupancyDay,
    OccupancyIncome,
    OccupancyTally,
)
from appointments.occupancy import LISTS, NUMBERS, ONE_DAY, Count
from clinics.models import Clinic
from doctors.models import Doctor

AT_ONCE = 50
RUN_SECONDS = 5
# Days that are counted together.
CHUNK = timedelta(days=92)
# Where a date ends last: UTC-12.
LAST_MIDNIGHT = timedelta(hours=12)


def over_everywhere(now: datetime) -> date:
    """The last date that is over in every zone: nobody's hours of it can change any more."""
    return (now.astimezone(UTC) - LAST_MIDNIGHT).date() - ONE_DAY


def tally_due(*, clock: Callable[[], datetime]) -> int:
    """Doctors of whose past days something changed, or has come. Returns how many."""
    done, deadline = 0, time_passed() + RUN_SECONDS
    while time_passed() < deadline:
        now = clock()
        ids = _due(now)
        tallied = sum(tally(pk, now=now) for pk in ids)
        done += tallied
        if not tallied:
            break
    return done


def _due(now: datetime) -> list[int]:
    """The longest noted first, then whoever has a day more."""
    noted = OccupancyChange.objects.order_by("pk").values_list("doctor_id", flat=True)
    ids = list(dict.fromkeys(noted[: 4 * AT_ONCE]))[:AT_ONCE]
    behind = Q(occupancy_tally__isnull=True) | Q(
        occupancy_tally__counted_until__lt=over_everywhere(now)
    )
    if len(ids) < AT_ONCE:
        more = Doctor.objects.filter(behind, clinics__isnull=False).exclude(pk__in=ids).distinct()
        ids += more.order_by("pk").values_list("pk", flat=True)[: AT_ONCE - len(ids)]
    return ids


@transaction.atomic
def tally(doctor_id: int, *, now: datetime) -> bool:
    """Store what is not stored, and anew what has changed. False where somebody else does it.

    What is noted is read first and the rows after it: a change that we then do not see, because
    its transaction ends later, has left a note of its own.
    """
    if not Doctor.objects.filter(pk=doctor_id).exists():
        return bool(OccupancyChange.objects.filter(doctor=doctor_id).delete()[0])
    start = first_day(doctor_id)
    OccupancyTally.objects.get_or_create(
        doctor_id=doctor_id, defaults={"counted_until": (start or over_everywhere(now)) - ONE_DAY}
    )
    tallies = OccupancyTally.objects.select_for_update(skip_locked=True, of=("self",))
    mine = tallies.filter(doctor_id=doctor_id).first()
    if mine is None:
        return False
    notes = list(OccupancyChange.objects.filter(doctor=doctor_id))
    last = over_everywhere(now)
    for first, until in _stretches(notes, mine.counted_until, start, last):
        store(doctor_id, first, until)
    OccupancyChange.objects.filter(pk__in=[note.pk for note in notes]).delete()
    mine.counted_until = max(mine.counted_until, last)
    mine.save(update_fields=["counted_until"])
    return True


def first_day(doctor_id: int) -> date | None:
    """Of the doctor's first consultorio, or of a visit before it."""
    opened = Clinic.objects.filter(doctor=doctor_id).aggregate(first=Min("created_at"))["first"]
    visits = Appointment.objects.visits().filter(doctor=doctor_id)
    began = visits.aggregate(first=Min("starts_at"))["first"]
    found = [at for at in (opened, began) if at]
    return min(found).astimezone(UTC).date() - ONE_DAY if found else None


def _stretches(
    notes: Sequence[OccupancyChange], counted: date, start: date | None, last: date
) -> list[tuple[date, date]]:
    """What is to be counted, as dates from and to, none twice."""
    spans = [(note.first_day, min(note.last_day, counted)) for note in notes]
    if start is not None and counted < last:
        spans.append((counted + ONE_DAY, last))
    joined: list[tuple[date, date]] = []
    for first, until in sorted(span for span in spans if span[0] <= span[1]):
        if joined and first <= joined[-1][1] + ONE_DAY:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((first, until))
    return [(at, min(at + CHUNK - ONE_DAY, until)) for first, until in joined
            for at in _starts(first, until)]  # fmt: skip


def _starts(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += CHUNK


def store(doctor_id: int, first: date, last: date) -> None:
    counts = count_days(doctor_id, first, last)
    for model in (OccupancyDay, OccupancyIncome):
        model.objects.filter(clinic__doctor=doctor_id, day__range=(first, last)).delete()
    days, income = rows_of(counts)
    OccupancyDay.objects.bulk_create(days, batch_size=500)
    OccupancyIncome.objects.bulk_create(income, batch_size=500)


def rows_of(counts: Counts) -> tuple[list[OccupancyDay], list[OccupancyIncome]]:
    days, income = [], []
    for (clinic_id, day), count in counts.items():
        values = {name: getattr(count, name) for name in (*NUMBERS, *LISTS)}
        days.append(OccupancyDay(clinic_id=clinic_id, day=day, **values))
        for currency, (expected, received) in count.income.items():
            income.append(
                OccupancyIncome(
                    clinic_id=clinic_id,
                    day=day,
                    currency=currency,
                    expected=expected,
                    received=received,
                )
            )
    return days, income


def rebuild(*, clock: Callable[[], datetime]) -> int:
    """Count every day of every doctor anew. Returns how many doctors that were."""
    done = 0
    for pk in _doctors():
        now = clock()
        with transaction.atomic():
            OccupancyTally.objects.filter(pk=pk).delete()
            OccupancyDay.objects.filter(clinic__doctor=pk).delete()
            OccupancyIncome.objects.filter(clinic__doctor=pk).delete()
            done += tally(pk, now=now)
    return done


def _doctors() -> Iterable[int]:
    return Doctor.objects.filter(clinics__isnull=False).distinct().order_by("pk").values_list(
        "pk", flat=True
    ).iterator()  # fmt: skip


@dataclass
class Report:
    """`waiting`: days that are noted as changed, or over and not yet stored."""

    doctors: int = 0
    days: int = 0
    waiting: int = 0
    differences: list[str] = field(default_factory=list)


def check(*, clock: Callable[[], datetime]) -> Report:
    """Every stored day beside what is counted from scratch at this moment."""
    report = Report()
    for pk in _doctors():
        _check(pk, clock(), report)
    return report


def _check(doctor_id: int, now: datetime, report: Report) -> None:
    """What changes between our questions is noted, before or after: it counts as waiting."""
    report.doctors += 1
    start, counted = first_day(doctor_id), _counted(doctor_id)
    if start is None or counted is None:
        report.waiting += start is not None
        return
    noted = _noted(doctor_id)
    for first in _starts(start, counted):
        last = min(first + CHUNK - ONE_DAY, counted)
        made = count_days(doctor_id, first, last)
        kept = stored_days(doctor_id, first, last)
        noted |= _noted(doctor_id)
        report.days += (last - first).days + 1
        for key in sorted(made.keys() | kept.keys()):
            if any(since <= key[1] <= until for since, until in noted):
                report.waiting += 1
            elif made.get(key) != kept.get(key):
                report.differences.append(
                    f"clinic {key[0]} {key[1]}: counted {made.get(key)}, stored {kept.get(key)}"
                )


def _counted(doctor_id: int) -> date | None:
    tallies = OccupancyTally.objects.filter(pk=doctor_id)
    return tallies.values_list("counted_until", flat=True).first()


def _noted(doctor_id: int) -> set[tuple[date, date]]:
    notes = OccupancyChange.objects.filter(doctor=doctor_id)
    return set(notes.values_list("first_day", "last_day"))


def stored_days(doctor_id: int, first: date, last: date) -> Counts:
    """As they were stored. Two queries."""
    of = {"clinic__doctor": doctor_id, "day__range": (first, last)}
    counts: Counts = {}
    for row in OccupancyDay.objects.filter(**of):
        values = {name: getattr(row, name) for name in (*NUMBERS, *LISTS)}
        counts[row.clinic_id, row.day] = Count(**values)
    for line in OccupancyIncome.objects.filter(**of).order_by("id"):
        count = counts.setdefault((line.clinic_id, line.day), Count())
        count.income[line.currency] = (line.expected, line.received)
    return counts
