"""Pages of the waiting list do the same work for each who waits, however many wait."""

import sys

import pytest

from appointments.models import WaitingEntry
from appointments.waiting import may_meet
from appointments.waiting_line import wish_of
from appointments.waiting_pages import entries_of, rows_of
from portal.desk import Desk
from portal.waiting import waiters_of
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


def calls(function, act):
    """How often `act` calls the function, and what it returns."""
    count = 0

    def look(frame, event, _arg):
        nonlocal count
        count += event == "call" and frame.f_code is function.__code__

    sys.setprofile(look)
    try:
        found = act()
    finally:
        sys.setprofile(None)
    return count, found


@pytest.fixture
def line(wait, people, alice):
    """Seven wait for the same doctor, four of them of Alice's account."""
    first, second, third = people(3)
    child, other, last = [PatientFactory(account=alice, relationship="child") for _ in range(3)]
    wait(first), wait(alice), wait(second), wait(alice, patient=child)
    wait(alice, patient=other), wait(third), wait(alice, patient=last)
    return list(WaitingEntry.objects.order_by("pk"))


def test_mine_read_each_wish_once(line, alice, now):
    entries = list(entries_of(alice).order_by("pk"))
    count, rows = calls(wish_of, lambda: rows_of(entries, now=now))
    assert [row.place for row in rows] == [2, 4, 5, 7]
    assert count == len(line) + len(entries)


def test_desk_compares_those_who_are_alike_once(line, dr_chen, now):
    desk = Desk(dr_chen.user, dr_chen)
    count, waiters = calls(may_meet, lambda: waiters_of(desk, now=now))
    assert [waiter.place for waiter in waiters] == [1, 2, 3, 4, 5, 6, 7]
    assert count == len(line) - 1
