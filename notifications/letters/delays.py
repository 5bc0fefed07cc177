"""The letter about a consultation that is late, to who is still to come."""

from django.utils.translation import gettext as _

from appointments.models import Appointment
from core.templatetags.when import clock, zone_name
from notifications.letters.base import (
    Letter,
    about_link,
    button_url,
    has_account,
    page_of,
    time_facts,
    visit_facts,
)
from notifications.links import link_to
from notifications.models import Message
from notifications.readers import Reader


def delay_letter(message: Message, reader: Reader | None) -> Letter:
    visit, minutes = _visit(message), _minutes(message)
    page = page_of(message, visit)
    return Letter(
        subject=delay_subject(message),
        heading=_("La consulta va %(n)d minutos tarde") % {"n": minutes},
        intro=_(
            "El consultorio avisa que hoy las consultas van con retraso. Su cita sigue en pie: en "
            "su página puede decir que llegó y ver cuándo podría pasar."
        ),
        facts=time_facts(visit.starts_at, visit.zone, reader) + visit_facts(message, visit),
        button=_("Ver mi turno"),
        url=page if has_account(message, visit) else link_to("link_day", message),
        notes=about_link(message, visit, button_url(message, visit)),
        page=page,
        clock=zone_name(visit.zone, visit.starts_at),
    )


def delay_subject(message: Message) -> str:
    visit = _visit(message)
    return _("La consulta va %(n)d minutos tarde: hoy %(hour)s, %(doctor)s") % {
        "n": _minutes(message),
        "hour": clock(visit.starts_at, visit.zone),
        "doctor": visit.doctor.display_name,
    }


def _minutes(message: Message) -> int:
    """As the desk told it; a message comes with its event."""
    assert message.event is not None
    return int(message.event.data["minutes"])


def _visit(message: Message) -> Appointment:
    assert message.visit is not None
    return message.visit
