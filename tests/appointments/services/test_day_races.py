"""Patient and desk, or two of the desk, at one moment."""

from functools import partial

import pytest

from appointments.enums import SaidBy, Stage
from appointments.models import DelayNotice, VisitDay
from appointments.services.days import check_in, start_consultation, take_back
from appointments.services.delays import announce_delay
from appointments.services.screens import make_screen
from core.models import Event
from tests.appointments.crowd import at_once, kinds
from tests.factories import AppointmentFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


@pytest.fixture
def due(clinic, alice, now):
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=now)


def arriving(visit, said_by, actor, now):
    return partial(check_in, appointment=visit, said_by=said_by, actor=actor, now=now)


def starting(visit, actor, now):
    return partial(start_consultation, appointment=visit, actor=actor, now=now)


def test_patient_and_desk_say_it_at_once(due, alice, carla, now):
    answers = at_once(
        *(arriving(due, SaidBy.PATIENT, alice, now), arriving(due, SaidBy.DESK, carla, now)) * 3
    )
    assert kinds(answers) == {"VisitDay": 6}
    assert (VisitDay.objects.count(), Event.objects.count()) == (1, 1)


def test_two_taps_on_going_in(due, carla, dr_chen, now):
    answers = at_once(*(starting(due, who, now) for who in (carla, dr_chen.user) * 3))
    assert kinds(answers) == {"VisitDay": 6}
    assert due.changes.count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_only_one_is_inside(clinic, carla, dr_chen, now, _round):
    visits = [
        AppointmentFactory(clinic=clinic, starts_at=now.replace(hour=h)) for h in range(15, 19)
    ]
    answers = at_once(*(starting(visit, carla, now) for visit in visits))
    assert set(kinds(answers)) <= {"VisitDay", "SomebodyInside"}
    assert VisitDay.objects.filter(started_at__isnull=False, finished_at=None).count() == 1


def test_two_taps_on_undoing_are_one_step(due, carla, now):
    starting(due, carla, now)()
    undoing = partial(
        take_back, appointment=due, was=Stage.INSIDE, said_by=SaidBy.DESK, actor=carla, now=now
    )
    assert kinds(at_once(*[undoing] * 4)) == {"VisitDay": 4}
    assert VisitDay.objects.get().stage == Stage.WAITING


def test_a_delay_is_told_once(due, clinic, carla, now):
    telling = partial(announce_delay, clinic=clinic, minutes=20, actor=carla, now=now)
    assert kinds(at_once(*[telling] * 4)) == {"int": 1, "ToldJustNow": 3}
    assert DelayNotice.objects.count() == Event.objects.count() == 1


def test_one_address_of_a_screen_is_left(clinic, dr_chen, now):
    making = partial(make_screen, clinic=clinic, actor=dr_chen.user, now=now)
    assert kinds(at_once(*[making] * 4)) == {"WaitingScreen": 4}
    assert clinic.screens.filter(revoked_at=None).count() == 1
