"""Other calendars of a doctor: added, read again and again, removed (docs/adr/0022)."""

import random
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction

from appointments.external_reading import Question, Reading, read_apart
from appointments.models import ExternalBusy, ExternalCalendar
from appointments.refusals import (
    CalendarGone,
    CalendarThere,
    OwnCalendar,
    ServiceBusy,
    TooManyCalendars,
)
from appointments.services.locks import lock_doctor
from clinics.models import Clinic
from core.crypto import Unreadable
from core.db import once_more
from doctors.models import Doctor

logger = structlog.get_logger(__name__)

MOST_CALENDARS = 5
EVERY, LONGEST_PAUSE = timedelta(minutes=15), timedelta(hours=6)
# Nobody's calendar is always read at the same second as everybody's.
JITTER = 0.1
# Longer than the longest reading.
LEASE = timedelta(minutes=2)
BACK, AHEAD = timedelta(days=1), timedelta(days=400)
# A server may say for ever that nothing is new: the months that we look ahead move on.
WHOLE_AGAIN = timedelta(hours=12)
# Processes at a time, and how long new ones are begun: all of it ends within a minute.
SIDE_BY_SIDE, BEGIN_SECONDS = 4, 20


@once_more(ServiceBusy)
@transaction.atomic
def add_calendar(*, doctor: Doctor, name: str, address: str, now: datetime) -> ExternalCalendar:
    """Keep it, due at once. Raises TooManyCalendars, CalendarThere, OwnCalendar, ServiceBusy."""
    if urlsplit(address).hostname == urlsplit(settings.SITE_URL).hostname:
        raise OwnCalendar
    lock_doctor(doctor.pk)
    known = list(doctor.external_calendars.all())
    if any(calendar.address == address for calendar in known):
        raise CalendarThere
    if len(known) >= MOST_CALENDARS:
        raise TooManyCalendars
    calendar = ExternalCalendar(doctor=doctor, name=name, created_at=now, next_fetch_at=now)
    calendar.address = address
    calendar.save(force_insert=True)
    return calendar


@once_more(ServiceBusy)
@transaction.atomic
def remove_calendar(*, calendar: ExternalCalendar) -> None:
    """Its busy times are offered again. Raises CalendarGone, ServiceBusy."""
    lock_doctor(calendar.doctor_id)
    if not ExternalCalendar.objects.filter(pk=calendar.pk).exists():
        raise CalendarGone
    calendar.delete()


def read_soon(*, calendar: ExternalCalendar, now: datetime) -> None:
    """At the next tick, whatever pause its troubles had earned it."""
    ExternalCalendar.objects.filter(pk=calendar.pk).update(next_fetch_at=now)


def read_due_calendars(*, clock: Callable[[], datetime]) -> None:
    """Read what is due, a few side by side, beside other workers; none of it in a transaction."""
    begun = clock()
    running: dict[Future[Reading], ExternalCalendar] = {}
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        while True:
            now = clock()
            if now - begun < timedelta(seconds=BEGIN_SECONDS):
                for calendar in claim_due(now=now, most=SIDE_BY_SIDE - len(running)):
                    # The threads only wait: whatever asks the database stays in this one.
                    running[pool.submit(_ask, _question(calendar, now))] = calendar
            if not running:
                return
            for reading in wait(running, return_when=FIRST_COMPLETED).done:
                _keep(running.pop(reading), reading.result(), clock())


def _question(calendar: ExternalCalendar, now: datetime) -> Question | None:
    try:
        return question_of(calendar, now)
    except Unreadable:
        logger.exception("calendar.address_unreadable", calendar=str(calendar.public_id))
        return None


def _ask(question: Question | None) -> Reading:
    try:
        return read_apart(question) if question else Reading("failed")
    except OSError:
        logger.exception("calendar.process_failed")
        return Reading("failed")


def _keep(calendar: ExternalCalendar, reading: Reading, now: datetime) -> None:
    """One that cannot be kept is no reason to lose the others: its lease ends by itself."""
    said = logger.bind(calendar=str(calendar.public_id))
    try:
        keep_reading(calendar=calendar, reading=reading, now=now)
    except ServiceBusy:
        said.warning("calendar.doctor_busy")
    except DatabaseError:
        said.exception("calendar.not_kept")
    else:
        count = None if reading.busy is None else len(reading.busy)
        said.info("calendar.read", trouble=reading.trouble, stretches=count)


