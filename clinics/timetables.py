"""A clinic's hours and special dates as plain rows, read together with it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Func, JSONField, Model, OuterRef, Subquery


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


def rows_of(model: type[Model], kind: type[Hours] | type[SpecialDay]) -> Subquery:
    """For an annotation of clinics: the rows of `model` as JSON, or None."""
    row = Func(*kind._fields, function="jsonb_build_array", output_field=JSONField())
    rows = model._default_manager.filter(clinic=OuterRef("pk")).order_by().values("clinic")
    return Subquery(rows.annotate(rows=JSONBAgg(row)).values("rows"))


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
