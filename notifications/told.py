"""What a visit's people were told, in the order in which somebody wants to know it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from appointments.models import Appointment
from notifications.deciding import REMINDER_OF
from notifications.enums import AFTERWARDS, REMINDERS, Audience, Channel, Kind, State, Why
from notifications.models import Message
from notifications.readers import Reader, patient_reader
from notifications.services.resending import can_be_repeated

# Of what got through as it should, the latest.
LATEST = 3
NOT_THROUGH = frozenset({State.FAILED, State.GIVEN_UP, State.UNKNOWN})
NOWHERE = frozenset({Why.NO_ADDRESS, Why.REFUSED})


@dataclass(slots=True)
class Line:
    message: Message
    may_repeat: bool


@dataclass(slots=True)
class Told:
    """`troubled`: what has not reached its reader by any way. `latest`: what the patient was told
    outside of our pages. `planned`: what the patient will be told. `others`: all the rest.
    """

    troubled: list[Line] = field(default_factory=list)
    latest: list[Line] = field(default_factory=list)
    planned: list[Line] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.troubled or self.latest or self.planned or self.others)


def told_of(visit: Appointment, messages: Iterable[Message], *, now: datetime) -> Told:
    """`messages` come from `queries`. Reminders that nobody asked for are left out while they are
    planned: they will not be sent.
    """
    rows = list(messages)
    reader = patient_reader(visit) if visit.patient else None
    mended, told, latest = _mended(rows), Told(), []
    for row in rows:
        line = Line(row, _may_repeat(row, visit, now))
        is_outside = row.audience == Audience.PATIENT and row.channel != Channel.INBOX
        if row.state == State.PLANNED and row.due_at > now:
            if is_outside and _is_wanted(row, visit, reader):
                told.planned.append(line)
        elif _is_troubled(row) and row.pk not in mended:
            told.troubled.append(line)
        elif is_outside and row.state in (State.SENT, State.SENDING, State.PLANNED):
            latest.append(line)
        else:
            told.others.append(line)
    told.others += latest[:-LATEST]
    told.others.sort(key=lambda one: (one.message.due_at, one.message.pk))
    told.latest = latest[-LATEST:]
    return told


def _is_troubled(row: Message) -> bool:
    return row.state in NOT_THROUGH or (row.state == State.SUPPRESSED and row.why in NOWHERE)


def _mended(rows: list[Message]) -> set[int]:
    """What was said after all: once more by the same way, or by another."""
    arrived = [row for row in rows if row.state == State.SENT]
    sent = {_family(row): row.copy for row in sorted(arrived, key=lambda row: row.copy)}
    later = {row.pk for row in rows if sent.get(_family(row), -1) > row.copy}
    instead_of = {row.pk: row.instead_of_id for row in rows}
    for row in arrived:
        before = row.instead_of_id
        while before is not None and before not in later:
            later.add(before)
            before = instead_of.get(before)
    return later


def _family(row: Message) -> tuple[object, ...]:
    return row.version, row.audience, row.reader_key, row.kind, row.channel


def _is_wanted(row: Message, visit: Appointment, reader: Reader | None) -> bool:
    if reader is None:
        return False
    kind = Kind(row.kind)
    if kind not in REMINDERS:
        return reader.wants(kind)
    own = reader.preferences.reminders
    return REMINDER_OF[kind] in (visit.clinic.reminders if own is None else own)


def _may_repeat(row: Message, visit: Appointment, now: datetime) -> bool:
    """What is still true of the visit; of a time that it had before nobody is told again."""
    if not can_be_repeated(row):
        return False
    if row.kind in AFTERWARDS:
        return True
    is_current = row.version == visit.sequence and visit.starts_at > now
    is_so = visit.is_standing if row.change is None else row.change.to_status == visit.status
    return is_current and is_so
