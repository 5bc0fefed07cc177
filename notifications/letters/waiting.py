"""Letters of the waiting list: a time that is offered, one that ran out, a date that is near."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.templatetags.when import day, zone_name
from notifications.enums import Kind
from notifications.letters.base import Letter, time_facts, when
from notifications.models import Message
from notifications.readers import Reader


def waiting_letter(message: Message, reader: Reader | None) -> Letter:
    """The link opens a page that asks: nothing is accepted by opening it."""
    heading, intro, button = _words(message)
    url = str(settings.SITE_URL) + waiting_path(message)
    offer = message.offer
    if offer is None:
        return Letter(
            subject=waiting_subject(message), heading=heading, intro=intro, facts=[],
            button=button, url=url,
        )  # fmt: skip
    zone, place = offer.clinic.zone, offer.clinic
    facts = [
        *time_facts(offer.starts_at, zone, reader),
        (_("Con"), offer.doctor.display_name),
        (_("Dónde"), f"{place.name}, {place.address}, {place.city}"),
    ]
    if message.kind == Kind.WAITING_OFFER:
        facts.append((_("Se la guardamos hasta"), when(offer.expires_at, zone)))
    return Letter(
        subject=waiting_subject(message),
        heading=heading,
        intro=intro,
        facts=facts,
        button=button,
        url=url,
        clock=zone_name(zone, offer.starts_at),
    )


def waiting_subject(message: Message) -> str:
    heading, _intro, _button = _words(message)
    offer = message.offer
    if offer is None:
        return f"{heading}: {day(message.day)}" if message.day else heading
    return f"{heading}: {when(offer.starts_at, offer.clinic.zone)}, {offer.doctor.display_name}"


def waiting_path(message: Message) -> str:
    if message.kind == Kind.WAITING_OFFER and message.offer is not None:
        return reverse("appointments:waiting_offer", args=[message.offer.public_id])
    return reverse("appointments:waiting")


def _words(message: Message) -> tuple[str, str, str]:
    if message.kind == Kind.WAITING_OFFER:
        return (
            _("Se liberó una hora para usted"),
            _("Es su turno en la lista de espera. Si no responde a tiempo, pasa a otra persona."),
            _("Ver y responder"),
        )
    if message.kind == Kind.WAITING_MISSED:
        return (
            _("La hora que le ofrecimos venció"),
            _("No recibimos su respuesta y la hora pasó a otra persona. Sigue en la lista."),
            _("Ver la lista de espera"),
        )
    return (
        _("Su lista de espera está por terminar"),
        _("Llega la fecha hasta la que espera. Si quiere seguir, elija una fecha posterior."),
        _("Ver la lista de espera"),
    )
