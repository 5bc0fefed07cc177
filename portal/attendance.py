"""Who came, as the desk's pages show it: what may be said now, what was said, and by whom."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.attendance import (
    Attendance,
    arrived_at,
    is_unanswered,
    late_by_now,
    may_miss,
    may_record,
)
from appointments.enums import ChangeKind, Status
from appointments.models import Appointment, AppointmentChange
from appointments.no_shows import Past, past_of
from appointments.rules import missing_costs
from appointments.services.attendance import may_correct
from core.templatetags.when import money
from portal.desk import Desk

LINES = (ChangeKind.ATTENDED, ChangeKind.NO_SHOW)
# What an address of the agenda, or of what waits there, may carry.
QUERY = re.compile(r"(\?[\w=&%-]*)?", re.ASCII)
PAGES = ("portal:room", "portal:agenda", "portal:unrecorded")


@dataclass(frozen=True)
class Answer:
    """`line`: where the timeline says what is so now; None while nobody has said."""

    may_record: bool
    may_miss: bool
    missing_costs: Decimal | None
    late_by: int | None
    is_waited_for: bool
    line: AppointmentChange | None
    arrived_at: datetime | None
    may_correct: bool
    past: Past


def answer_of(
    desk: Desk, visit: Appointment, changes: Sequence[AppointmentChange], now: datetime
) -> Answer:
    """`changes` come with the latest first. One query."""
    assert visit.patient is not None
    is_said = visit.status in (Status.ATTENDED, Status.NO_SHOW)
    return Answer(
        may_record=may_record(visit, now),
        may_miss=may_miss(visit, now),
        missing_costs=missing_costs(visit),
        late_by=late_by_now(visit, now),
        is_waited_for=is_unanswered(visit, now),
        line=next((c for c in changes if is_said and c.kind in LINES), None),
        arrived_at=arrived_at(visit) if visit.minutes_late else None,
        may_correct=is_said and may_correct(visit, desk.user, now),
        past=past_of(desk.visits, visit.patient, now),
    )


def said_words(said: Attendance, fee: str) -> str:
    """What was done. Names nobody: it waits in the session."""
    if said.status == Status.NO_SHOW and fee:
        return _("Registramos que no asistió, y el cargo de %(fee)s.") % {"fee": fee}
    if said.status == Status.NO_SHOW:
        return _("Registramos que no asistió.")
    if said.status == Status.BOOKED:
        return _("Quitamos el registro: la cita queda como antes.")
    if said.minutes_late:
        return _("Registramos que asistió y llegó tarde.")
    return _("Registramos que asistió.")


def fee_words(visit: Appointment) -> str:
    """«USD 30», what not coming costs; "" where nothing was agreed."""
    return money(missing_costs(visit), visit.currency)


def way_back(wished: str, visit: Appointment) -> str:
    """To the page of the agenda from which one came, else to the visit."""
    for page in PAGES:
        address = reverse(page)
        if wished.startswith(address) and QUERY.fullmatch(wished.removeprefix(address)):
            return wished
    return reverse("portal:visit", args=[visit.public_id])


def came_from(referer: str) -> str:
    """The path and query of the page beside which something opens."""
    try:
        parts = urlsplit(referer)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
