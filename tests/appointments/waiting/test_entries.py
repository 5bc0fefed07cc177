"""Joining a list, changing what one waits for, leaving, and what ends by itself."""

from datetime import date, timedelta

import pytest

from appointments.enums import Status
from appointments.models import WaitingEntry
from appointments.services.waiting_entries import (
    MOST_IN_LIST,
    MOST_OF_ACCOUNT,
    MOST_OPEN,
    Hours,
    change_waiting,
    close_entries,
    leave_waiting,
    warn_of_end,
)
from appointments.waiting_enums import Closing
from appointments.waiting_refusals import (
    AlreadyWaiting,
    NothingToWaitFor,
    NotWaiting,
    TooManyWaits,
    TooManyWaitsThere,
    VisitNotToMove,
)
from tests.appointments.waiting.conftest import WEDNESDAY
from tests.factories import (
    AppointmentFactory,
    CityFactory,
    ClinicFactory,
    PatientFactory,
    SpecialtyFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def alices(clinic, alice):
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=WEDNESDAY)


def test_joined_at_the_end_of_the_line(wait, clinic, alice, now, told):
    entry = wait(alice, clinics=[clinic], weekdays=[3, 1], phone="+593991234567")
    assert (entry.doctor, entry.created_at, entry.is_open) == (clinic.doctor, now, True)
    assert (entry.weekdays, list(entry.clinics.all())) == ([1, 3], [clinic])
    assert told(entry) == ["waiting.joined"]


def test_dependant_waits_too(wait, alice):
    child = alice.patients.create(
        first_names="Sofía", last_names="Vera", relationship="child", birth_date=date(2019, 5, 1)
    )
    wait(alice)
    assert wait(alice, patient=child).patient == child


def test_once_in_one_list(wait, clinic, alice):
    wait(alice)
    with pytest.raises(AlreadyWaiting):
        wait(alice)
    area = {"specialty": SpecialtyFactory(), "city": CityFactory()}
    wait(alice, **area)
    with pytest.raises(AlreadyWaiting):
        wait(alice, **area)


def test_who_left_may_come_back_at_the_end(wait, alice, now):
    leave_waiting(entry=wait(alice), actor=alice, now=now)
    assert wait(alice, now=now + DAY).created_at == now + DAY


def test_so_many_at_once(wait, alice):
    for _ in range(MOST_OPEN):
        wait(alice, doctor=ClinicFactory().doctor)
    with pytest.raises(TooManyWaits):
        wait(alice)


@pytest.fixture
def children(alice):
    def make(count):
        return [PatientFactory(account=alice, relationship="child") for _ in range(count)]

    return make


@pytest.mark.parametrize("is_area", [False, True])
def test_so_many_of_one_account_in_one_list(wait, alice, bob, children, now, is_area):
    place = {"specialty": SpecialtyFactory(), "city": CityFactory()} if is_area else {}
    entries = [wait(alice, patient=child, **place) for child in children(MOST_IN_LIST)]
    with pytest.raises(TooManyWaitsThere):
        wait(alice, **place)
    assert wait(alice, doctor=ClinicFactory().doctor).is_open
    assert wait(bob, **place).is_open
    leave_waiting(entry=entries[0], actor=alice, now=now)
    assert wait(alice, **place).is_open


