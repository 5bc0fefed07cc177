"""Changes that may strand a visit, as values: first looked at, then applied.

Whoever applies one holds the doctor's lock and records its event (appointments/services/schedule).
No change touches the objects that it was made from: a look at what it would do leaves no trace.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from accounts.models import User
from clinics.enums import ExceptionKind
from clinics.models import Clinic, OpeningHours, ScheduleException, TravelTime
from clinics.refusals import HoursOverlap, NothingChosen, TooManyDates
from clinics.services.clinics import Place
from clinics.timetables import Window
from core.db import violation_as
from doctors.models import Doctor

MOST_DATES = 2000


class State:
    """What a doctor may do with a consultorio as a whole."""

    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"
    ALL = (ACTIVE, PAUSED, ARCHIVED)

    @staticmethod
    def of(clinic: Clinic) -> str:
        if clinic.archived_at is not None:
            return State.ARCHIVED
        return State.ACTIVE if clinic.is_active else State.PAUSED


@dataclass(frozen=True, kw_only=True)
class ClinicChange:
    clinic: Clinic

    @property
    def doctor(self) -> Doctor:
        return self.clinic.doctor

    @property
    def subject_id(self) -> uuid.UUID:
        return self.clinic.public_id

    def _update(self, **columns: object) -> None:
        Clinic.objects.filter(pk=self.clinic.pk).update(**columns)


@dataclass(frozen=True, kw_only=True)
class NewHours(ClinicChange):
    """The week of a consultorio, all of it. Raises HoursOverlap."""

    event: ClassVar[str] = "clinic.hours_changed"
    windows: Sequence[Window]

    def apply(self, *, actor: User, now: datetime) -> None:
        found = OpeningHours.objects.filter(clinic=self.clinic)
        rows = {Window(*row): pk for pk, *row in found.values_list("pk", *Window._fields)}
        wanted = set(self.windows)
        gone = [key for window, key in rows.items() if window not in wanted]
        OpeningHours.objects.filter(pk__in=gone).delete()
        fresh = [window for window in dict.fromkeys(self.windows) if window not in rows]
        with violation_as({"openinghours_no_overlap": HoursOverlap()}):
            OpeningHours.objects.bulk_create(
                OpeningHours(clinic=self.clinic, **window._asdict()) for window in fresh
            )


# Of the rules; a column of Postgres takes no tuple.
LISTS = ("payment_methods", "reminders", "agreements", "visit_types", "visit_prices")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How long visits are, who may book when, and what they pay."""

    slot_minutes: int
    step_minutes: int | None
    buffer_before: int
    buffer_after: int
    min_notice_minutes: int
    horizon_days: int | None
    cancellation_notice_minutes: int
    requires_confirmation: bool
    price: Decimal | None
    currency: str
    payment_methods: Sequence[str]
    payment_policy: str
    instructions: str
    reminders: Sequence[str]
    no_show_rule: str = ""
    no_show_limit: int = 2
    agreements: Sequence[str] = ()
    sees_children: bool = False
    is_accessible: bool = False
    offers_telehealth: bool = False
    late_cancellation_fee: Decimal | None = None
    no_show_fee: Decimal | None = None
    payment_time: str = ""
    deposit_terms: str = ""
    follow_up_days: int = 0
    visit_types: Sequence[str] = ()
    visit_prices: Sequence[Decimal] = ()


@dataclass(frozen=True, kw_only=True)
class NewRules(ClinicChange):
    event: ClassVar[str] = "clinic.rules_changed"
    rules: Rules

    def apply(self, *, actor: User, now: datetime) -> None:
        lists = {name: list(getattr(self.rules, name)) for name in LISTS}
        self._update(**vars(self.rules) | lists)


@dataclass(frozen=True, kw_only=True)
class NewPlace(ClinicChange):
    """Another address; where the zone is another too, its hours come at other instants."""

    event: ClassVar[str] = "clinic.place_changed"
    place: Place

    def apply(self, *, actor: User, now: datetime) -> None:
        self._update(**self.place.columns)


@dataclass(frozen=True, kw_only=True)
class SpecialDate:
    """A date that differs, as ScheduleException keeps it: the note does not tell two apart."""

    day: date
    kind: str
    starts_minute: int | None = None
    ends_minute: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewDates(ClinicChange):
    """Closed dates, closed stretches or extra openings. Raises NothingChosen, TooManyDates."""

    event: ClassVar[str] = "clinic.dates_added"
    dates: Mapping[SpecialDate, str]  # each with its note

    def apply(self, *, actor: User, now: datetime) -> None:
        if not self.dates:
            raise NothingChosen
        rows = ScheduleException.objects.filter(clinic=self.clinic)
        days = {day.day for day in self.dates}
        known = {special_date(row) for row in rows.filter(date__range=(min(days), max(days)))}
        fresh = {day: note for day, note in self.dates.items() if day not in known}
        if rows.count() + len(fresh) > MOST_DATES:
            raise TooManyDates
        ScheduleException.objects.bulk_create(
            ScheduleException(
                clinic=self.clinic,
                date=day.day,
                kind=day.kind,
                starts_minute=day.starts_minute,
                ends_minute=day.ends_minute,
                note=note,
            )
            for day, note in fresh.items()
        )


@dataclass(frozen=True, kw_only=True)
class DropDates(ClinicChange):
    """Every special date of one look from a day to another; none there is nothing to do."""

    event: ClassVar[str] = "clinic.dates_dropped"
    since: date
    until: date
    like: SpecialDate

    def apply(self, *, actor: User, now: datetime) -> None:
        ScheduleException.objects.filter(
            clinic=self.clinic,
            date__range=(self.since, self.until),
            kind=self.like.kind,
            starts_minute=self.like.starts_minute,
            ends_minute=self.like.ends_minute,
        ).delete()


def special_date(row: ScheduleException) -> SpecialDate:
    return SpecialDate(
        day=row.date,
        kind=ExceptionKind(row.kind).value,
        starts_minute=row.starts_minute,
        ends_minute=row.ends_minute,
    )


@dataclass(frozen=True, kw_only=True)
class NewState(ClinicChange):
    """Pause, resume or archive. Visits stay; whether they may is judged by whoever applies it."""

    state: str

    @property
    def event(self) -> str:
        verbs = {State.ACTIVE: "resumed", State.PAUSED: "paused", State.ARCHIVED: "archived"}
        return f"clinic.{verbs[self.state]}"

    def apply(self, *, actor: User, now: datetime) -> None:
        was = self.clinic.archived_at
        self._update(
            is_active=self.state == State.ACTIVE,
            archived_at=(was or now) if self.state == State.ARCHIVED else None,
        )


@dataclass(frozen=True, kw_only=True)
class NewTravel:
    """Minutes between two of a doctor's consultorios, by their keys, the lower one first."""

    event: ClassVar[str] = "doctor.travel_changed"
    doctor: Doctor
    minutes: Mapping[tuple[int, int], int]

    @property
    def subject_id(self) -> uuid.UUID:
        return self.doctor.public_id

    def apply(self, *, actor: User, now: datetime) -> None:
        TravelTime.objects.bulk_create(
            [
                TravelTime(from_clinic_id=one, to_clinic_id=other, minutes=minutes)
                for (one, other), minutes in self.minutes.items()
            ],
            update_conflicts=True,
            unique_fields=["from_clinic", "to_clinic"],
            update_fields=["minutes"],
        )
