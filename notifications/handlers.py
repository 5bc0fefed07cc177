"""Events become messages: one row for each (event, recipient, channel, kind)."""

from collections.abc import Callable, Iterator

from accounts.models import User
from appointments.models import AppointmentChange
from core.models import Event, StoredMail
from notifications.enums import Audience, Channel, Kind
from notifications.models import Message

Handler = Callable[[Event], Iterator[Message]]


def about_visit(kind: Kind) -> Handler:
    """Patient's account and doctor are told of a change of a visit."""

    def handle(event: Event) -> Iterator[Message]:
        change = AppointmentChange.objects.select_related(
            "appointment__patient__account", "appointment__doctor__user"
        ).get(pk=event.data["change"])
        visit = change.appointment
        assert visit.patient is not None
        yield _message(event, kind, Audience.PATIENT, visit.patient.account, change)
        yield _message(event, kind, Audience.DOCTOR, visit.doctor.user, change)

    return handle


def account_mail(event: Event) -> Iterator[Message]:
    """A mail that was handed to Django's e-mail API."""
    mail = StoredMail.objects.get(public_id=event.subject_id)
    yield Message(
        event=event,
        kind=Kind.ACCOUNT,
        channel=Channel.EMAIL,
        audience=Audience.ACCOUNT,
        address=mail.to_address,
        mail=mail,
        due_at=event.occurred_at,
    )


HANDLERS: dict[str, Handler] = {
    "appointment.booked": about_visit(Kind.BOOKED),
    "appointment.rescheduled": about_visit(Kind.RESCHEDULED),
    "appointment.cancelled": about_visit(Kind.CANCELLED),
    "mail.stored": account_mail,
}


def messages_of(event: Event) -> list[Message]:
    """The messages that an event asks for; none for an event that nobody waits for."""
    handler = HANDLERS.get(event.name)
    return list(handler(event)) if handler else []


def _message(
    event: Event, kind: Kind, audience: Audience, recipient: User, change: AppointmentChange
) -> Message:
    return Message(
        event=event,
        kind=kind,
        channel=Channel.EMAIL,
        audience=audience,
        recipient=recipient,
        address=recipient.email,
        change=change,
        due_at=event.occurred_at,
    )
