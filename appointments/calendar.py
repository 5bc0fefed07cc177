"""A visit as a calendar entry (RFC 5545): one UID for life, SEQUENCE rises with each change."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vText

from appointments.enums import Status
from appointments.models import Appointment


def calendar_of(appointment: Appointment, *, url: str) -> bytes:
    """An .ics file of one visit, in the clinic's zone, with a neutral title.

    No reason for the visit and no specialty: calendars are shared and synchronised.
    """
    zone = ZoneInfo(appointment.zone)
    entry = Event()
    entry.add("uid", f"{appointment.public_id}@doctobooking")
    entry.add("sequence", appointment.sequence)
    entry.add("dtstamp", (appointment.booked_at or appointment.created_at).astimezone(UTC))
    entry.add("dtstart", appointment.starts_at.astimezone(zone))
    entry.add("dtend", appointment.ends_at.astimezone(zone))
    entry.add("summary", _("Cita con %(doctor)s") % {"doctor": appointment.doctor.display_name})
    entry.add("location", vText(f"{appointment.clinic.name}, {appointment.clinic.address}"))
    entry.add(
        "description",
        _("Código %(code)s. Detalles: %(url)s")
        % {
            "code": appointment.code,
            "url": url,
        },
    )
    entry.add("url", url)
    entry.add("status", _status(appointment))
    if not appointment.is_cancelled:
        entry.add_component(_reminder(str(entry["summary"])))
    calendar = Calendar()
    calendar.add("prodid", "-//Doctobooking//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if appointment.is_cancelled else "PUBLISH")
    calendar.add_component(entry)
    day = appointment.starts_at.astimezone(zone).date()
    calendar.add_missing_timezones(
        first_date=day - timedelta(days=1), last_date=day + timedelta(days=366)
    )
    return bytes(calendar.to_ical())


def _status(appointment: Appointment) -> str:
    if appointment.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if appointment.status == Status.REQUESTED else "CONFIRMED"


def _reminder(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(hours=-2))
    return alarm