@transaction.atomic
def claim_due(*, now: datetime, most: int) -> list[ExternalCalendar]:
    """Up to so many that nobody else reads; they are ours until the lease ends."""
    due = (
        ExternalCalendar.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(next_fetch_at__lte=now, doctor__user__is_active=True)
        .exclude(lease_until__gt=now)
        .select_related("doctor__user")
        .order_by("next_fetch_at", "id")
    )
    claimed = list(due[:most])
    lease = now + LEASE
    ExternalCalendar.objects.filter(pk__in=[c.pk for c in claimed]).update(lease_until=lease)
    for calendar in claimed:
        calendar.lease_until = lease
    return claimed


def question_of(calendar: ExternalCalendar, now: datetime) -> Question:
    # From midnight on: what reaches over the edge shall not be another stretch each time.
    since = (now - BACK).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    is_whole = calendar.read_at is None or now - calendar.read_at > WHOLE_AGAIN
    clinic = Clinic.objects.current().filter(doctor=calendar.doctor_id).order_by("id").first()
    return Question(
        address=calendar.address,
        zone=clinic.zone if clinic else calendar.doctor.user.time_zone,
        since=since.isoformat(),
        until=(since + BACK + AHEAD).isoformat(),
        etag="" if is_whole else calendar.etag,
        last_modified="" if is_whole else calendar.last_modified,
        allow_loopback=settings.EXTERNAL_CALENDARS_ON_LOOPBACK,
    )


@once_more(ServiceBusy)
@transaction.atomic
def keep_reading(*, calendar: ExternalCalendar, reading: Reading, now: datetime) -> None:
    """Write what was read, unless the calendar was removed or is another worker's by now.

    With a trouble, the busy times that were read before stay. Raises ServiceBusy.
    """
    lock_doctor(calendar.doctor_id)
    current = (
        ExternalCalendar.objects.select_for_update(of=("self",))
        .filter(pk=calendar.pk, lease_until=calendar.lease_until)
        .first()
    )
    if current is None:
        return
    current.lease_until = None
    current.trouble = reading.trouble
    current.failures = min(current.failures + 1, 1000) if reading.trouble else 0
    current.next_fetch_at = now + _pause(current.failures)
    if not reading.trouble:
        current.fetched_at = now
        current.etag = _short(reading.etag, 250)
        current.last_modified = _short(reading.last_modified, 60)
    if reading.busy is not None:
        current.read_at = now
        _replace_busy(current, reading.busy)
    current.save(
        update_fields=["lease_until", "trouble", "failures", "next_fetch_at", "fetched_at", "etag",
                       "last_modified", "read_at"]
    )  # fmt: skip


def _pause(failures: int) -> timedelta:
    pause = min(EVERY * (1 << min(max(failures - 1, 0), 10)), LONGEST_PAUSE)
    return pause * random.uniform(1 - JITTER, 1 + JITTER)


def _short(header: str, most: int) -> str:
    """A mark cut short would never fit again; NUL no column holds."""
    return header if len(header) <= most and "\x00" not in header else ""


def _replace_busy(calendar: ExternalCalendar, busy: list[tuple[int, int]]) -> None:
    """Only what differs: open pages hear of a change when there is one."""
    wanted = {(datetime.fromtimestamp(s, UTC), datetime.fromtimestamp(e, UTC)) for s, e in busy}
    known = {(row.starts_at, row.ends_at): row.pk for row in calendar.busy.all()}
    gone = [pk for span, pk in known.items() if span not in wanted]
    if gone:
        ExternalBusy.objects.filter(pk__in=gone).delete()
    ExternalBusy.objects.bulk_create(
        [
            ExternalBusy(
                calendar=calendar, doctor_id=calendar.doctor_id, starts_at=start, ends_at=end
            )
            for start, end in sorted(wanted - known.keys())
        ],
        batch_size=1000,
    )
