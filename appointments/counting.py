"""A doctor's days, counted from hours, absences, visits and their accounts. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from django.db.models import Exists, OuterRef

from appointments.availability import Interval, join, to_busy
from appointments.balance import PRICED
from appointments.hours_history import Hours, hours_of
from appointments.ledger import with_balance
from appointments.models import Absence, Appointment
from appointments.occupancy import ONE_DAY, Count, Day, Visit, count_day, opened
from clinics.models import Clinic

Counts = dict[tuple[int, date], Count]
# A local date lies within these of the same date in UTC.
ANY_ZONE = timedelta(hours=15)
# Dates in UTC on which a visit may begin that touches a local date: it lasts a day at the most.
NEAR = (-2, -1, 0, 1)
# What a doctor had with a patient before, unless it came to nothing.
BEFORE = PRICED


def count_days(
    doctor_id: int, first: date, last: date, clinics: Sequence[Clinic] | None = None
) -> Counts:
    """Each of the doctor's clinics on each local date from `first` to `last`, if there is anything
    to tell. Four queries, or three with all the doctor's `clinics`, oldest first, that came
    `with_schedule()`.
    """
    if clinics is None:
        clinics = list(Clinic.objects.with_schedule().filter(doctor=doctor_id).order_by("id"))
    if not clinics or last < first:
        return {}
    since, until = instants(first, last)
    absences = Absence.objects.filter(doctor=doctor_id, starts_at__lt=until, ends_at__gt=since)
    away = join(to_busy(*row) for row in absences.values_list("starts_at", "ends_at"))
    visits = _visits(doctor_id, since, until)
    found: Counts = {}
    hours = hours_of(clinics, first)
    for day in days_from(first, last):
        _count(found, day, [_day(one, day, away) for one in hours], visits)
    return found


def _count(
    found: Counts, day: date, places: Sequence[Day], visits: dict[date, list[Visit]]
) -> None:
    near = [v for n in NEAR for v in visits.get(day + n * ONE_DAY, ())]
    older: list[Interval] = []
    for place in places:
        count = count_day(place, elsewhere=older, visits=near)
        older = join([*older, *place.open])
        if count:
            found[place.clinic_id, day] = count


def _day(hours: Hours, day: date, away: Sequence[Interval]) -> Day:
    version = hours.on(day)
    zone = version.office.zone
    if version.is_closed or day < hours.opened_on:
        return Day(hours.clinic.pk, day, zone, [])
    return Day(hours.clinic.pk, day, zone, opened(version.office, day, away))


def days_from(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def instants(first: date, last: date) -> tuple[datetime, datetime]:
    """What these local dates may be in any zone."""
    midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + ONE_DAY
    return midnight - ANY_ZONE, end + ANY_ZONE


def _visits(doctor_id: int, since: datetime, until: datetime) -> dict[date, list[Visit]]:
    """By the date in UTC on which each begins."""
    earlier = Appointment.objects.filter(
        doctor=doctor_id,
        patient=OuterRef("patient"),
        starts_at__lt=OuterRef("starts_at"),
        status__in=sorted(BEFORE),
    )
    rows = (
        with_balance(Appointment.objects.visits())
        .filter(doctor=doctor_id, starts_at__lt=until, starts_at__gt=since - ONE_DAY)
        .annotate(is_known=Exists(earlier))
        .order_by()
        .values_list(
            "clinic_id", "starts_at", "ends_at", "status", "is_late_cancellation", "booked_at",
            "is_known", "currency", "due", "paid",
        )
    )  # fmt: skip
    found: dict[date, list[Visit]] = defaultdict(list)
    for clinic_id, starts_at, ends_at, status, late, booked_at, known, currency, due, paid in rows:
        span = to_busy(starts_at, ends_at)
        visit = Visit(clinic_id, *span, status, late, booked_at, not known, currency, due, paid)
        found[starts_at.astimezone(UTC).date()].append(visit)
    return dict(found)
