"""Every named constraint of the waiting list, and what the trigger writes."""

from datetime import date, timedelta

import pytest

from appointments.enums import Status
from appointments.models import FreedTime, WaitingEntry, WaitingOffer
from appointments.waiting_enums import Cause, FreedState
from tests.breaches import Breach, check
from tests.conftest import NOW
from tests.factories import AppointmentFactory, CityFactory, PatientFactory, SpecialtyFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
UNTIL = date(2026, 12, 31)
# `world` is an offer to somebody, of a time of the usual clinic.
OTHER = {"patient": lambda _world: PatientFactory(), "until_date": UNTIL}
OF_DOCTOR = {**OTHER, "doctor": lambda world: world.doctor}
SAME = {"patient": lambda world: world.entry.patient, "until_date": UNTIL}
THERE = {"specialty": lambda _world: SpecialtyFactory(), "city": lambda _world: CityFactory()}


def another_entry(world):
    return WaitingEntry.objects.create(
        patient=PatientFactory(), doctor=world.doctor, until_date=UNTIL
    )


def hold_of(world):
    return AppointmentFactory(clinic=world.clinic, starts_at=NOW + 50 * HOUR)


OFFER = {
    "entry": another_entry,
    "doctor": lambda world: world.doctor,
    "clinic": lambda world: world.clinic,
    "hold": hold_of,
    "starts_at": NOW + 30 * HOUR,
    "ends_at": NOW + 31 * HOUR,
    "offered_at": NOW,
    "tell_at": NOW,
    "expires_at": NOW + HOUR,
}
FREED = {
    "doctor": lambda world: world.doctor,
    "clinic": lambda world: world.clinic,
    "cause": Cause.MOVED,
    "freed_at": NOW,
    "look_at": NOW,
    "starts_at": NOW,
    "ends_at": NOW + HOUR,
}
BREACHES = {
    "waitingentry_doctor_or_area": Breach(WaitingEntry, {**OF_DOCTOR, **THERE}),
    "waitingentry_hours_in_order": Breach(
        WaitingEntry,
        {**OF_DOCTOR, "from_minute": 600, "until_minute": 600},
        "La hora final debe ser posterior a la inicial.",
    ),
    "waitingentry_weekdays_iso": Breach(WaitingEntry, {**OF_DOCTOR, "weekdays": [0]}),
    "waitingentry_notice_plausible": Breach(
        WaitingEntry, {**OF_DOCTOR, "notice_minutes": 14 * 1440 + 1}
    ),
    "waitingentry_visit_has_doctor": Breach(
        WaitingEntry, {**OTHER, **THERE, "visit": lambda world: AppointmentFactory()}
    ),
    "waitingentry_closed_says_why": Breach(WaitingEntry, {**OF_DOCTOR, "closed_at": NOW}),
    "waitingentry_once_per_doctor": Breach(
        WaitingEntry,
        {**SAME, "doctor": lambda world: world.doctor},
        "Esa persona ya está en la lista de ese médico.",
    ),
    "waitingentry_once_per_area": Breach(
        WaitingEntry, {**SAME, **THERE}, "Esa persona ya está en esa lista."
    ),
    "freedtime_ends_after_start": Breach(FreedTime, {**FREED, "ends_at": NOW}),
    "freedtime_state_known": Breach(FreedTime, {**FREED, "state": "lost"}),
    "waitingoffer_one_live": Breach(WaitingOffer, {**OFFER, "entry": lambda world: world.entry}),
    "waitingoffer_once": Breach(
        WaitingOffer,
        {
            **OFFER,
            "entry": lambda world: world.entry,
            "starts_at": lambda world: world.starts_at,
            "ends_at": lambda world: world.ends_at,
            "state": "refused",
            "answered_at": NOW,
        },
    ),
    "waitingoffer_time_once": Breach(
        WaitingOffer,
        {
            **OFFER,
            "starts_at": lambda world: world.starts_at,
            "ends_at": lambda world: world.ends_at,
        },
    ),
    "waitingoffer_ends_after_start": Breach(WaitingOffer, {**OFFER, "ends_at": NOW + 30 * HOUR}),
    "waitingoffer_over_before_it_starts": Breach(
        WaitingOffer, {**OFFER, "expires_at": NOW + 30 * HOUR}
    ),
    "waitingoffer_answered_at_agrees": Breach(WaitingOffer, {**OFFER, "state": "refused"}),
    "waitingoffer_accepted_has_visit": Breach(
        WaitingOffer, {**OFFER, "state": "accepted", "answered_at": NOW}
    ),
}


@pytest.fixture
def there(wait, offered, alice):
    wait(alice)
    found = offered()
    WaitingEntry.objects.create(
        patient=found.entry.patient, specialty=SpecialtyFactory(), city=CityFactory(),
        until_date=UNTIL,
    )  # fmt: skip
    return found


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(there, name):
    check(name, BREACHES[name], there)


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (Status.BOOKED, Status.CANCELLED_BY_PATIENT, Cause.PATIENT),
        (Status.BOOKED, Status.CANCELLED_BY_DOCTOR, Cause.DOCTOR),
        (Status.BOOKED, Status.CANCELLED_BY_SUPPORT, Cause.DOCTOR),
        (Status.REQUESTED, Status.DECLINED, Cause.REQUEST),
        (Status.REQUESTED, Status.LAPSED, Cause.REQUEST),
    ],
)
def test_visit_that_falls_away_leaves_its_time(clinic, before, after, cause):
    visit = AppointmentFactory(clinic=clinic, status=before)
    visit.status, visit.cancelled_at = after, NOW
    visit.save()
    freed = FreedTime.objects.get()
    assert (freed.doctor, freed.clinic, freed.visit) == (clinic.doctor, clinic, visit)
    assert (freed.starts_at, freed.ends_at) == (visit.starts_at, visit.ends_at)
    assert (freed.cause, freed.state, freed.freed_at) == (cause, FreedState.OPEN, NOW)
    assert freed.skips == {}


def test_what_is_moved_leaves_the_time_it_had(visit):
    before = visit.starts_at
    visit.starts_at, visit.ends_at = before + HOUR, visit.ends_at + HOUR
    visit.save()
    assert (FreedTime.objects.get().starts_at, FreedTime.objects.get().cause) == (before, "moved")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.ATTENDED},
        {"status": Status.NO_SHOW},
        {"status": Status.REQUESTED, "answer_by": NOW},
        {"ends_at": NOW + 100 * HOUR},
        {"phone": ""},
    ],
)
def test_what_keeps_its_time_leaves_none(visit, changes):
    if "ends_at" in changes:
        changes = {"ends_at": visit.ends_at + HOUR}
    for name, value in changes.items():
        setattr(visit, name, value)
    visit.save()
    assert FreedTime.objects.count() == 0


def test_hold_that_runs_out_leaves_none(clinic):
    held = AppointmentFactory(
        clinic=clinic, status=Status.HELD, hold_expires_at=NOW, patient=None, booked_by=None
    )
    held.status = Status.EXPIRED
    held.save()
    assert FreedTime.objects.count() == 0


def test_time_is_freed_late_within_a_day(free, now):
    freed = free(now=now)
    assert not freed.was_freed_late
    freed.freed_at = freed.starts_at - 23 * HOUR
    assert freed.was_freed_late
