"""A control every two weeks: the first was held, and the desk booked the others then."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from appointments.enums import Status
from appointments.models import Series, SeriesVisit
from doctobooking.demo.chance import Chance
from doctobooking.demo.visits import Agenda, Book, PatientCard, Visit

EVERY_WEEKS, TIMES = 2, 3
STEP = timedelta(weeks=EVERY_WEEKS)
REASON = "Control de presión"


def controls(book: Book, agenda: Agenda, index: int, card: PatientCard) -> list[Visit]:
    """At one hour, the first in the week before last; none where the agenda has no such hour."""
    first = _first(agenda, index, card, book.now)
    if first is None:
        return []
    held = book.visit(agenda, index, card, first, Status.ATTENDED, REASON)
    booked_at = held.appointment.ends_at
    coming = [
        book.visit(agenda, index, card, first + n * STEP, Status.BOOKED, REASON)
        for n in range(1, TIMES)
    ]
    for visit in coming:
        doctor = visit.appointment.clinic.doctor
        visit.appointment.booked_by_id = doctor.user_id
        visit.appointment.booked_at = visit.appointment.created_at = booked_at
        (line,) = visit.changes
        line.actor_id, line.by_desk, line.at = doctor.user_id, True, booked_at
    return [held, *coming]


def enlist(visits: Sequence[Visit], chance: Chance) -> None:
    """They are one series; the visits are saved."""
    if not visits:
        return
    last = visits[-1].appointment
    assert last.booked_at is not None
    series = Series.objects.create(
        public_id=chance.uuid(),
        every_weeks=EVERY_WEEKS,
        created_by_id=last.clinic.doctor.user_id,
        created_at=last.booked_at,
    )
    SeriesVisit.objects.bulk_create(
        SeriesVisit(series=series, appointment=visit.appointment, number=number)
        for number, visit in enumerate(visits, start=1)
    )


def _first(agenda: Agenda, index: int, card: PatientCard, now: datetime) -> datetime | None:
    starts, day = set(agenda.starts(index)), timedelta(days=1)

    def is_free(start: datetime) -> bool:
        is_hers = card.is_free(start, start + agenda.length(index))
        return start in starts and is_hers and agenda.is_free(index, start)

    found = (s for s in agenda.starts(index) if now - STEP + day < s < now - day)
    return next((s for s in found if all(is_free(s + n * STEP) for n in range(TIMES))), None)
