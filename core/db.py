"""From the database's refusals to sentences, and from its quarrels to one more try."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, Generic, ParamSpec, Self, TypeVar

import psycopg
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.functional import Promise
from psycopg import errors

P = ParamSpec("P")
R = TypeVar("R")
QUARRELS = (errors.DeadlockDetected, errors.LockNotAvailable)
# At once, the loser of a deadlock could take the same row again before the winner wakes up.
BREATH = 0.05
StrOrPromise = str | Promise


class Unaccent(models.Func):
    """`f_unaccent(lower(x))`: what accents and case hide, in an indexable form."""

    function = "f_unaccent"
    template = "%(function)s(lower(%(expressions)s))"
    arity = 1
    output_field = models.TextField()


class NameWords(models.Func):
    """`name_words(x)`: its words without accents and case, as an array."""

    function = "name_words"
    arity = 1


class IsTimeZone(models.Func):
    function = "is_time_zone"
    arity = 1
    output_field = models.BooleanField()


M = TypeVar("M", bound=models.Model)


class Columns(Generic[M]):
    """Columns of a model for a query that is written by hand: there where the ORM takes longer to
    write it than Postgres to answer. Columns that are not among `names` are read when asked for.
    """

    def __init__(self, model: type[M], alias: str, names: Sequence[str] = ()) -> None:
        found = [f for f in model._meta.concrete_fields if not names or f.attname in names]
        self.model, self.names = model, [field.attname for field in found]
        self.sql = ", ".join(f"{alias}.{field.column}" for field in found)
        self._read = {
            n: f.from_db_value for n, f in enumerate(found) if hasattr(f, "from_db_value")
        }

    def __len__(self) -> int:
        return len(self.names)

    def of(self, values: Sequence[Any]) -> M:
        values = list(values)
        for n, read in self._read.items():
            values[n] = read(values[n], None, connection)
        return self.model.from_db(connection.alias, self.names, values)


class PlannedCursor(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Self:
        super().execute(query, params, **kwargs)
        if self._query is None:
            # Django's log of queries reads it; what is prepared leaves none.
            self._query = self._convert_query(query, params)
        return self


@contextmanager
def planned_cursor() -> Iterator[CursorWrapper]:
    """Whose queries Postgres plans once and keeps in the session, not each time: for those that
    take as long to plan as to answer. Values are bound by the server: give them their types.
    """
    with connection.cursor() as cursor:
        cursor.cursor = PlannedCursor(connection.connection)
        yield cursor


class Refusal(Exception):
    """An expected "no". `str(refusal)` is the sentence that the person reads."""

    message: StrOrPromise = ""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or str(self.message))


class Busy(Refusal):
    """Too many people want the same rows at this very moment; nothing was changed."""


@contextmanager
def violation_as(refusals: Mapping[str, Refusal]) -> Iterator[None]:
    """Run the block in a savepoint; raise `refusals[constraint]` for the named breach.

    Raises IntegrityError unchanged for a constraint that is not named.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name is not None and name in refusals:
            raise refusals[name] from error
        raise


def once_more(refusal: Callable[[], Refusal]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Try a transaction again after a deadlock or a lock time-out; then refuse politely.

    Goes outside `transaction.atomic`; inside a larger transaction the error is not caught, since
    that transaction is lost.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            if connection.in_atomic_block:
                return function(*args, **kwargs)
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if not isinstance(error.__cause__, QUARRELS):
                    raise
            time.sleep(BREATH)
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if not isinstance(error.__cause__, QUARRELS):
                    raise
                raise refusal() from error

        return wrapper

    return decorate
