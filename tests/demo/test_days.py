"""The demo doctor's waiting room, at whatever hour the demo is made."""

from datetime import timedelta

import pytest

from appointments.enums import Stage, Status
from appointments.models import VisitDay, WaitingScreen
from doctobooking.demo import personas
from doctobooking.demo.chance import Chance
from doctobooking.demo.days import play_today
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def days(frozen):
    """From three hours before nine in the morning to six hours after, each half hour."""
    clinic = ClinicFactory(doctor__user__email=personas.DOCTOR)
    for n in range(-6, 12):
        status = Status.ATTENDED if n < -1 else Status.BOOKED
        late = {"minutes_late": 12} if n == -4 else {}
        AppointmentFactory(clinic=clinic, starts_at=frozen + n * HALF_HOUR, status=status, **late)
    AppointmentFactory(starts_at=frozen)
    assert play_today(Chance("demo"), frozen) == VisitDay.objects.count()
    return list(VisitDay.objects.order_by("appointment__starts_at"))


def test_somebody_is_everywhere(days):
    """The last but one was forgotten, as ever; the others are seen, inside, there, or coming."""
    stages = [day.stage for day in days]
    assert stages == [
        *[Stage.DONE] * 5,
        Stage.INSIDE,
        *[Stage.WAITING] * 2,
        *[Stage.ON_THE_WAY] * 4,
    ]
    assert len({day.code for day in days}) == len(days)
    inside = next(day for day in days if day.stage == Stage.INSIDE)
    assert inside.appointment.status == Status.ATTENDED


def test_nothing_is_ahead(days, frozen):
    for day in days:
        steps = (day.on_the_way_at, day.arrived_at, day.started_at, day.finished_at)
        assert all(at <= frozen for at in steps if at)


def test_each_consultorio_has_a_screen(days):
    assert WaitingScreen.objects.get(revoked_at=None).clinic == days[0].clinic
