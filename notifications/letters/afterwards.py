"""Letters about a visit that was held. What was found or prescribed is never in them."""

from django.utils.translation import gettext as _

from appointments.models import Appointment
from core.templatetags.when import day
from notifications.enums import Kind
from notifications.letters.base import Facts, Letter, about_link, button_url
from notifications.links import link_to
from notifications.models import Message
from notifications.readers import Reader


def afterwards_letter(message: Message, reader: Reader | None) -> Letter:
    assert message.visit is not None
    visit = message.visit
    heading, intro, button = _words(Kind(message.kind), visit)
    url = button_url(message, visit)
    return Letter(
        subject=afterwards_subject(message),
        heading=heading,
        intro=intro,
        facts=_facts(message, visit),
        button=button,
        url=url,
        notes=about_link(message, visit, url),
        unsubscribe="" if message.kind == Kind.PRESCRIPTION else link_to("unsubscribe", message),
    )


def afterwards_subject(message: Message) -> str:
    assert message.visit is not None
    visit = message.visit
    heading, _intro, _button = _words(Kind(message.kind), visit)
    who = visit.clinic.name if message.kind == Kind.OPINION else visit.doctor.display_name
    return f"{heading}: {day(visit.starts_at, visit.zone)}, {who}"


def _words(kind: Kind, visit: Appointment) -> tuple[str, str, str]:
    if kind == Kind.PRESCRIPTION:
        return (
            _("Su receta está lista"),
            _("Puede verla y descargarla en la página de su cita."),
            _("Ver la receta"),
        )
    if kind == Kind.OPINION:
        return (
            _("Nueva opinión"),
            _("Un paciente opinó sobre una cita. Puede leerla y responderla una vez."),
            _("Ver la opinión"),
        )
    return (
        _("¿Cómo le fue?"),
        _("Cuéntenos cómo le fue en su cita: ayuda a otras personas a elegir."),
        _("Ver la cita"),
    )


def _facts(message: Message, visit: Appointment) -> Facts:
    facts = [(_("Cita"), day(visit.starts_at, visit.zone))]
    if message.kind == Kind.OPINION:
        return [*facts, (_("Dónde"), visit.clinic.name)]
    return [*facts, (_("Con"), visit.doctor.display_name)]
