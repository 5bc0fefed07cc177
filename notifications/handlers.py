"""Events become messages: one row for each (event, recipient, channel, kind)."""

from collections.abc import Callable, Iterator

from accounts.models import Invitation, User
from appointments.models import AppointmentChange
from core.models import Event, StoredMail
from notifications.enums import Audience, Channel, Kind
from notifications.models import Message

Handler = Callable[[Event], Iterator[Message]]


def about_visit(kind: Kind) -> Handler:
    """Patient and doctor are told of a change of a visit; the doctor not of an own act.

    A patient without account is written to as the desk wrote down; without an address, nobody is.
    """

    def handle(event: Event) -> Iterator[Message]:
        change = AppointmentChange.objects.select_related(
            "appointment__patient__account", "appointment__doctor__user"
        ).get(pk=event.data["change"])
        visit = change.appointment
        assert visit.patient is not None
        account = visit.patient.account
        address = account.email if account else visit.patient.email
        if address:
            yield _message(event, kind, Audience.PATIENT, account, address, change)
        doctor = visit.doctor.user
        if not (change.by_desk and change.actor_id == doctor.pk):
            yield _message(event, kind, Audience.DOCTOR, doctor, doctor.email, change)

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


def invitation_mail(event: Event) -> Iterator[Message]:
    """To the invited address, whoever has it; its link is made when the mail is sent."""
    invitation = Invitation.objects.filter(public_id=event.subject_id).first()
    if invitation is not None and invitation.is_open(event.occurred_at):
        yield Message(
            event=event,
            kind=Kind.INVITATION,
            channel=Channel.EMAIL,
            audience=Audience.ACCOUNT,
            address=invitation.email,
            due_at=event.occurred_at,
        )


HANDLERS: dict[str, Handler] = {
    "appointment.booked": about_visit(Kind.BOOKED),
    "appointment.requested": about_visit(Kind.REQUESTED),
    "appointment.rescheduled": about_visit(Kind.RESCHEDULED),
    "appointment.cancelled": about_visit(Kind.CANCELLED),
    "appointment.accepted": about_visit(Kind.ACCEPTED),
    "appointment.declined": about_visit(Kind.DECLINED),
    "appointment.lapsed": about_visit(Kind.LAPSED),
    "invitation.sent": invitation_mail,
    "mail.stored": account_mail,
}


def messages_of(event: Event) -> list[Message]:
    """The messages that an event asks for; none for an event that nobody waits for."""
    handler = HANDLERS.get(event.name)
    return list(handler(event)) if handler else []


def _message(
    event: Event,
    kind: Kind,
    audience: Audience,
    recipient: User | None,
    address: str,
    change: AppointmentChange,
) -> Message:
    return Message(
        event=event,
        kind=kind,
        channel=Channel.EMAIL,
        audience=audience,
        recipient=recipient,
        address=address,
        change=change,
        due_at=event.occurred_at,
    )
