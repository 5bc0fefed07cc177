"""Events become messages: one row for each (visit, version, reader, kind, channel)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Max, Min

from accounts.models import Invitation
from appointments.enums import Status
from appointments.models import Appointment, AppointmentChange, WaitingEntry, WaitingOffer
from clinics.enums import AssistantNotice
from clinics.models import Assistant
from core.models import Event, StoredMail
from core.nights import awake
from notifications.enums import REMINDERS, Audience, Channel, Kind, State, Why
from notifications.models import Message
from notifications.readers import NO_ZONE, Reader, account_reader, patient_reader
from notifications.timing import FEEDBACK_AFTER, FEEDBACK_WITHIN, digest_due, reminder_due

Handler = Callable[[Event], Iterator[Message]]
WITH_READERS = (
    "patient__account__message_preferences",
    "patient__message_preferences",
    "doctor__user__message_preferences",
    "clinic__city",
)
NOTICES = {
    Kind.BOOKED: AssistantNotice.NEW,
    Kind.REQUESTED: AssistantNotice.NEW,
    Kind.ACCEPTED: AssistantNotice.NEW,
    Kind.RESCHEDULED: AssistantNotice.MOVED,
    Kind.CANCELLED: AssistantNotice.CANCELLED,
    Kind.DECLINED: AssistantNotice.CANCELLED,
    Kind.LAPSED: AssistantNotice.CANCELLED,
}


def about_visit(kind: Kind) -> Handler:
    """Patient, doctor and reception are told of a change of a visit; those of the desk not of
    what they did themselves, and of several visits of a series at once. A visit that stands gets
    its reminders, its doctor's day a digest.
    """

    def handle(event: Event) -> Iterator[Message]:
        change = _change(event)
        visit = change.appointment
        line = getattr(change, "series_line", None)
        if line is None or line.tells:
            yield from _news(event, kind, change)
        if visit.status == Status.BOOKED and visit.sequence == change.sequence:
            yield from reminders_of(visit, since=event.occurred_at)
            yield from digests_of(visit, since=event.occurred_at)

    return handle


def asked_for_another_time(event: Event) -> Iterator[Message]:
    """The patient alone: whoever asked knows it."""
    change = _change(event)
    yield from _at_once(
        patient_reader(change.appointment),
        Audience.PATIENT,
        kind=Kind.ASKED,
        event=event,
        visit=change.appointment,
        version=change.sequence,
        change=change,
        due_at=event.occurred_at,
    )


def _news(event: Event, kind: Kind, change: AppointmentChange) -> Iterator[Message]:
    visit = change.appointment
    told = {"kind": kind, "event": event, "visit": visit, "version": change.sequence,
            "change": change, "due_at": event.occurred_at}  # fmt: skip
    yield from _at_once(patient_reader(visit), Audience.PATIENT, **told)
    desk = change.actor_id if change.by_desk else None
    if desk != visit.doctor.user_id:
        yield from _at_once(account_reader(visit.doctor.user), Audience.DOCTOR, **told)
    for reader in _reception(visit, NOTICES[kind]):
        if reader.account and desk != reader.account.pk:
            key = str(reader.account.pk)
            yield from _at_once(reader, Audience.ASSISTANT, reader_key=key, **told)


def reminders_of(visit: Appointment, *, since: datetime) -> Iterator[Message]:
    """All kinds that are due after `since`, wanted or not: that is decided when they are sent."""
    reader = patient_reader(visit)
    clinic = ZoneInfo(visit.zone)
    for kind in REMINDERS:
        due = reminder_due(kind, visit.starts_at, clinic=clinic, reader=reader.zone(visit.zone))
        if due > since:
            yield from _messages(
                reader, Audience.PATIENT, kind=kind, visit=visit, version=visit.sequence, due_at=due
            )


def digests_of(visit: Appointment, *, since: datetime) -> Iterator[Message]:
    """The morning digest of the visit's day; most times it is there already."""
    day = visit.starts_at.astimezone(ZoneInfo(visit.zone)).date()
    readers = [
        (Audience.DOCTOR, account_reader(visit.doctor.user)),
        *((Audience.ASSISTANT, one) for one in _reception(visit, AssistantNotice.DIGEST)),
    ]
    for audience, reader in readers:
        due = digest_due(day, reader.zone(visit.zone))
        if due > since:
            yield from _messages(
                reader, audience, kind=Kind.DIGEST, doctor=visit.doctor, day=day, due_at=due
            )


