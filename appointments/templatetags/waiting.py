"""Wishes of the waiting list as people read them."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

from appointments.models import WaitingEntry
from appointments.waiting import DAY_MINUTES
from appointments.waiting_enums import Skip
from clinics.enums import Weekday
from core.forms import wall_time

register = template.Library()


@register.filter
def wished_days(entry: WaitingEntry) -> str:
    """«Lunes, miércoles» or «Cualquier día»."""
    if not entry.weekdays:
        return _("Cualquier día")
    words = ", ".join(str(Weekday(day).label) for day in entry.weekdays)
    return words[:1].upper() + words[1:]


@register.filter
def wished_hours(entry: WaitingEntry) -> str:
    """«de 9:00 a 13:00» or «a cualquier hora»."""
    if (entry.from_minute, entry.until_minute) == (0, DAY_MINUTES):
        return _("a cualquier hora")
    since, until = (wall_time(m).lstrip("0") for m in (entry.from_minute, entry.until_minute))
    since = since if entry.from_minute >= 60 else f"0{since}"
    return _("de %(since)s a %(until)s") % {"since": since, "until": until}


@register.filter
def skipped(skips: Mapping[str, int]) -> list[tuple[int, str]]:
    """How many were passed over, and the words; the most first."""
    counted = sorted(skips.items(), key=lambda row: -row[1])
    return [(count, str(Skip(name).label)) for name, count in counted if name in Skip.values]
