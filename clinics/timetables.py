"""A clinic's hours and special dates as plain rows, read together with it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Func, JSONField, Manager, Model, OuterRef, Subquery


class Hours(NamedTuple):
    """An OpeningHours."""

    weekday: int
    starts_minute: int
    ends_minute: int
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Hours":
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


R = TypeVar("R", Hours, SpecialDay)


class Timetable:
    """Of a clinic: its rows as they came with it, or else read now."""

    @property
    def week(self) -> list[Hours]:
        """Every window, in the order of the week. A query, unless it came `with_schedule()`."""
        rows = self._read("week_rows", Hours, "opening_hours")
        return sorted(rows, key=lambda hours: hours[:3])

    @property
    def special_days(self) -> list[SpecialDay]:
        """Likewise, ascending."""
        rows = self._read("date_rows", SpecialDay, "exceptions")
        return sorted(rows, key=lambda day: day.date)

    def _read(self, name: str, kind: type[R], relation: str) -> list[R]:
        if name in self.__dict__:
            return [kind.of(row) for row in self.__dict__[name] or ()]
        related: Manager[Any] = getattr(self, relation)
        return [kind(*row) for row in related.values_list(*kind._fields)]


def rows_of(model: type[Model], kind: type[Hours] | type[SpecialDay]) -> Subquery:
    """For an annotation of clinics: the rows of `model` as JSON, or None."""
    row = Func(*kind._fields, function="jsonb_build_array", output_field=JSONField())
    rows = model._default_manager.filter(clinic=OuterRef("pk")).order_by().values("clinic")
    return Subquery(rows.annotate(rows=JSONBAgg(row)).values("rows"))


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
