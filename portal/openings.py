"""What a new opening is worth: the times that it offers, and what else is going on then."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.availability import Interval, open_windows, overlaps, to_interval
from appointments.queries import free_times, office_of
from clinics.models import Clinic
from clinics.services.schedule import SpecialDate
from core.templatetags.when import clock
from portal.desk import Desk

NAMED = 6


def said_of(desk: Desk, clinic: Clinic, extra: SpecialDate, now: datetime) -> tuple[str, str]:
    """What to tell the doctor: the times that patients can book now, and what collides."""
    stretch = _stretch(clinic, extra)
    since, until = (datetime.fromtimestamp(second, now.tzinfo) for second in stretch)
    fresh = Clinic.objects.with_schedule().get(pk=clinic.pk)
    times = free_times([fresh], now=now, since=since, until=until)[clinic.pk]
    return _offered(times, clinic.zone), " ".join(_collisions(desk, fresh, stretch, since, until))


def span_of(clinic: Clinic, extra: SpecialDate) -> tuple[datetime, datetime]:
    """As instants (UTC)."""
    since, until = _stretch(clinic, extra)
    return datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC)


def _offered(times: list[datetime], zone: str) -> str:
    if not times:
        return _(
            "Por ahora los pacientes no pueden reservar a esas horas: revise la antelación, hasta "
            "cuándo se reserva y lo que ya ocupa ese tiempo."
        )
    named = ", ".join(clock(time, zone) for time in times[:NAMED])
    if len(times) > NAMED:
        named += " …"
    words = ngettext(
        "Ya se puede reservar %(n)d hora: %(times)s.",
        "Ya se pueden reservar %(n)d horas: %(times)s.",
        len(times),
    )
    return words % {"n": len(times), "times": named}


def _collisions(
    desk: Desk, clinic: Clinic, stretch: Interval, since: datetime, until: datetime
) -> list[str]:
    visits = desk.doctor.appointments.standing().overlapping(since, until).count()
    said = []
    if visits:
        words = ngettext(
            "En ese tiempo ya tiene %(n)d cita, que no se toca.",
            "En ese tiempo ya tiene %(n)d citas, que no se tocan.",
            visits,
        )
        said.append(words % {"n": visits})
    others = desk.all_clinics.current().with_schedule().exclude(pk=clinic.pk)
    for other in others.order_by("id"):
        if _is_open(other, stretch, since, until):
            words = _("A esa hora también atiende en %(name)s: quien reserve primero la ocupa.")
            said.append(words % {"name": other.name})
    return said


def _is_open(clinic: Clinic, stretch: Interval, since: datetime, until: datetime) -> bool:
    zone = ZoneInfo(clinic.zone)
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    windows = open_windows(office_of(clinic), first, last)
    return any(overlaps(stretch, window) for window in windows)


def _stretch(clinic: Clinic, extra: SpecialDate) -> Interval:
    assert extra.starts_minute is not None
    assert extra.ends_minute is not None
    return to_interval(ZoneInfo(clinic.zone), extra.day, extra.starts_minute, extra.ends_minute)
