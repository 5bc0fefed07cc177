"""Free times as links. A results page shows eighty: what they share is worked out once, and they
are written at once.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from appointments.models import Appointment
from clinics.models import Clinic
from core.converters import FORMAT
from core.templatetags.when import clock, day

register = template.Library()
# Inside a page of somebody else's, a booking goes on in a tab of its own.
APART = ' target="_blank" rel="noopener"'
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@register.simple_tag
def booking_times(
    times: Sequence[datetime], clinic: Clinic, new_tab: bool | str = False
) -> SafeString:
    """Links that begin a booking; the name of each says day, time and doctor."""
    if not times:
        return SafeString("")
    stem = _booking_stem(clinic.public_id)
    words = _("Reservar el %(day)s a las %(clock)s con %(name)s")
    links = _links(
        times, clinic.zone, stem, words, clinic.doctor.display_name, APART * bool(new_tab)
    )
    return format_html('<ul class="chips chips--times" data-db-hold>{}</ul>', links)


@register.simple_tag
def move_times(times: Sequence[datetime], visit: Appointment, moves: str = "") -> SafeString:
    """Links that move a visit to another time of its clinic; `moves` is another page's address."""
    if not times:
        return SafeString("")
    own = reverse("appointments:move", args=[visit.public_id, times[0]])
    stem = moves.rstrip("/") if moves else _stem(own)
    words = _("Mover la cita al %(day)s a las %(clock)s")
    links = _links(times, visit.zone, stem, words, "")
    return format_html('<ul class="chips chips--times">{}</ul>', links)


@lru_cache(maxsize=4000)
def _booking_stem(clinic_id: uuid.UUID) -> str:
    return _stem(reverse("appointments:hold", args=[clinic_id, EPOCH]))


def _stem(address: str) -> str:
    """The address without its last part, the instant."""
    return address.rstrip("/").rpartition("/")[0]


def _links(
    times: Sequence[datetime], zone: str, stem: str, words: str, name: str, how: str = ""
) -> SafeString:
    """Each of a name that says it all. Escaped once for all: eighty times four are many."""
    local, stem, words, name = ZoneInfo(zone), escape(stem), escape(words), escape(name)
    days: dict[date, str] = {}
    chips = []
    for start in times:
        wall = start.astimezone(local)
        at, date_there = clock(wall), wall.date()
        if date_there not in days:
            days[date_there] = escape(day(date_there))
        spoken = words % {"day": days[date_there], "clock": at, "name": name}
        url = f"{stem}/{start.strftime(FORMAT)}/"
        chips.append(f'<li><a class="chip" href="{url}"{how} aria-label="{spoken}">{at}</a></li>')
    return SafeString("".join(chips))  # nosec B703 -- escaped above