def test_so_many_of_one_account_in_all_lists(wait, alice, bob, children):
    for child in children(MOST_OF_ACCOUNT // 4):
        for _ in range(4):
            wait(alice, patient=child, doctor=ClinicFactory().doctor)
    doctor = ClinicFactory().doctor
    with pytest.raises(TooManyWaits):
        wait(alice, doctor=doctor)
    assert wait(bob, doctor=doctor).is_open


def test_doctor_who_takes_nobody(wait, clinic, alice):
    clinic.is_active = False
    clinic.save()
    with pytest.raises(NothingToWaitFor):
        wait(alice)


def test_visit_to_move_stands(wait, alices, alice, now):
    alices.status, alices.cancelled_at = Status.CANCELLED_BY_PATIENT, now
    alices.save()
    with pytest.raises(VisitNotToMove):
        wait(alice, visit=alices)
    with pytest.raises(VisitNotToMove):
        wait(alice, visit=AppointmentFactory(starts_at=now - DAY))


def test_changed_at_the_same_place(wait, clinic, alice, now, told):
    entry = wait(alice, clinics=[clinic])
    hours = Hours(until_date=date(2027, 1, 15), weekdays=[2], from_minute=600)
    changed = change_waiting(entry=entry, hours=hours, actor=alice, now=now + DAY)
    assert (changed.until_date, changed.weekdays, changed.from_minute) == (
        date(2027, 1, 15), [2], 600,
    )  # fmt: skip
    assert (changed.created_at, list(changed.clinics.all())) == (now, [])
    assert told(entry) == ["waiting.joined", "waiting.changed"]


def test_what_is_over_is_not_changed_and_left_once(wait, alice, now, told):
    entry = wait(alice)
    leave_waiting(entry=entry, actor=alice, now=now)
    assert leave_waiting(entry=entry, actor=alice, now=now + DAY).closed_at == now
    with pytest.raises(NotWaiting):
        change_waiting(entry=entry, hours=Hours(date(2027, 1, 1)), actor=alice, now=now)
    assert told(entry) == ["waiting.joined", "waiting.closed"]


def test_date_that_is_over_everywhere_closes(wait, alice, now, anew):
    entry = wait(alice, until_date=date(2026, 11, 24))
    # Wednesday 25 November, 11:59 UTC: still the 24th in UTC-12.
    still = now + timedelta(days=1, hours=21, minutes=59)
    assert close_entries(now=still) == 0
    assert close_entries(now=still + timedelta(minutes=1)) == 1
    assert anew(entry).closed_as == Closing.RAN_OUT
    assert close_entries(now=still + DAY) == 0


def test_open_offer_is_answered_first(wait, offered, alice, now):
    wait(alice, until_date=date(2026, 11, 25))
    offered()
    assert close_entries(now=now + 5 * DAY) == 0


@pytest.mark.parametrize("status", [Status.CANCELLED_BY_PATIENT, Status.ATTENDED])
def test_visit_that_is_not_moved_any_more_closes(wait, alices, alice, now, anew, status):
    entry = wait(alice, visit=alices)
    alices.status = status
    alices.cancelled_at = now if status == Status.CANCELLED_BY_PATIENT else None
    alices.save()
    assert close_entries(now=now) == 1
    assert anew(entry).closed_as == Closing.VISIT_GONE


def test_visit_that_began_closes(wait, alices, alice, now):
    wait(alice, visit=alices)
    assert close_entries(now=WEDNESDAY - timedelta(seconds=1)) == 0
    assert close_entries(now=WEDNESDAY) == 1


def test_visit_that_the_clinic_cancelled_leaves_its_patient_waiting(wait, alices, alice, now, anew):
    entry = wait(alice, visit=alices)
    alices.status, alices.cancelled_at = Status.CANCELLED_BY_DOCTOR, now
    alices.save()
    assert close_entries(now=now) == 0
    assert (anew(entry).visit, anew(entry).is_open) == (None, True)


def test_warned_once_before_the_date(wait, alice, now, told):
    entry = wait(alice, until_date=date(2026, 11, 30))
    assert warn_of_end(now=now + 4 * DAY) == 0
    assert warn_of_end(now=now + 5 * DAY) == 1
    assert warn_of_end(now=now + 6 * DAY) == 0
    assert told(entry) == ["waiting.joined", "waiting.ending"]


def test_who_has_just_chosen_a_near_date_is_not_warned(wait, alice, now):
    wait(alice, until_date=date(2026, 11, 24))
    assert warn_of_end(now=now) == 0
    assert WaitingEntry.objects.open().count() == 1
