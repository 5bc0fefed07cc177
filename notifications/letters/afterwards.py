"""Letters about a visit that was held. What was found or prescribed is never in them."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.models import Appointment
from core.templatetags.when import day
from notifications.enums import CLINICAL, Kind
from notifications.letters.base import Facts, Letter, about_link, button_url, has_account
from notifications.links import link_to
from notifications.models import Message
from notifications.readers import Reader


def afterwards_letter(message: Message, reader: Reader | None) -> Letter:
    assert message.visit is not None
    visit = message.visit
    heading, intro, button = _words(Kind(message.kind), visit)
    url = _url(message, visit)
    return Letter(
        subject=afterwards_subject(message),
        heading=heading,
        intro=intro,
        facts=_facts(message, visit),
        button=button,
        url=url,
        notes=_notes(message, visit, url),
        unsubscribe="" if message.kind in CLINICAL else link_to("unsubscribe", message),
    )


def afterwards_subject(message: Message) -> str:
    assert message.visit is not None
    visit = message.visit
    heading, _intro, _button = _words(Kind(message.kind), visit)
    if message.kind == Kind.OPINION:
        return heading
    return f"{heading}: {day(visit.starts_at, visit.zone)}, {visit.doctor.display_name}"


def _url(message: Message, visit: Appointment) -> str:
    """An opinion is given on its own page, without an account by the link itself. It is read
    among all: neither visit nor day may tell its doctor who gave it.
    """
    if message.kind == Kind.OPINION:
        return str(settings.SITE_URL) + reverse("portal:opinions")
    if message.kind != Kind.FEEDBACK:
        return button_url(message, visit)
    if has_account(message, visit):
        return str(settings.SITE_URL) + reverse("reviews:opinion", args=[visit.public_id])
    return link_to("link_opinion", message)


def _notes(message: Message, visit: Appointment, url: str) -> list[str]:
    if message.kind == Kind.FEEDBACK and not has_account(message, visit):
        return [_("El enlace es personal: no lo comparta.")]
    return about_link(message, visit, url)


def _words(kind: Kind, visit: Appointment) -> tuple[str, str, str]:
    if kind == Kind.PRESCRIPTION:
        return (
            _("Su receta está lista"),
            _("Puede verla y descargarla en la página de su cita."),
            _("Ver la receta"),
        )
    if kind == Kind.RX_REVOKED:
        return (
            _("Una receta suya fue anulada"),
            _("Ya no se puede usar. Puede verla en la página de su cita."),
            _("Ver la receta"),
        )
    if kind == Kind.OPINION:
        return (
            _("Tiene una nueva opinión"),
            _("Un paciente contó cómo le fue. Puede leerla y responderla una vez."),
            _("Ver las opiniones"),
        )
    return (
        _("¿Cómo le fue?"),
        _("Cuéntenos cómo le fue en su cita: ayuda a otras personas a elegir."),
        _("Contar cómo le fue"),
    )


def _facts(message: Message, visit: Appointment) -> Facts:
    if message.kind == Kind.OPINION:
        return []
    return [(_("Cita"), day(visit.starts_at, visit.zone)), (_("Con"), visit.doctor.display_name)]
