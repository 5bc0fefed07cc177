"""What tests of a decision share: rows whose time has come, and the question."""

from datetime import UTC, date, datetime, timedelta

from appointments.enums import ChangeKind
from appointments.models import AppointmentChange
from notifications.deciding import decide
from notifications.enums import Audience, Kind, State
from notifications.models import Message, Preferences
from notifications.readers import RELATED
from tests.factories import MessageFactory

# The visit is on Wednesday 25 November 2026, 9:00 in Quito; the clock of most stories shows
# Tuesday, 10:00.
STARTS = datetime(2026, 11, 25, 14, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 15, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 3, tzinfo=UTC)  # Tuesday 22:00
MORNING = datetime(2026, 11, 25, 13, tzinfo=UTC)  # Wednesday 8:00
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NUMBER = "+593991234567"


def planned(visit, kind=Kind.REMINDER_DAY, **fields):
    due = fields.pop("due_at", TUESDAY)
    return MessageFactory(visit=visit, kind=kind, state=State.PLANNED, due_at=due, **fields)


def outcome(message, now=TUESDAY, refused=()):
    rows = Message.objects.select_related("change", *RELATED)
    return decide(
        rows.get(pk=message.pk), now=now, is_refused=lambda _channel, address: address in refused
    )


def digest(reader, doctor, audience=Audience.DOCTOR, day=date(2026, 11, 25), channel="email"):
    return MessageFactory(
        visit=None, version=None, kind=Kind.DIGEST, audience=audience, recipient=reader,
        doctor=doctor, day=day, state=State.PLANNED, due_at=MORNING, channel=channel,
    )  # fmt: skip


def change(visit, actor, kind=ChangeKind.RESCHEDULED, to=None, since=None, by_desk=False):
    return AppointmentChange.objects.create(
        appointment=visit, kind=kind, actor=actor, at=TUESDAY, to_status=visit.status,
        to_starts_at=to or visit.starts_at, from_starts_at=since, sequence=visit.sequence,
        by_desk=by_desk,
    )  # fmt: skip


def wishes(account, **fields):
    return Preferences.objects.create(account=account, **fields)
