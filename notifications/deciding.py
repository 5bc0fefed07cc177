"""What becomes of a message whose time has come: sent, kept for later, or not sent, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Invitation
from appointments.days import stage_of
from appointments.enums import Stage, Status
from appointments.models import Appointment, AppointmentQuerySet
from clinics.enums import AssistantNotice, Reminder
from clinics.models import Assistant
from core.nights import is_quiet, morning_after
from notifications.enums import OPTIONAL, PHONE, REMINDERS, WAITING, Audience, Channel, Kind, Why
from notifications.models import Message
from notifications.readers import NO_ZONE, Reader, channels_in_use, reader_of
from notifications.timing import reminder_due

# A change by somebody else rings at night only if the visit is as near as this.
URGENT = timedelta(hours=24)
FEEDBACK_UNTIL = timedelta(days=7)
# By then another one may be told.
DELAY_UNTIL = timedelta(minutes=30)
COMING = frozenset({Stage.EXPECTED, Stage.ON_THE_WAY})
REMINDER_OF = {
    Kind.REMINDER_WEEK: Reminder.WEEK,
    Kind.REMINDER_DAY: Reminder.DAY,
    Kind.REMINDER_HOURS: Reminder.HOURS,
}


@dataclass(frozen=True)
class Send:
    reader: Reader | None
    address: str


@dataclass(frozen=True)
class Wait:
    until: datetime


@dataclass(frozen=True)
class Drop:
    why: Why

    @property
    def asks_for_another_channel(self) -> bool:
        return self.why in (Why.NO_ADDRESS, Why.REFUSED, Why.CHANNEL_OFF)


Decision = Send | Wait | Drop
IsRefused = Callable[[Channel, str], bool]


def decide(message: Message, *, now: datetime, is_refused: IsRefused) -> Decision:
    """`message` comes with what `readers.RELATED` names."""
    if message.audience == Audience.ACCOUNT:
        return Drop(Why.CLOSED) if _is_closed(message, now) else Send(None, message.address)
    reader = reader_of(message)
    if reader is None or (reader.account and not reader.account.is_active):
        return Drop(Why.READER_GONE)
    why = _pointless(message, reader, now)
    if why is not None:
        return Drop(why)
    until = _night(message, reader, now)
    if until is not None:
        if message.kind in REMINDERS and _visit(message).starts_at <= until:
            return Drop(Why.TOO_LATE)
        return Wait(until)
    return _where(message, reader, is_refused)


def _is_closed(message: Message, now: datetime) -> bool:
    """An invitation that was taken, withdrawn or ran out while its mail waited."""
    if message.kind != Kind.INVITATION or message.event is None:
        return False
    found = Invitation.objects.filter(public_id=message.event.subject_id).first()
    return found is None or not found.is_open(now)


def is_worth_sending(message: Message, *, now: datetime) -> bool:
    """Wherever it would go: whether it would say something true that its reader wants."""
    reader = reader_of(message)
    return reader is not None and _pointless(message, reader, now) is None


def _where(message: Message, reader: Reader, is_refused: IsRefused) -> Decision:
    channel = Channel(message.channel)
    if channel == Channel.INBOX:
        return Send(reader, "")
    if channel not in channels_in_use():
        return Drop(Why.CHANNEL_OFF)
    if message.resent_by_id is None and not reader.takes(channel):
        return Drop(Why.CHANNEL_OFF)
    address = reader.addresses.get(channel, "")
    if not address:
        return Drop(Why.NO_ADDRESS)
    if is_refused(channel, address):
        return Drop(Why.REFUSED)
    return Send(reader, address)


def _pointless(message: Message, reader: Reader, now: datetime) -> Why | None:
    kind = Kind(message.kind)
    if kind in REMINDERS:
        return _pointless_reminder(kind, message, reader, now)
    if message.resent_by_id is None and not reader.wants(kind):
        return Why.NOT_WANTED
    if kind == Kind.ASKED and _visit(message).sequence != message.version:
        return Why.MOVED if _visit(message).is_standing else Why.CANCELLED
    if kind == Kind.DELAYED:
        return _pointless_delay(message, now)
    if kind == Kind.WAITING_OFFER:
        return None if message.offer and message.offer.is_live(now) else Why.OFFER_OVER
    if kind == Kind.FEEDBACK:
        if _visit(message).status != Status.ATTENDED:
            return Why.CORRECTED
        return Why.TOO_LATE if now > message.due_at + FEEDBACK_UNTIL else None
    if message.audience == Audience.ASSISTANT and not _still_works(message):
        return Why.READER_GONE
    return _pointless_digest(message, reader, now) if kind == Kind.DIGEST else None


def _pointless_reminder(kind: Kind, message: Message, reader: Reader, now: datetime) -> Why | None:
    visit = _visit(message)
    if visit.sequence != message.version:
        return Why.MOVED if visit.is_standing else Why.CANCELLED
    if visit.status != Status.BOOKED:
        return Why.CANCELLED
    if visit.starts_at <= now:
        return Why.TOO_LATE
    if message.resent_by_id is not None:
        return None
    own = reader.preferences.reminders
    if own is not None and REMINDER_OF[kind] not in own:
        return Why.NOT_WANTED
    if own is None and REMINDER_OF[kind] not in visit.clinic.reminders:
        return Why.CLINIC_OFF
    wanted = visit.clinic.reminders if own is None else own
    clinic, zone = ZoneInfo(visit.zone), reader.zone(visit.zone)
    for later in REMINDERS[REMINDERS.index(kind) + 1 :]:
        due = reminder_due(later, visit.starts_at, clinic=clinic, reader=zone)
        if REMINDER_OF[later] in wanted and due <= now:
            return Why.OVERTAKEN
    return None


def _pointless_delay(message: Message, now: datetime) -> Why | None:
    """Who is there, or goes there no more, has no use for it; nor has anybody for an old one."""
    visit = _visit(message)
    if visit.sequence != message.version or visit.is_cancelled:
        return Why.MOVED if visit.is_standing else Why.CANCELLED
    is_there = visit.status != Status.BOOKED or stage_of(visit) not in COMING
    return Why.TOO_LATE if is_there or now > message.due_at + DELAY_UNTIL else None


def _pointless_digest(message: Message, reader: Reader, now: datetime) -> Why | None:
    visits = list(visits_of_day(message))
    if not visits:
        return Why.EMPTY
    over = (
        now.astimezone(reader.zone(visits[0].zone)).date()
        > visits[-1].starts_at.astimezone(ZoneInfo(visits[-1].zone)).date()
    )
    return Why.TOO_LATE if over else None


def visits_of_day(message: Message) -> list[Appointment]:
    """What stands in a digest, in order: standing visits of that date, each by its clinic's wall;
    for reception those of the consultorios that they work with.
    """
    assert message.day is not None
    around = datetime.combine(message.day, datetime.min.time(), ZoneInfo("UTC"))
    visits = (
        Appointment.objects.standing()
        .filter(
            doctor=message.doctor_id,
            starts_at__gte=around - timedelta(days=1),
            starts_at__lt=around + timedelta(days=2),
        )
        .with_people()
        .order_by("starts_at", "id")
    )
    visits = _of_reader(message, visits)
    return [v for v in visits if v.starts_at.astimezone(ZoneInfo(v.zone)).date() == message.day]


def unanswered_before(message: Message, now: datetime) -> int:
    """How many visits of earlier days a digest asks about: whether the patient came."""
    assert message.day is not None
    visits = Appointment.objects.unanswered(now).filter(doctor=message.doctor_id)
    times = _of_reader(message, visits).values_list("starts_at", "clinic__zone")
    return sum(at.astimezone(ZoneInfo(zone)).date() < message.day for at, zone in times)


def _of_reader(message: Message, visits: AppointmentQuerySet) -> AppointmentQuerySet:
    if message.audience != Audience.ASSISTANT:
        return visits
    own = Assistant.objects.working().filter(user=message.recipient_id, doctor=message.doctor_id)
    return visits.filter(clinic__in=own.values("clinics"))


def _still_works(message: Message) -> bool:
    work = Assistant.objects.working().filter(user=message.recipient_id)
    if message.kind == Kind.DIGEST:
        wants = {"doctor": message.doctor_id, "notices__contains": [AssistantNotice.DIGEST]}
        return work.filter(**wants).exists()
    return work.filter(clinics=_visit(message).clinic_id).exists()


def _night(message: Message, reader: Reader, now: datetime) -> datetime | None:
    """The end of the reader's night where the message has to wait for it."""
    zone = _zone(message, reader)
    if not is_quiet(now, zone) or not _may_not_ring(message, reader, now):
        return None
    return morning_after(now, zone)


def _zone(message: Message, reader: Reader) -> ZoneInfo:
    if message.visit is not None:
        return reader.zone(message.visit.zone)
    if message.kind in WAITING:
        return reader.zone(message.offer.clinic.zone if message.offer else NO_ZONE)
    return _zone_of_digest(message, reader)


def _zone_of_digest(message: Message, reader: Reader) -> ZoneInfo:
    visits = visits_of_day(message) if message.day else []
    return reader.zone(visits[0].zone if visits else "UTC")


def _may_not_ring(message: Message, reader: Reader, now: datetime) -> bool:
    """Direct consequences of one's own act go at once, and what lies in a mailbox wakes nobody."""
    # Whether an offer may be made at night was decided when it was made.
    if message.resent_by_id is not None or message.kind in (Kind.DELAYED, Kind.WAITING_OFFER):
        return False
    if message.kind in OPTIONAL:
        return True
    change = message.change
    if message.channel not in PHONE or change is None:
        return message.channel in PHONE
    if reader.account is not None and change.actor_id == reader.account.pk:
        return False
    times = [change.to_starts_at, change.from_starts_at or change.to_starts_at]
    return min(times) > now + URGENT


def _visit(message: Message) -> Appointment:
    assert message.visit is not None
    return message.visit
