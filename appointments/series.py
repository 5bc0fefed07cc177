"""Series as pages and services read them: which visits, and what stands in the way of dates."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import Patient
from appointments import availability
from appointments.availability import to_busy
from appointments.desk import desk_office, require_among
from appointments.enums import RECORDABLE, ChangeKind
from appointments.models import Appointment, AppointmentChange, AppointmentQuerySet, SeriesVisit
from appointments.queries import Busy, Taken, busy_window, taken_times
from appointments.refusals import BookingRefused, OutsideSchedule, PatientBusy
from appointments.repeating import repeated, shift_between, shifted
from appointments.rules import cancelling_costs, is_late_to_cancel
from clinics.models import Clinic

WEEK = timedelta(days=7)
# Other times that a date in the way is offered: of its own day, and one on each of other days.
ON_THAT_DAY, OTHER_DAYS = 4, 4


@dataclass(frozen=True)
class Wish:
    """A date: `wished` by the series, `starts_at` as the desk chose it; None leaves it out.

    `key` names it on the page: its number, or the visit that moves.
    """

    key: str
    wished: datetime
    starts_at: datetime | None
    minutes: int
    is_override: bool = False
    # Where the visit stands that moves.
    before: datetime | None = None


@dataclass(frozen=True)
class Outlook:
    """Why the wish cannot be as it is, if so, and what could be instead."""

    wish: Wish
    refusal: BookingRefused | None = None
    note: str = ""
    others: list[datetime] = field(default_factory=list)

    @property
    def warnings(self) -> list[str]:
        """Rules of the schedule, which the desk may pass over."""
        return self.refusal.warnings if isinstance(self.refusal, OutsideSchedule) else []


@dataclass(frozen=True)
class Place:
    """Where a visit stands in its series; `visits` are all of it, in the order of their times."""

    series_id: int
    number: int
    every_weeks: int
    visits: list[Appointment]

    @property
    def size(self) -> int:
        return len(self.visits)

    def goes_on(self, visit: Appointment, now: datetime) -> bool:
        """Whether anything of it comes after the visit."""
        since = max(visit.starts_at, now)
        return any(v.is_standing and v.starts_at > since for v in self.visits)

    def from_here(self, visit: Appointment, now: datetime) -> list[Appointment]:
        """The visit, if it still comes, and what comes after it."""
        return [
            v
            for v in self.visits
            if v.is_standing and v.starts_at > now and v.starts_at >= visit.starts_at
        ]


@dataclass(frozen=True)
class Diary:
    """What is known around the dates, of doctor and patient. Two queries, for any number."""

    clinic: Clinic
    taken: Taken
    engaged: list[tuple[datetime, datetime]]
    now: datetime

    def require(self, wish: Wish) -> list[str]:
        """Warnings that are passed over. Raises as `require_possible`, and PatientBusy."""
        assert wish.starts_at is not None
        ends_at = wish.starts_at + timedelta(minutes=wish.minutes)
        if self._is_engaged(wish.starts_at, ends_at):
            raise PatientBusy
        return require_among(
            self.clinic,
            wish.starts_at,
            wish.minutes,
            taken=self._near(wish.starts_at, ends_at),
            now=self.now,
            is_override=wish.is_override,
        )

    def look_at(self, wish: Wish) -> Outlook:
        try:
            self.require(wish)
        except BookingRefused as refusal:
            day = wish.wished.astimezone(ZoneInfo(self.clinic.zone)).date()
            notes = [one.note for one in self.clinic.special_days if one.date == day and one.note]
            return Outlook(wish, refusal, next(iter(notes), ""), self._others(wish))
        return Outlook(wish)

    def _others(self, wish: Wish) -> list[datetime]:
        """Free times of the wished date's week, the nearest ones: first those of its day."""
        zone = ZoneInfo(self.clinic.zone)
        day = wish.wished.astimezone(zone).date()
        monday = day - timedelta(days=day.weekday())
        since = datetime(monday.year, monday.month, monday.day, tzinfo=zone).astimezone(UTC)
        length = timedelta(minutes=wish.minutes)
        times = availability.free_starts(
            desk_office(self.clinic, wish.minutes),
            busy=self._near(since, since + WEEK).seen_from(self.clinic),
            now=self.now,
            since=since,
            until=since + WEEK,
        )
        free = [t for t in times if not self._is_engaged(t, t + length) and t != wish.before]
        return _offered(sorted(free, key=lambda time: abs(time - wish.wished)), day, zone)

    def _is_engaged(self, since: datetime, until: datetime) -> bool:
        return any(start < until and since < end for start, end in self.engaged)

    def _near(self, since: datetime, until: datetime) -> Taken:
        low, high = (at.timestamp() for at in busy_window(since, until))
        rows = self.taken.busy.get(self.clinic.doctor_id, [])
        near = [row for row in rows if row.start < high and low < row.end]
        return Taken({self.clinic.doctor_id: near}, self.taken.travel)


