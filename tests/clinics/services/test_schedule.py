"""Changes of a schedule as values: what each writes, and that a second time writes nothing more."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from clinics.models import OpeningHours, ScheduleException, TravelTime
from clinics.queries import coming_dates, pairs_of, travel_minutes
from clinics.refusals import HoursOverlap, NothingChosen, TooManyDates
from clinics.services import schedule
from clinics.services.clinics import Place
from clinics.services.schedule import (
    DropDates,
    NewDates,
    NewHours,
    NewPlace,
    NewRules,
    NewState,
    NewTravel,
    Rules,
    SpecialDate,
    State,
)
from clinics.timetables import Window
from tests.factories import CityFactory, ClinicFactory

pytestmark = pytest.mark.django_db
CHRISTMAS = date(2026, 12, 25)


@pytest.fixture
def apply(dr_chen, now):
    def make(change):
        with transaction.atomic():
            change.apply(actor=dr_chen.user, now=now)

    return make


def windows(clinic):
    return sorted(
        OpeningHours.objects.filter(clinic=clinic).values_list(
            "weekday", "starts_minute", "ends_minute"
        )
    )


def test_hours_that_stay_are_left_alone(clinic, apply):
    kept = OpeningHours.objects.get(clinic=clinic, weekday=1)
    week = [
        Window(weekday=1, starts_minute=540, ends_minute=1020),
        Window(weekday=2, starts_minute=600, ends_minute=720),
    ]
    change = NewHours(clinic=clinic, windows=[*week, week[1]])
    apply(change)
    assert windows(clinic) == [(1, 540, 1020), (2, 600, 720)]
    assert OpeningHours.objects.get(clinic=clinic, weekday=1).pk == kept.pk
    apply(change)
    assert windows(clinic) == [(1, 540, 1020), (2, 600, 720)]
    assert (change.event, change.doctor, change.subject_id) == (
        "clinic.hours_changed", clinic.doctor, clinic.public_id,
    )  # fmt: skip


def test_hours_may_go_all(clinic, apply):
    apply(NewHours(clinic=clinic, windows=[]))
    assert windows(clinic) == []


def test_hours_that_cross_are_refused(clinic, apply):
    before = windows(clinic)
    crossed = [
        Window(weekday=1, starts_minute=540, ends_minute=720),
        Window(weekday=1, starts_minute=719, ends_minute=800),
    ]
    with pytest.raises(HoursOverlap):
        apply(NewHours(clinic=clinic, windows=crossed))
    assert windows(clinic) == before


def test_rules(clinic, apply):
    rules = Rules(
        slot_minutes=20, step_minutes=10, buffer_before=5, buffer_after=0,
        min_notice_minutes=60, horizon_days=None, cancellation_notice_minutes=0,
        requires_confirmation=True, price=Decimal("30.00"), currency="EUR",
        payment_methods=("cash",), payment_policy="Al llegar", instructions="Traiga exámenes",
        reminders=("7d",), agreements=("IESS",), sees_children=True,
    )  # fmt: skip
    apply(NewRules(clinic=clinic, rules=rules))
    assert clinic.slot_minutes == 30, "the object it was made from stays as it was"
    clinic.refresh_from_db()
    found = {name: getattr(clinic, name) for name in Rules.__dataclass_fields__}
    assert found == {
        **vars(rules),
        "visit_types": [],
        "visit_prices": [],
        "payment_methods": ["cash"],
        "reminders": ["7d"],
        "agreements": ["IESS"],
    }


def test_place(clinic, apply):
    lima = CityFactory(slug="lima", name="Lima", country="PE", zone="America/Lima")
    place = Place(
        name="Miraflores", address="Av. Larco 1", city=lima, latitude=Decimal("-12.12"),
        longitude=Decimal("-77.03"), zone="America/Lima", directions="Piso 2",
    )  # fmt: skip
    apply(NewPlace(clinic=clinic, place=place))
    clinic.refresh_from_db()
    assert (clinic.city, clinic.country.code, clinic.zone) == (lima, "PE", "America/Lima")
    assert (clinic.name, clinic.directions, clinic.phone) == ("Miraflores", "Piso 2", "")


def closed(day):
    return SpecialDate(day=day, kind="closed")


def test_dates_are_added_once(clinic, apply):
    change = NewDates(clinic=clinic, dates={closed(CHRISTMAS): "Navidad"})
    apply(change)
    apply(change)
    row = ScheduleException.objects.get(clinic=clinic)
    assert (row.date, row.kind, row.starts_minute, row.note) == (
        CHRISTMAS, "closed", None, "Navidad",
    )  # fmt: skip


def test_no_dates_are_refused(clinic, apply):
    with pytest.raises(NothingChosen):
        apply(NewDates(clinic=clinic, dates={}))


def test_dates_are_counted(clinic, apply, monkeypatch):
    monkeypatch.setattr(schedule, "MOST_DATES", 2)
    days = {closed(date(2026, 12, n)): "" for n in (1, 2)}
    apply(NewDates(clinic=clinic, dates=days))
    with pytest.raises(TooManyDates):
        apply(NewDates(clinic=clinic, dates={closed(CHRISTMAS): ""}))


def test_dates_are_dropped_by_what_they_look_like(clinic, apply):
    extra = SpecialDate(day=CHRISTMAS, kind="extra", starts_minute=540, ends_minute=600)
    days = [closed(date(2026, 12, n)) for n in (23, 24, 25)]
    apply(NewDates(clinic=clinic, dates=dict.fromkeys([*days, extra], "")))
    drop = DropDates(
        clinic=clinic, since=date(2026, 12, 24), until=CHRISTMAS, like=closed(CHRISTMAS)
    )
    apply(drop)
    apply(drop)
    left = ScheduleException.objects.filter(clinic=clinic).values_list("date", "kind")
    assert sorted(left) == [(date(2026, 12, 23), "closed"), (CHRISTMAS, "extra")]


def test_days_in_a_row_are_one_line(clinic, apply):
    days = {closed(date(2026, 12, n)): "Vacaciones" for n in (23, 24, 25)}
    stretch = SpecialDate(day=date(2026, 12, 24), kind="closed", starts_minute=0, ends_minute=60)
    days |= {stretch: "", closed(date(2026, 12, 27)): "Vacaciones"}
    apply(NewDates(clinic=clinic, dates=days))
    lines = [
        (s.since.day, s.until.day, s.opens, s.closes, s.note)
        for s in coming_dates(clinic, date(2026, 11, 23))
    ]
    assert lines == [
        (23, 25, "", "", "Vacaciones"), (24, 24, "0:00", "1:00", ""),
        (27, 27, "", "", "Vacaciones"),
    ]  # fmt: skip
    assert coming_dates(clinic, date(2026, 12, 28)) == []


def test_state(clinic, apply, now):
    for state, event, is_active, archived_at in (
        (State.PAUSED, "clinic.paused", False, None),
        (State.ACTIVE, "clinic.resumed", True, None),
        (State.ARCHIVED, "clinic.archived", False, now),
        (State.PAUSED, "clinic.paused", False, None),
    ):
        change = NewState(clinic=clinic, state=state)
        apply(change)
        clinic.refresh_from_db()
        found = (change.event, clinic.is_active, clinic.archived_at, State.of(clinic))
        assert found == (event, is_active, archived_at, state)


def test_travel_is_written_over(clinic, apply, dr_chen):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    key = (clinic.pk, other.pk)
    for minutes in (30, 45):
        change = NewTravel(doctor=dr_chen, minutes={key: minutes})
        apply(change)
        assert travel_minutes([clinic, other]) == {key: minutes}
    assert TravelTime.objects.count() == 1
    assert (change.event, change.subject_id) == ("doctor.travel_changed", dr_chen.public_id)
    assert pairs_of([other, clinic]) == [(clinic, other)]
