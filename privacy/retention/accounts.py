"""Of accounts: copies, sessions, browsers, invitations, consents, counters, the admin's history."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from accounts.models import AccountSession, Consent, Invitation
from privacy.models import DataExport
from privacy.retention.base import Rule, delete

# Of an invitation that ended: long enough to answer who asks what became of it.
ENDED = timedelta(days=180)
GONE = "cerrada@invitacion.invalid"
# A browser that comes back within half a year is known; later its owner is told of it anew.
BROWSER_KNOWN = timedelta(days=180)
# After that nobody may be fined any more for data that were used without a consent (Spain's
# LOPDGDD, art. 72), so that nobody has to prove from where it was given.
CONSENT_PROVED = timedelta(days=3 * 365 + 1)
# What the team did is asked about within the time in which people complain. Who did it to which
# row stays, and so does the timeline of each visit.
TEAM_WORDS = timedelta(days=2 * 365)
COUNTERS_AT_ONCE = 5000


def _copies(now: datetime) -> Any:
    return DataExport.objects.filter(content_sealed__isnull=False, expires_at__lte=now)


def _sessions(now: datetime) -> Any:
    return Session.objects.filter(expire_date__lte=now)


def _browsers(now: datetime) -> Any:
    """All but the account's latest: without any, a stranger's browser would be its first one, and
    the owner would not be told. Where a session still lives, the browser is in use.
    """
    limit = now - BROWSER_KNOWN
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    later = AccountSession.objects.filter(account=OuterRef("account"), pk__gt=OuterRef("pk"))
    over = Q(ended_at__lte=limit) | Q(ended_at=None, seen_at__lte=limit)
    return AccountSession.objects.filter(over, ~Exists(alive), Exists(later))


def _invitations(now: datetime) -> Any:
    """Of those that were never taken, the address; the row says that there was one."""
    ended = Q(expires_at__lte=now - ENDED) | Q(revoked_at__lte=now - ENDED)
    return Invitation.objects.filter(ended, accepted_at__isnull=True).exclude(email=GONE)


def _consents(now: datetime) -> Any:
    """Of those that were withdrawn, the network; that there was one, and when, stays."""
    return Consent.objects.filter(withdrawn_at__lte=now - CONSENT_PROVED).exclude(network="")


def _team_words(now: datetime) -> Any:
    said = ~Q(object_repr="") | ~Q(change_message="")
    return LogEntry.objects.filter(said, action_time__lte=now - TEAM_WORDS)


@dataclass(frozen=True)
class Counters:
    """Entries of the cache that ran out: its keys name who tried to log in from which address, and
    Django takes them away only when the table is full.
    """

    now: datetime

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {self._rows}", [self.now])
            return int(cursor.fetchone()[0])

    def delete(self) -> int:
        """Some at a time, each statement within its time limit."""
        some = f"SELECT cache_key {self._rows} LIMIT {COUNTERS_AT_ONCE} FOR UPDATE SKIP LOCKED"
        chosen = f"FROM {self._table} WHERE cache_key IN ({some})"
        deleted = 0
        with connection.cursor() as cursor:
            while True:
                cursor.execute(f"DELETE {chosen}", [self.now])
                deleted += int(cursor.rowcount)
                if cursor.rowcount < COUNTERS_AT_ONCE:
                    return deleted

    @property
    def _rows(self) -> str:
        return f"FROM {self._table} WHERE expires <= %s"

    @property
    def _table(self) -> str:
        return str(connection.ops.quote_name(cache._table))  # type: ignore[attr-defined]


RULES = (
    Rule("exports", _copies, lambda rows: int(rows.update(content_sealed=None))),
    Rule("sessions", _sessions, delete),
    Rule("browsers", _browsers, delete),
    Rule("invitations", _invitations, lambda rows: int(rows.update(email=GONE))),
    Rule("consents", _consents, lambda rows: int(rows.update(network=""))),
    Rule("counters", Counters, lambda rows: rows.delete(), in_batches=False),
    Rule("team_words", _team_words,
         lambda rows: int(rows.update(object_repr="", change_message=""))),
)  # fmt: skip
