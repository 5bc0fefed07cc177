"""What goes after how long: rules as data (docs/adr/0042). Nothing clinical is among them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, transaction

from privacy.retention import accounts, letters, people, unconfirmed
from privacy.retention.base import Rule

logger = logging.getLogger(__name__)
RULES = (*accounts.RULES, *letters.RULES, *people.RULES, *unconfirmed.RULES)
# What a statement takes within its time limit, and a run within its task's.
BATCH, RUN_SECONDS = 500, 75
# Of rows that fail by themselves: where there are more, it is the rule that is broken.
MOST_FAILURES = 20


class RulesFailed(Exception):
    """Not all of some rules' rows went. `done` says what did; the next run tries again."""

    def __init__(self, failed: Sequence[str], done: dict[str, int]) -> None:
        super().__init__(f"retention rules failed: {', '.join(failed)}")
        self.done = done


def count_due(*, now: datetime) -> dict[str, int]:
    return {rule.name: rule.due(now).count() for rule in RULES}


def forget_due(*, now: datetime) -> dict[str, int]:
    """Rules take turns, a batch each, so that neither one that fails nor one with much to do stands
    in another's way; what is left after RUN_SECONDS is the next run's. Returns how many rows each
    one took. Raises RulesFailed once all have had their turns, so that somebody sees it.
    """
    until = monotonic() + RUN_SECONDS
    turns = going = [_Turns(rule, now, until) for rule in RULES]
    while going:
        going = [one for one in going if one.take()]
    done = {one.rule.name: one.taken for one in turns}
    failed = [one.rule.name for one in turns if one.failures]
    if failed:
        raise RulesFailed(failed, done)
    return done


@dataclass
class _Turns:
    """One rule in one run, which ends at `until`: its rows in the order of their keys, each of
    them once.
    """

    rule: Rule
    now: datetime
    until: float
    taken: int = 0
    failures: int = 0
    last: Any = None

    def take(self) -> bool:
        """A batch. Whether there may be another one."""
        if self._is_late():
            return False
        try:
            return self._batch() if self.rule.in_batches else self._at_once()
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            self._note(None)
            return False

    def _at_once(self) -> bool:
        with transaction.atomic():
            self.taken += self.rule.forget(self.rule.due(self.now))
        return False

    def _batch(self) -> bool:
        rows = self.rule.due(self.now)
        if self.last is not None:
            rows = rows.filter(pk__gt=self.last)
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return False
        self.last = keys[-1]
        self._forget(keys)
        return len(keys) == BATCH and self.failures < MOST_FAILURES

    def _forget(self, keys: list[Any]) -> None:
        """Halved where it fails, until the row is alone that it fails of. Raises OperationalError:
        a time limit, a lock or a deadlock is no row's fault, and halves would wait as long again.
        """
        try:
            with transaction.atomic():
                taken = self.rule.forget(self._held(keys))
        except (SoftTimeLimitExceeded, OperationalError):
            raise
        except Exception:
            if len(keys) == 1 or self._is_late():
                self._note(keys[0] if len(keys) == 1 else None)
                return
            for half in (keys[: len(keys) // 2], keys[len(keys) // 2 :]):
                if self.failures < MOST_FAILURES and not self._is_late():
                    self._forget(half)
        else:
            self.taken += taken

    def _held(self, keys: list[Any]) -> Any:
        """Those that are due still. What somebody else holds goes at another run."""
        rows = self.rule.due(self.now).filter(pk__in=keys)
        free = rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        return self.rule.due(self.now).filter(pk__in=list(free.values_list("pk", flat=True)))

    def _is_late(self) -> bool:
        return monotonic() >= self.until

    def _note(self, key: Any) -> None:
        self.failures += 1
        # A session's key is no number, and nothing for a log.
        extra = {"rule": self.rule.name, "row_id": key if isinstance(key, int) else None}
        logger.exception("retention rule failed", extra=extra)
