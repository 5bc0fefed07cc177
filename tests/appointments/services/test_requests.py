"""Requests where the clinic confirms each visit."""

from datetime import timedelta

import pytest
import time_machine

from appointments import refusals, tasks
from appointments.enums import ChangeKind, Status
from appointments.models import Appointment
from appointments.queries import is_offered
from appointments.services.cancelling import cancel_appointment
from appointments.services.requests import accept_request, decline_request, lapse_requests
from appointments.services.rescheduling import reschedule_appointment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def request_(book, clinic, alice):
    clinic.requires_confirmation = True
    clinic.save()
    return book(alice)


def accept(visit, dr_chen, now):
    return accept_request(appointment=visit, actor=dr_chen.user, now=now)


def decline(visit, dr_chen, now, message=""):
    return decline_request(appointment=visit, actor=dr_chen.user, now=now, message=message)


def test_a_booking_there_is_a_request_that_keeps_its_time(request_, clinic, slot, now, happened):
    assert (request_.status, request_.answer_by) == (Status.REQUESTED, now + DAY)
    assert not is_offered(clinic, slot, now=now)
    assert request_.changes.get().kind == ChangeKind.REQUESTED
    assert happened(request_) == ["appointment.requested"]


def test_it_is_answered_before_it_starts(book, clinic, alice, now):
    clinic.requires_confirmation = True
    clinic.save()
    soon = now + timedelta(hours=1)
    assert book(alice, starts_at=soon).answer_by == soon


def test_a_clinic_that_begins_to_ask_meanwhile_is_another_condition(wish, clinic, alice, book):
    old = wish(alice).terms
    clinic.requires_confirmation = True
    clinic.save()
    with pytest.raises(refusals.TermsChanged):
        book(alice, terms=old)


def test_accepted(request_, dr_chen, now, happened):
    visit = accept(request_, dr_chen, now)
    assert (visit.status, visit.answer_by, visit.sequence) == (Status.BOOKED, None, 1)
    line = visit.changes.last()
    assert (line.kind, line.actor, line.by_desk) == (ChangeKind.ACCEPTED, dr_chen.user, True)
    assert happened(visit) == ["appointment.requested", "appointment.accepted"]


def test_declined_frees_the_time(request_, dr_chen, clinic, slot, now, happened):
    visit = decline(request_, dr_chen, now, "Ese día no atiendo.")
    assert (visit.status, visit.cancelled_at) == (Status.DECLINED, now)
    assert visit.changes.last().message == "Ese día no atiendo."
    assert is_offered(clinic, slot, now=now)
    assert happened(visit) == ["appointment.requested", "appointment.declined"]


@pytest.mark.parametrize(("answer", "other"), [(accept, decline), (decline, accept)])
def test_answered_once(request_, dr_chen, now, answer, other, happened):
    answer(request_, dr_chen, now)
    answer(request_, dr_chen, now)
    with pytest.raises(refusals.RequestAnswered):
        other(request_, dr_chen, now)
    assert len(happened(request_)) == 2


@pytest.mark.parametrize("answer", [accept, decline])
def test_nothing_to_answer(visit, request_, alice, dr_chen, now, answer):
    with pytest.raises(refusals.RequestAnswered):
        answer(visit, dr_chen, now)
    cancel_appointment(appointment=request_, actor=alice, status="cancelled_patient", now=now)
    with pytest.raises(refusals.RequestAnswered):
        answer(request_, dr_chen, now)


@pytest.mark.parametrize("is_swept", [True, False])
@pytest.mark.parametrize("answer", [accept, decline])
def test_too_late(request_, dr_chen, now, answer, is_swept):
    if is_swept:
        lapse_requests(now=now + DAY)
    with pytest.raises(refusals.RequestLapsed):
        answer(request_, dr_chen, now + DAY)


@pytest.mark.parametrize(("seconds", "lapsed"), [(-1, 0), (0, 1)])
def test_it_lapses(request_, clinic, slot, now, seconds, lapsed, happened):
    moment = now + DAY + timedelta(seconds=seconds)
    assert lapse_requests(now=moment) == lapsed
    assert lapse_requests(now=moment) == 0
    visit = Appointment.objects.get()
    assert visit.status == (Status.LAPSED if lapsed else Status.REQUESTED)
    assert len(happened(visit)) == 1 + lapsed
    if lapsed:
        line = visit.changes.last()
        assert (line.kind, line.actor, line.by_desk) == (ChangeKind.LAPSED, None, False)
        assert visit.cancelled_at == moment


def test_it_lapses_when_it_starts_at_the_latest(request_, dr_chen, slot):
    """Where the desk's change of hours moved it to before its deadline."""
    Appointment.objects.update(answer_by=slot + DAY)
    with pytest.raises(refusals.RequestLapsed):
        accept(request_, dr_chen, slot)
    assert lapse_requests(now=slot) == 1


def test_it_lapses_by_a_task(request_, now):
    with time_machine.travel(now + DAY, tick=False):
        tasks.lapse_requests()
    assert Appointment.objects.get().status == Status.LAPSED


def test_it_may_be_withdrawn_without_being_late(request_, alice, slot):
    late = slot - timedelta(minutes=1)
    gone = cancel_appointment(
        appointment=request_, actor=alice, status="cancelled_patient", now=late
    )
    assert not gone.is_late_cancellation


def test_moved_by_its_patient_it_is_asked_anew(request_, alice, slot, now):
    later = now + timedelta(hours=20)
    moved = reschedule_appointment(
        appointment=request_, starts_at=slot + 2 * DAY, actor=alice, now=later
    )
    assert (moved.status, moved.answer_by) == (Status.REQUESTED, later + DAY)
