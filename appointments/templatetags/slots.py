"""Free times as links. A results page shows eighty: what they share is worked out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.models import Appointment
from clinics.models import Clinic
from core.converters import FORMAT
from core.templatetags.when import clock, day

register = template.Library()


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    clock: str
    name: str


@register.simple_tag
def booking_links(times: Sequence[datetime], clinic: Clinic) -> list[Link]:
    """Links that begin a booking; the name says day, time and doctor."""
    if not times:
        return []
    stem = _stem(reverse("appointments:hold", args=[clinic.public_id, times[0]]))
    words = _("Reservar el %(day)s a las %(clock)s con %(name)s")
    return _links(times, clinic.zone, stem, words, clinic.doctor.display_name)


@register.simple_tag
def move_links(times: Sequence[datetime], visit: Appointment, moves: str = "") -> list[Link]:
    """Links that move a visit to another time of its clinic; `moves` is another page's address."""
    if not times:
        return []
    own = reverse("appointments:move", args=[visit.public_id, times[0]])
    stem = moves.rstrip("/") if moves else _stem(own)
    words = _("Mover la cita al %(day)s a las %(clock)s")
    return _links(times, visit.zone, stem, words, "")


def _stem(address: str) -> str:
    """The address without its last part, the instant."""
    return address.rstrip("/").rpartition("/")[0]


def _links(times: Sequence[datetime], zone: str, stem: str, words: str, name: str) -> list[Link]:
    links, local = [], ZoneInfo(zone)
    days: dict[date, str] = {}
    for start in times:
        at, date_there = clock(start, zone), start.astimezone(local).date()
        if date_there not in days:
            days[date_there] = day(start, zone)
        spoken = words % {"day": days[date_there], "clock": at, "name": name}
        links.append(Link(f"{stem}/{start.strftime(FORMAT)}/", at, spoken))
    return links
