"""A visit as a calendar entry (RFC 5545): one UID for life, SEQUENCE rises with each change."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from django.db.models import Max
from django.utils.translation import gettext as _
from icalendar import Calendar, vDuration, vText
from icalendar.parser import Contentline

from appointments.enums import Status
from appointments.models import Appointment
from appointments.zones import vtimezone, zone_of

PRODUCT = "-//Doctobooking//ES"
# By it, our own entries are known again in the calendars of others (external_events).
UID_HOST = "doctobooking"
EOL = b"\r\n"
END = b"END:VCALENDAR\r\n"
INSTANT = "%Y%m%dT%H%M%SZ"
# How often we ask programs to read a feed again; they do what they like.
READ_AGAIN = timedelta(minutes=30)


def calendar_of(appointment: Appointment, *, url: str, changed_at: datetime | None = None) -> bytes:
    """An .ics file of one visit, in the clinic's zone, with a neutral title.

    No reason for the visit and no specialty: calendars are shared and synchronised. `changed_at`
    is the last line of the visit's timeline, which is looked up unless given.
    """
    entry = _own_entry(appointment, url, changed_at or last_change(appointment))
    method = "CANCEL" if appointment.is_cancelled else "PUBLISH"
    return _file(_head_lines(method), [_zone_lines([appointment]), entry])


def calendars_of(visits: Sequence[tuple[Appointment, str, datetime]]) -> list[bytes]:
    """The files of several visits, each with its address and when it became what it is: one with
    an entry for each that stands, and one for each that was cancelled, since CANCEL may not name
    two (RFC 5546 3.2.5).
    """
    standing = [one for one in visits if not one[0].is_cancelled]
    files = [calendar_of(v, url=url, changed_at=at) for v, url, at in visits if v.is_cancelled]
    if standing:
        zones = _zone_lines(visit for visit, _url, _at in standing)
        files.insert(0, _file(_head_lines("PUBLISH"), [zones, *(_own_entry(*v) for v in standing)]))
    return files


def _own_entry(appointment: Appointment, url: str, changed_at: datetime) -> bytes:
    return entry_of(
        appointment,
        title=_("Cita con %(doctor)s") % {"doctor": appointment.doctor.display_name},
        url=url,
        changed_at=changed_at,
        with_alarm=not appointment.is_cancelled,
    )


def feed_of(entries: Iterable[tuple[Appointment, bytes]], *, name: str) -> bytes:
    """A calendar to subscribe to: it replaces what it was at the reading before."""
    head = _head("PUBLISH")
    head.add("name", name)
    head.add("x-wr-calname", name)
    every = vDuration(READ_AGAIN)
    every.params["VALUE"] = "DURATION"
    head.add("refresh-interval", every)
    head.add("x-published-ttl", vDuration(READ_AGAIN))
    pairs = list(entries)
    zones = _zone_lines(visit for visit, _entry in pairs)
    return _file(bytes(head.to_ical()), [zones, *(entry for _visit, entry in pairs)])


def entry_of(
    appointment: Appointment,
    *,
    title: str,
    url: str,
    changed_at: datetime,
    with_alarm: bool = False,
) -> bytes:
    """The lines of a VEVENT. They are written out, escaped and folded by the library: its objects
    cost three times as much, and a worker makes hundreds a second.
    """
    at, key = changed_at.astimezone(UTC).strftime(INSTANT), appointment.zone
    place = f"{appointment.clinic.name}, {appointment.clinic.address}"
    details = {"code": appointment.code, "url": url}
    lines = [
        "BEGIN:VEVENT",
        f"UID:{appointment.public_id}@{UID_HOST}",
        f"SEQUENCE:{appointment.sequence}",
        f"DTSTAMP:{at}",
        f"LAST-MODIFIED:{at}",
        f"DTSTART;TZID={key}:{_wall(appointment.starts_at, key)}",
        f"DTEND;TZID={key}:{_wall(appointment.ends_at, key)}",
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(place)}",
        f"DESCRIPTION:{_text(_('Código %(code)s. Detalles: %(url)s') % details)}",
        f"URL:{url}",
        f"STATUS:{_status(appointment)}",
        *(_alarm(title) if with_alarm else ()),
        "END:VEVENT",
    ]
    return b"".join(Contentline(line).to_ical() + EOL for line in lines)


def last_change(appointment: Appointment) -> datetime:
    """When the visit became what it is now. One query."""
    last: datetime | None = appointment.changes.aggregate(last=Max("at"))["last"]
    return last or appointment.booked_at or appointment.created_at


def _head(method: str) -> Calendar:
    head = Calendar()
    head.add("prodid", PRODUCT)
    head.add("version", "2.0")
    head.add("calscale", "GREGORIAN")
    head.add("method", method)
    return head


@cache
def _head_lines(method: str) -> bytes:
    return bytes(_head(method).to_ical())


def _file(head: bytes, parts: Iterable[bytes]) -> bytes:
    """The parts come as lines: those of a zone are made once, and are as long as the rest."""
    return head.removesuffix(END) + b"".join(parts) + END


def _zone_lines(appointments: Iterable[Appointment]) -> bytes:
    years: dict[str, list[int]] = {}
    for appointment in appointments:
        year = appointment.starts_at.astimezone(zone_of(appointment.zone)).year
        years.setdefault(appointment.zone, []).append(year)
    # A year more: a program may show the entry until it is moved into the next one.
    return b"".join(vtimezone(key, min(y), max(y) + 1) for key, y in sorted(years.items()))


def _status(appointment: Appointment) -> str:
    if appointment.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if appointment.status == Status.REQUESTED else "CONFIRMED"


def _alarm(summary: str) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(summary)}",
        "TRIGGER:-PT2H",
        "END:VALARM",
    ]


def _text(words: str) -> str:
    """Escaped as RFC 5545 3.3.11 says."""
    return bytes(vText(words).to_ical()).decode()


def _wall(at: datetime, key: str) -> str:
    return at.astimezone(zone_of(key)).strftime("%Y%m%dT%H%M%S")