def after_visit(event: Event) -> Iterator[Message]:
    """«¿Cómo le fue?», some hours after a visit that was attended. Of one that the desk says so of
    long afterwards nobody is asked.
    """
    change = _change(event)
    visit = change.appointment
    if event.occurred_at > visit.ends_at + FEEDBACK_WITHIN:
        return
    reader = patient_reader(visit)
    due = max(event.occurred_at, visit.ends_at + FEEDBACK_AFTER)
    yield from _messages(
        reader,
        Audience.PATIENT,
        kind=Kind.FEEDBACK,
        event=event,
        visit=visit,
        version=change.sequence,
        change=change,
        copy=_copy_of_question(event, visit),
        due_at=awake(due, reader.zone(visit.zone)),
    )


def _copy_of_question(event: Event, visit: Appointment) -> int:
    """Asked once; anew where the question was withdrawn, because it was said meanwhile that the
    patient had not come.
    """
    _hold(visit)
    rows = Message.objects.filter(visit=visit, kind=Kind.FEEDBACK)
    last = rows.aggregate(last=Max("copy"))["last"]
    if last is None:
        return 0
    there = rows.filter(copy=last)
    stands = there.filter(event=event) | there.exclude(why=Why.CORRECTED)
    return last if stands.exists() else last + 1


def about_paper(kind: Kind, audience: Audience) -> Handler:
    """Something was written about a visit: who reads it learns that it is there, not what it is.
    A delay is told the same way: each time anew.

    The event's subject is the paper; `data["visit"]` is the visit's primary key.
    """

    def handle(event: Event) -> Iterator[Message]:
        visit = Appointment.objects.select_related(*WITH_READERS).get(pk=event.data["visit"])
        to_patient = audience == Audience.PATIENT
        reader = patient_reader(visit) if to_patient else account_reader(visit.doctor.user)
        yield from _at_once(
            reader,
            audience,
            kind=kind,
            event=event,
            visit=visit,
            version=visit.sequence,
            copy=_next_copy(event, visit, kind),
            due_at=event.occurred_at,
        )

    return handle


def _next_copy(event: Event, visit: Appointment, kind: Kind) -> int:
    """Several papers of one visit are told of one by one, whatever channel each took. Whoever
    counts holds the visit.
    """
    _hold(visit)
    rows = Message.objects.filter(visit=visit, kind=kind)
    known = rows.filter(event=event).aggregate(least=Min("copy"))["least"]
    last = rows.aggregate(last=Max("copy"))["last"]
    return known if known is not None else 0 if last is None else last + 1


def _hold(visit: Appointment) -> None:
    """Two events of one visit may be planned at the same time."""
    Appointment.objects.select_for_update(of=("self",), no_key=True).get(pk=visit.pk)


def account_mail(event: Event) -> Iterator[Message]:
    """A mail that was handed to Django's e-mail API, unless its reader's account is gone since."""
    mail = StoredMail.objects.get(public_id=event.subject_id)
    if mail.wiped_at is None:
        yield _email(event, Kind.ACCOUNT, mail.to_address, mail=mail)


def invitation_mail(event: Event) -> Iterator[Message]:
    """To the invited address, whoever has it; its link is made when the mail is sent."""
    invitation = Invitation.objects.filter(public_id=event.subject_id).first()
    if invitation is not None and invitation.is_open(event.occurred_at):
        yield _email(event, Kind.INVITATION, invitation.email)


def about_offer(kind: Kind) -> Handler:
    """A time of the waiting list is offered, or was and ran out. One that the desk offered at night
    is told in the morning.
    """

    def handle(event: Event) -> Iterator[Message]:
        offers = WaitingOffer.objects.select_related("entry__patient__account__message_preferences")
        offer = offers.get(public_id=event.subject_id)
        account = offer.entry.patient.account
        if account is None:
            return
        due = max(event.occurred_at, offer.tell_at)
        tell = _at_once if due == event.occurred_at else _messages
        yield from tell(
            account_reader(account), Audience.PATIENT, kind=kind, event=event, offer=offer,
            due_at=due,
        )  # fmt: skip

    return handle


