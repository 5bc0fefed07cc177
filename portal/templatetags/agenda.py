"""Dates, ages and acts as the desk's pages say them."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.models import Appointment, AppointmentChange
from core.templatetags.when import spoken_language
from portal.desk import Desk

register = template.Library()

MONTH = {"es": r"j \d\e F", "en": "j F"}
YEAR = {"es": r"j \d\e F \d\e Y", "en": "j F Y"}


@register.filter
def span_of_days(days: Sequence[date]) -> str:
    """«23 – 29 de noviembre de 2026», «30 de noviembre – 6 de diciembre de 2026»."""
    first, last, language = days[0], days[-1], spoken_language()
    if first.year != last.year:
        start = YEAR[language]
    elif first.month != last.month:
        start = MONTH[language]
    else:
        start = "j"
    return f"{dateformat.format(first, start)} – {dateformat.format(last, YEAR[language])}"


@register.filter
def age_on(born: date, on: date) -> str:
    """«41 años»; of small children «7 meses»."""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 24:
        return ngettext("%(n)s mes", "%(n)s meses", max(months, 0)) % {"n": max(months, 0)}
    return _("%(n)s años") % {"n": months // 12}


@register.simple_tag
def done_by(change: AppointmentChange, visit: Appointment, desk: Desk) -> str:
    """Who did it, as the person at the desk would say."""
    actor, patient = change.actor, visit.patient
    if actor is None:
        return _("automáticamente")
    if actor == desk.user:
        return _("usted")
    if actor.pk == desk.doctor.user_id:
        return desk.doctor.display_name
    if change.by_desk:
        return _("%(name)s, recepción") % {"name": actor.full_name}
    if patient is not None and actor.pk == patient.account_id:
        return _("el paciente") if patient.is_self else actor.full_name
    return _("el equipo de Doctobooking")


@register.filter
def local_date(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
