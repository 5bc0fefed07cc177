"""Does the search index say what the engine says?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, QuerySet

from appointments.models import IndexChange, IndexEntry, IndexMark
from appointments.services.indexing import COLUMNS, entries_of
from doctors.models import Doctor

AT_ONCE = 200


@dataclass
class Report:
    """`waiting`: not true any more, and not yet renewed."""

    doctors: int = 0
    entries: int = 0
    waiting: int = 0
    differences: list[str] = field(default_factory=list)


def check_index(*, clock: Callable[[], datetime]) -> Report:
    """Every doctor's entries beside the engine's answers at this moment."""
    report = Report()
    for ids in _batches():
        _check(ids, clock(), report)
    strays = IndexEntry.objects.exclude(clinic__doctor=F("doctor")).values_list("pk", flat=True)
    report.differences += [f"entry {pk}: of a clinic of another doctor" for pk in strays]
    return report


def _batches() -> Iterator[list[int]]:
    last = 0
    while True:
        doctors = Doctor.objects.filter(pk__gt=last).order_by("pk")
        ids = list(doctors.values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            return
        yield ids
        last = ids[-1]


def _check(ids: list[int], now: datetime, report: Report) -> None:
    """Who changes between our questions, or is renewed, is counted as waiting."""
    as_of = _as_of(ids, now)
    stored = _stored(ids)
    made = entries_of(ids, now=now, as_of=as_of)
    afterwards = _as_of(ids, now)
    marked = set(IndexMark.objects.filter(pk__in=ids).values_list("pk", flat=True))
    noted = set(_changed(ids))
    for pk in ids:
        report.doctors += 1
        report.entries += len(stored.get(pk, set()))
        if pk not in marked | noted:
            report.differences.append(f"doctor {pk}: never made")
        elif pk not in as_of or as_of[pk] != afterwards.get(pk):
            report.waiting += 1
        elif (expected := {_row(entry) for entry in made[pk].entries}) != stored.get(pk, set()):
            report.differences.append(
                f"doctor {pk}: {_difference(expected, stored.get(pk, set()))}"
            )


def _as_of(ids: list[int], now: datetime) -> dict[int, datetime]:
    """Of those whose entries should be true now: when they were made."""
    marks = IndexMark.objects.filter(pk__in=ids, renew_at__gt=now).exclude(pk__in=_changed(ids))
    return dict(marks.values_list("pk", "renewed_at"))


def _changed(ids: list[int]) -> QuerySet[IndexChange, int]:
    return IndexChange.objects.filter(doctor__in=ids).values_list("doctor_id", flat=True)


def _stored(ids: list[int]) -> dict[int, set[tuple[object, ...]]]:
    rows: dict[int, set[tuple[object, ...]]] = {}
    for entry in IndexEntry.objects.filter(doctor__in=ids):
        rows.setdefault(entry.doctor_id, set()).add(_row(entry))
    return rows


def _row(entry: IndexEntry) -> tuple[object, ...]:
    values = (getattr(entry, name) for name in COLUMNS)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def _difference(expected: set[tuple[object, ...]], stored: set[tuple[object, ...]]) -> str:
    def text(rows: set[tuple[object, ...]]) -> str:
        return "; ".join(
            f"clinic {row[COLUMNS.index('clinic_id')]} next {row[COLUMNS.index('next_at')]}"
            for row in sorted(rows, key=str)
        )

    return f"engine [{text(expected - stored)}] index [{text(stored - expected)}]"
