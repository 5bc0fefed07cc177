"""Who may still do what to a visit: what buttons go by."""

from datetime import timedelta

import pytest

from appointments.enums import CANCELLED, STANDING, Status
from appointments.rules import can_cancel, can_reschedule
from tests.factories import AppointmentFactory

SECOND = timedelta(seconds=1)


def visit(status=Status.BOOKED):
    """Its deadline is twelve hours before."""
    return AppointmentFactory.build(
        clinic=None, doctor=None, patient=None, booked_by=None, status=status
    )


@pytest.mark.parametrize("status", list(Status))
def test_only_what_stands_can_be_changed(status):
    early = visit(status).starts_at - timedelta(days=3)
    assert can_cancel(visit(status), early) is (status in STANDING)
    assert can_reschedule(visit(status), early) is (status in STANDING)
    assert not CANCELLED & STANDING


@pytest.mark.parametrize(
    ("before", "cancel", "reschedule"),
    [
        (timedelta(hours=12) + SECOND, True, True),
        (timedelta(hours=12), True, True),
        (timedelta(hours=12) - SECOND, True, False),
        (SECOND, True, False),
        (timedelta(0), False, False),
        (-timedelta(days=1), False, False),
    ],
)
def test_the_deadline_and_the_hour_itself(before, cancel, reschedule):
    now = visit().starts_at - before
    assert can_cancel(visit(), now) is cancel
    assert can_reschedule(visit(), now) is reschedule
