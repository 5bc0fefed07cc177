"""Values of the readable copy in words, in the language and on the clock of the account."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinics.weeks import minute
from core.templatetags.when import clock, duration, zone_name
from privacy.collecting.base import Coded

# Minutes since midnight, and how many of them.
OF_THE_DAY = {"from_minute", "until_minute", "starts_minute", "ends_minute"}
LENGTHS = {
    "slot_minutes", "step_minutes", "buffer_before", "buffer_after", "min_notice_minutes",
    "cancellation_notice_minutes", "notice_minutes", "minutes",
}  # fmt: skip
LANGUAGES = {"language", "languages"}
ZONES = {"zone", "time_zone"}


def said(key: str, value: Any, zone: str) -> str:
    """What a page says of a column's value, that is no row of columns itself."""
    if isinstance(value, list | tuple):
        return ", ".join(said(key, inner, zone) for inner in value)
    if isinstance(value, Coded):
        # A currency's letters are what people write.
        return str(value.raw if key == "currency" else value.label)
    if isinstance(value, bool):
        return str(_("Sí") if value else _("No"))
    if isinstance(value, datetime):
        there = value.astimezone(ZoneInfo(zone))
        return f"{date_format(there, 'DATE_FORMAT')}, {clock(there)}"
    if isinstance(value, date):
        return str(date_format(value, "DATE_FORMAT"))
    return _by_column(key, value)


def _by_column(key: str, value: Any) -> str:
    if key in OF_THE_DAY:
        return minute(value)
    if key in LENGTHS:
        return duration(value)
    if key in ZONES:
        return zone_name(value)
    if key in LANGUAGES:
        return str({**_WRITTEN, **_SPOKEN}.get(value, value))
    return str(value)


_SPOKEN = dict(settings.LANGUAGES_SPOKEN)
_WRITTEN = dict(settings.LANGUAGES)
