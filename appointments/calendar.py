"""A visit as a calendar entry (RFC 5545): one UID for life, SEQUENCE rises with each change."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vDuration, vText

from appointments.enums import Status
from appointments.models import Appointment
from appointments.zones import vtimezone, zone_of

PRODUCT = "-//Doctobooking//ES"
# By it, our own entries are known again in the calendars of others (external_events).
UID_HOST = "doctobooking"
END = b"END:VCALENDAR\r\n"
REMINDER = timedelta(hours=-2)
# How often we ask programs to read a feed again; they do what they like.
READ_AGAIN = timedelta(minutes=30)


def calendar_of(appointment: Appointment, *, url: str, changed_at: datetime | None = None) -> bytes:
    """An .ics file of one visit, in the clinic's zone, with a neutral title.

    No reason for the visit and no specialty: calendars are shared and synchronised. `changed_at`
    is the last line of the visit's timeline, which is looked up unless given.
    """
    title = _("Cita con %(doctor)s") % {"doctor": appointment.doctor.display_name}
    entry = entry_of(
        appointment, title=title, url=url, changed_at=changed_at or last_change(appointment)
    )
    if not appointment.is_cancelled:
        entry.add_component(_reminder(title))
    method = "CANCEL" if appointment.is_cancelled else "PUBLISH"
    return _file(_head(method), [_zone_lines([appointment]), bytes(entry.to_ical())])


def feed_of(entries: Iterable[tuple[Appointment, Event]], *, name: str) -> bytes:
    """A calendar to subscribe to: it replaces what it was at the reading before."""
    head = _head("PUBLISH")
    head.add("name", name)
    head.add("x-wr-calname", name)
    every = vDuration(READ_AGAIN)
    every.params["VALUE"] = "DURATION"
    head.add("refresh-interval", every)
    head.add("x-published-ttl", vDuration(READ_AGAIN))
    pairs = list(entries)
    lines = [bytes(entry.to_ical()) for _visit, entry in pairs]
    return _file(head, [_zone_lines(visit for visit, _entry in pairs), *lines])


def entry_of(appointment: Appointment, *, title: str, url: str, changed_at: datetime) -> Event:
    zone = zone_of(appointment.zone)
    entry = Event()
    entry.add("uid", f"{appointment.public_id}@{UID_HOST}")
    entry.add("sequence", appointment.sequence)
    entry.add("dtstamp", changed_at.astimezone(UTC))
    entry.add("last-modified", changed_at.astimezone(UTC))
    entry.add("dtstart", appointment.starts_at.astimezone(zone))
    entry.add("dtend", appointment.ends_at.astimezone(zone))
    entry.add("summary", title)
    entry.add("location", vText(f"{appointment.clinic.name}, {appointment.clinic.address}"))
    details = {"code": appointment.code, "url": url}
    entry.add("description", _("Código %(code)s. Detalles: %(url)s") % details)
    entry.add("url", url)
    entry.add("status", _status(appointment))
    return entry


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


def _file(head: Calendar, parts: Iterable[bytes]) -> bytes:
    """The parts come as lines: those of a zone are made once, and are as long as the rest."""
    return bytes(head.to_ical()).removesuffix(END) + b"".join(parts) + END


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


def _reminder(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", REMINDER)
    return alarm