def _offered(nearest: Iterable[datetime], day: date, zone: ZoneInfo) -> list[datetime]:
    by_day: dict[date, list[datetime]] = {}
    for time in nearest:
        by_day.setdefault(time.astimezone(zone).date(), []).append(time)
    own = by_day.pop(day, [])[:ON_THAT_DAY]
    return sorted(own) + sorted(times[0] for times in list(by_day.values())[:OTHER_DAYS])


def read_diary(
    clinic: Clinic,
    patient: Patient,
    wishes: Sequence[Wish],
    *,
    now: datetime,
    ignoring: Collection[Appointment] = (),
) -> Diary:
    """`clinic` comes `with_schedule()`; visits that are to move do not stand in their own way."""
    times = [wish.starts_at or wish.wished for wish in wishes]
    since, until = min(times) - WEEK, max(times) + WEEK
    taken = taken_times({clinic.doctor_id}, now, since, until)
    others = patient.appointments.holding_slot(now).exclude(doctor=clinic.doctor_id)
    engaged = others.overlapping(since, until + timedelta(days=1))
    return Diary(
        clinic,
        _without(taken, clinic.doctor_id, ignoring),
        list(engaged.values_list("starts_at", "ends_at")),
        now,
    )


def _without(taken: Taken, doctor_id: int, visits: Iterable[Appointment]) -> Taken:
    """No two visits of a doctor have the same time: it names them."""
    own = {(*to_busy(v.starts_at, v.ends_at), v.status) for v in visits}
    rows: list[Busy] = taken.busy.get(doctor_id, [])
    return Taken(
        {doctor_id: [r for r in rows if (r.start, r.end, r.kind) not in own]}, taken.travel
    )


def can_repeat(visit: Appointment) -> bool:
    return visit.status in RECORDABLE


def place_of(visit: Appointment) -> Place | None:
    """No query but for its visits, where `visit` came with `in_series__series`."""
    place: SeriesVisit | None = getattr(visit, "in_series", None)
    if place is None:
        return None
    visits = visits_of(place.series_id).select_related("clinic", "in_series")
    return Place(
        place.series_id,
        place.number,
        place.series.every_weeks,
        list(visits.order_by("starts_at", "pk")),
    )


def series_of(visit: Appointment, now: datetime) -> dict[str, object]:
    """What the desk's page of a visit says of it."""
    place = place_of(visit)
    is_last = place is None or not place.goes_on(visit, now)
    return {"place": place, "can_repeat": is_last and can_repeat(visit)}


def visits_of(series_id: int) -> AppointmentQuerySet:
    return Appointment.objects.filter(in_series__series=series_id)


def next_dates(visit: Appointment, every_weeks: int, count: int, now: datetime) -> list[datetime]:
    zone = ZoneInfo(visit.zone)
    return repeated(visit.starts_at, zone, every_weeks=every_weeks, count=count, after=now)


def shifted_dates(
    visit: Appointment, starts_at: datetime, visits: Iterable[Appointment]
) -> list[datetime]:
    """Where each goes when the visit goes there: by the same days and hours of the wall."""
    zone = ZoneInfo(visit.zone)
    by = shift_between(visit.starts_at, starts_at, zone)
    return [shifted(one.starts_at, zone, by) for one in visits]


@dataclass(frozen=True)
class Cancellable:
    """A visit that may be cancelled with others: what that costs its patient, if anything."""

    visit: Appointment
    is_chosen: bool
    is_late: bool = False
    is_free: bool = False
    fee: Decimal | None = None


def cancellable(
    visits: Sequence[Appointment], chosen: Collection[str] | None, now: datetime
) -> list[Cancellable]:
    """`chosen` are public ids; None before anything was: all that cost nothing. One query."""
    free = _moved_by_desk(visits)
    found = []
    for visit in visits:
        is_free = visit.pk in free
        fee = cancelling_costs(visit, now, is_moved_by_desk=is_free)
        is_chosen = not fee if chosen is None else str(visit.public_id) in chosen
        is_late = is_late_to_cancel(visit, now, is_moved_by_desk=is_free)
        found.append(Cancellable(visit, is_chosen, is_late, is_free, fee))
    return found


def _moved_by_desk(visits: Sequence[Appointment]) -> set[int]:
    """Those whose time the desk chose, not the patient: as `was_moved_by_desk`."""
    moves = AppointmentChange.objects.filter(
        appointment__in=visits, kind=ChangeKind.RESCHEDULED
    ).order_by("appointment_id", "-id")
    last = moves.distinct("appointment_id").values_list("appointment_id", "by_desk")
    return {pk for pk, by_desk in last if by_desk}
