"""A clinic's hours and special dates as plain rows, read together with it."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from django.db.models import JSONField, Manager
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property


class Window(NamedTuple):
    """A weekly opening, as OpeningHours keeps it."""

    weekday: int
    starts_minute: int
    ends_minute: int
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Window":
        weekday, starts, ends, since, until = row
        return cls(weekday, starts, ends, _date(since), _date(until))


class SpecialDay(NamedTuple):
    """A ScheduleException."""

    date: dt.date
    kind: str
    starts_minute: int | None = None
    ends_minute: int | None = None
    note: str = ""

    @classmethod
    def of(cls, row: Sequence[Any]) -> "SpecialDay":
        day, *others = row
        return cls(dt.date.fromisoformat(day), *others)


R = TypeVar("R", Window, SpecialDay)


class Timetable:
    """Of a clinic: its rows as they came with it, or else read now; and whether anybody is there
    to keep them.
    """

    doctor: Any

    @cached_property
    def owner_is_active(self) -> bool:
        """Whether the doctor's account is not stopped. Queries, if it came by itself."""
        return bool(self.doctor.user.is_active)

    @property
    def week(self) -> list[Window]:
        """Every window, in the order of the week. A query, unless it came `with_schedule()`."""
        rows = self._read("week_rows", Window, "opening_hours")
        return sorted(rows, key=lambda window: window[:3])

    @property
    def special_days(self) -> list[SpecialDay]:
        """Likewise, ascending."""
        rows = self._read("date_rows", SpecialDay, "exceptions")
        return sorted(rows, key=lambda day: day.date)

    def set_hours(self, week: str | None, days: str | None) -> None:
        """What `HOURS` selected."""
        self.__dict__["week_rows"] = json.loads(week or "[]")
        self.__dict__["date_rows"] = json.loads(days or "[]")

    def _read(self, name: str, kind: type[R], relation: str) -> list[R]:
        if name in self.__dict__:
            return [kind.of(row) for row in self.__dict__[name] or ()]
        related: Manager[Any] = getattr(self, relation)
        return [kind(*row) for row in related.values_list(*kind._fields)]


def rows_of(table: str, kind: type[Window] | type[SpecialDay]) -> RawSQL:
    """For an annotation of clinics: their rows as JSON, or None. As the ORM's own subquery, the
    two of them would cost more to write down than to answer.
    """
    columns = ", ".join(f"r.{name}" for name in kind._fields)
    rows = f"SELECT jsonb_agg(jsonb_build_array({columns})) FROM {table} r"  # nosec B608 -- our names
    return RawSQL(  # nosec B611 -- names of our own, no values
        f"({rows} WHERE r.clinic_id = clinics_clinic.id)", [], output_field=JSONField()
    )


# The same two for a query that is written by hand.
HOURS = ", ".join(
    rows_of(table, kind).sql
    for table, kind in (
        ("clinics_openinghours", Window),
        ("clinics_scheduleexception", SpecialDay),
    )
)


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
