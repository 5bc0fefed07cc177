"""All sealed texts of all apps, sealed again with the newest key, while the product runs.

A column is found by its name, `<text>_sealed`, and opened by the property that its model has for
it. What a batch has sealed stays when the next one fails: running it again goes on from there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.functions import Substr

from core.crypto import Unreadable, newest_mark
from core.db import Busy, once_more

SUFFIX = "_sealed"
BATCH = 200
# Rows whose triggers keep what they say let the key change in a transaction that says this.
SWITCH = "SET LOCAL doctobooking.resealing = 'on'"


@dataclass(frozen=True)
class Column:
    model: type[models.Model]
    text: str

    @property
    def name(self) -> str:
        return self.text + SUFFIX

    @property
    def batch(self) -> int:
        """How many at a time; fewer of what is large."""
        return int(getattr(self.model, "RESEALED_AT_ONCE", BATCH))

    @property
    def rows(self) -> Any:
        return self.model._base_manager.exclude(**{self.name: None})

    @property
    def under_other_keys(self) -> Any:
        mark = newest_mark()
        start = Substr(self.name, 1, len(mark), output_field=models.BinaryField())
        return self.rows.alias(start=start).exclude(start=mark)

    def read(self, row: Any) -> Any:
        """Raises Unreadable."""
        return getattr(row, self.text)

    def write(self, row: Any, plain: Any) -> None:
        setattr(row, self.text, plain)

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.text}"


@dataclass
class Tally:
    """How many texts were sealed again, or opened; how many could not be read."""

    done: int = 0
    unreadable: int = 0


def sealed_columns() -> Iterator[Column]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.name.endswith(SUFFIX):
                yield Column(model, field.name.removesuffix(SUFFIX))
    # What a library's table holds sealed, an app of ours names: `also_sealed` of its AppConfig.
    for config in apps.get_app_configs():
        yield from getattr(config, "also_sealed", tuple)()


def reseal(column: Column) -> Tally:
    """What cannot be read stays as it is. Raises Busy."""
    return _walk(column, _reseal_batch)


def check(column: Column) -> Tally:
    """Open each text, change none."""
    return _walk(column, _open_batch)


Batch = Callable[[Column, int, Tally], int | None]


def _walk(column: Column, batch: Batch) -> Tally:
    tally, last = Tally(), 0
    while (reached := batch(column, last, tally)) is not None:
        last = reached
    return tally


@once_more(lambda: Busy("Rows are locked by somebody else. Run it again: what is done stays."))
@transaction.atomic
def _reseal_batch(column: Column, last: int, tally: Tally) -> int | None:
    """The primary key that was reached; None when there is no more."""
    with connection.cursor() as cursor:
        cursor.execute(SWITCH)
    waiting = column.under_other_keys.filter(pk__gt=last).order_by("pk")
    rows = list(waiting.select_for_update(of=("self",), no_key=True)[: column.batch])
    opened = [row for row in rows if _is_resealed(column, row)]
    column.model._base_manager.bulk_update(opened, [column.name])
    tally.done += len(opened)
    tally.unreadable += len(rows) - len(opened)
    return rows[-1].pk if rows else None


def _open_batch(column: Column, last: int, tally: Tally) -> int | None:
    rows = list(column.rows.filter(pk__gt=last).order_by("pk")[: column.batch])
    opened = sum(_is_open(column, row) for row in rows)
    tally.done += opened
    tally.unreadable += len(rows) - opened
    return rows[-1].pk if rows else None


def _is_resealed(column: Column, row: models.Model) -> bool:
    try:
        column.write(row, column.read(row))
    except Unreadable:
        return False
    return True


def _is_open(column: Column, row: models.Model) -> bool:
    try:
        column.read(row)
    except Unreadable:
        return False
    return True