def waiting_ends(event: Event) -> Iterator[Message]:
    """Somebody's date comes near: they may choose a later one."""
    entries = WaitingEntry.objects.select_related("patient__account__message_preferences")
    entry = entries.get(public_id=event.subject_id)
    if entry.patient.account is not None:
        reader = account_reader(entry.patient.account)
        due = awake(event.occurred_at, reader.zone(NO_ZONE))
        yield from _messages(
            reader, Audience.PATIENT, kind=Kind.WAITING_ENDING, event=event, day=entry.until_date,
            due_at=due,
        )  # fmt: skip


HANDLERS: dict[str, Handler] = {
    "waiting.offered": about_offer(Kind.WAITING_OFFER),
    "waiting.expired": about_offer(Kind.WAITING_MISSED),
    "waiting.ending": waiting_ends,
    "appointment.booked": about_visit(Kind.BOOKED),
    "appointment.requested": about_visit(Kind.REQUESTED),
    "appointment.rescheduled": about_visit(Kind.RESCHEDULED),
    "appointment.cancelled": about_visit(Kind.CANCELLED),
    "appointment.accepted": about_visit(Kind.ACCEPTED),
    "appointment.declined": about_visit(Kind.DECLINED),
    "appointment.lapsed": about_visit(Kind.LAPSED),
    "appointment.asked": asked_for_another_time,
    "appointment.attended": after_visit,
    "visit_day.delayed": about_paper(Kind.DELAYED, Audience.PATIENT),
    "prescription.issued": about_paper(Kind.PRESCRIPTION, Audience.PATIENT),
    "prescription.revoked": about_paper(Kind.RX_REVOKED, Audience.PATIENT),
    "review.published": about_paper(Kind.OPINION, Audience.DOCTOR),
    "invitation.sent": invitation_mail,
    "mail.stored": account_mail,
}
# Changes of which patient and doctor hear at once.
TOLD = [f"appointment.{kind}" for kind in NOTICES]


def messages_of(event: Event) -> list[Message]:
    """The messages that an event asks for; none for an event that nobody waits for."""
    handler = HANDLERS.get(event.name)
    return list(handler(event)) if handler else []


def _change(event: Event) -> AppointmentChange:
    related = ["series_line", *(f"appointment__{name}" for name in WITH_READERS)]
    return AppointmentChange.objects.select_related(*related).get(pk=event.data["change"])


def _reception(visit: Appointment, notice: AssistantNotice) -> list[Reader]:
    """Those who work at the visit's clinic and are to hear of this."""
    working = Assistant.objects.working().filter(
        clinics=visit.clinic_id, notices__contains=[notice]
    )
    people = working.select_related("user__message_preferences").order_by("id")
    return [account_reader(assistant.user) for assistant in people if assistant.user]


def _at_once(reader: Reader, audience: Audience, **columns: object) -> Iterator[Message]:
    """On our own pages it has arrived with the event."""
    for message in _messages(reader, audience, **columns):
        if message.channel == Channel.INBOX:
            message.state, message.sent_at = State.SENT, message.due_at
        yield message


def _messages(reader: Reader, audience: Audience, **columns: object) -> Iterator[Message]:
    """On our own pages, which an account always has, and by the first channel outside of them."""
    if reader.account is not None:
        yield _message(reader, audience, Channel.INBOX, **columns)
    yield _message(reader, audience, reader.first, **columns)


def _message(reader: Reader, audience: Audience, channel: Channel, **columns: object) -> Message:
    message = Message(
        audience=audience,
        channel=channel,
        recipient=reader.account,
        address="" if channel == Channel.INBOX else reader.addresses.get(channel, ""),
        **columns,
    )
    message.next_try_at = message.due_at
    return message


def _email(event: Event, kind: Kind, address: str, mail: StoredMail | None = None) -> Message:
    return Message(
        event=event,
        kind=kind,
        channel=Channel.EMAIL,
        audience=Audience.ACCOUNT,
        address=address,
        mail=mail,
        due_at=event.occurred_at,
        next_try_at=event.occurred_at,
    )
