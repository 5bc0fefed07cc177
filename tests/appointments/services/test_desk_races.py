"""Desk and patients at one moment, on real connections."""

import uuid
from datetime import timedelta
from functools import partial

import pytest

from accounts.models import Patient
from appointments.enums import Status
from appointments.models import Appointment
from appointments.services.absences import remove_absence
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_booking import DeskBooking, NewPatient, book_for_patient
from appointments.services.desk_moving import move_visit
from appointments.services.requests import accept_request, decline_request, lapse_requests
from core.models import Event
from tests.appointments.crowd import at_once, booked, kinds, overlaps
from tests.appointments.services.test_races import slowly  # noqa: F401 -- a fixture
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]
CROWD = 6
HALF_HOUR = timedelta(minutes=30)


def desk(clinic, slot, now, **changes):
    usual = {
        "actor": clinic.doctor.user,
        "clinic": clinic,
        "starts_at": slot,
        "minutes": 30,
        "key": uuid.uuid4(),
        "new_patient": NewPatient("Eva", "Ruiz", phone="+593998887766"),
        "is_override": True,
    }
    return partial(book_for_patient, booking=DeskBooking(**(usual | changes)), now=now)


def moving(visit, slot, now, **changes):
    usual = {"minutes": 30, "actor": visit.doctor.user, "is_override": True}
    return partial(move_visit, appointment=visit, starts_at=slot, now=now, **(usual | changes))


@pytest.fixture
def request_(clinic, slot, now):
    return AppointmentFactory(
        clinic=clinic, starts_at=slot, status="requested", answer_by=now + timedelta(hours=1)
    )


@pytest.mark.parametrize("_round", range(2))
def test_desk_and_patients_at_one_time(clinic, slot, now, _round):
    people = [PatientFactory().account for _ in range(CROWD)]
    answers = at_once(
        *(
            partial(book_appointment, request=wish_of(account, clinic, slot), now=now)
            for account in people[:3]
        ),
        *(desk(clinic, slot + timedelta(minutes=n * 10), now) for n in range(3)),
    )
    assert kinds(answers)["Appointment"] >= 1
    assert kinds(answers).keys() <= {"Appointment", "SlotTaken", "VisitThere"}
    assert overlaps() == 0
    assert Event.objects.count() == booked()


def test_one_form_of_the_desk_many_times(clinic, slot, now):
    post = desk(clinic, slot, now)
    answers = at_once(*[post] * CROWD)
    assert {answer.pk for answer in answers} == {Appointment.objects.get().pk}
    assert (Patient.objects.count(), Event.objects.count()) == (1, 1)


def test_one_patient_booked_by_two_doctors(clinic, dr_diaz, alice, slot, now):
    patient = {"patient": alice.patients.get(), "new_patient": None}
    other = ClinicFactory(doctor=dr_diaz)
    answers = at_once(desk(clinic, slot, now, **patient), desk(other, slot, now, **patient))
    assert kinds(answers) == {"Appointment": 1, "PatientBusy": 1}


def test_visits_are_moved_onto_one_time(clinic, slot, now):
    visits = [
        AppointmentFactory(clinic=clinic, starts_at=slot + (n + 2) * HALF_HOUR)
        for n in range(CROWD)
    ]
    answers = at_once(*(moving(visit, slot, now) for visit in visits))
    assert kinds(answers) == {"Appointment": 1, "VisitThere": CROWD - 1}
    assert (overlaps(), Event.objects.count()) == (0, 1)


def test_two_visits_change_places_without_a_deadlock(clinic, slot, now):
    one = AppointmentFactory(clinic=clinic, starts_at=slot)
    other = AppointmentFactory(clinic=clinic, starts_at=slot + HALF_HOUR)
    answers = at_once(moving(one, other.starts_at, now), moving(other, one.starts_at, now))
    assert kinds(answers) == {"VisitThere": 2}


def test_a_request_is_accepted_once(request_, clinic, now):
    actors = [clinic.doctor.user, *UserFactory.create_batch(CROWD - 1)]
    answers = at_once(
        *(partial(accept_request, appointment=request_, actor=a, now=now) for a in actors)
    )
    assert kinds(answers) == {"Appointment": CROWD}
    assert Event.objects.count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_accepted_declined_withdrawn_and_lapsed_at_once(request_, clinic, now, _round):
    """One of them happens, and only that one is told."""
    due, doctor = request_.answer_by, clinic.doctor.user
    in_time = due - timedelta(seconds=1)
    answers = at_once(
        partial(accept_request, appointment=request_, actor=doctor, now=in_time),
        partial(decline_request, appointment=request_, actor=doctor, now=in_time),
        partial(lapse_requests, now=due),
        partial(lapse_requests, now=due),
    )
    visit = Appointment.objects.get()
    assert visit.status in (Status.BOOKED, Status.DECLINED, Status.LAPSED)
    assert [c.to_status for c in visit.changes.all()] == [visit.status]
    assert Event.objects.count() == 1
    assert answers[2] + answers[3] == (visit.status == Status.LAPSED)


def test_accepted_while_its_patient_withdraws(request_, clinic, now):
    at_once(
        partial(accept_request, appointment=request_, actor=clinic.doctor.user, now=now),
        partial(
            cancel_appointment,
            appointment=request_,
            actor=request_.booked_by,
            status=Status.CANCELLED_BY_PATIENT,
            now=now,
        ),
    )
    visit = Appointment.objects.get()
    assert visit.status == Status.CANCELLED_BY_PATIENT
    assert visit.changes.last().to_status == visit.status


def test_requests_that_overlap_cannot_both_be_made(clinic, slot, now):
    """So that both cannot be accepted: a request keeps its time like a visit."""
    clinic.requires_confirmation, clinic.step_minutes = True, 15
    clinic.save()
    people = [PatientFactory().account for _ in range(CROWD)]
    at_once(
        *(
            partial(
                book_appointment,
                request=wish_of(account, clinic, slot + timedelta(minutes=15 * (n % 2))),
                now=now,
            )
            for n, account in enumerate(people)
        )
    )
    requests = list(Appointment.objects.filter(status=Status.REQUESTED))
    at_once(
        *(
            partial(accept_request, appointment=r, actor=clinic.doctor.user, now=now)
            for r in requests * 3
        )
    )
    assert overlaps() == 0
    assert Appointment.objects.filter(status=Status.BOOKED).count() == len(requests) == 1


def test_a_block_is_removed_once(clinic, slot, now):
    absence = clinic.doctor.absences.create(starts_at=slot, ends_at=slot + HALF_HOUR)
    removing = partial(remove_absence, absence=absence, actor=clinic.doctor.user, now=now)
    answers = at_once(removing, removing)
    assert kinds(answers) == {"NoneType": 1, "AbsenceGone": 1}
    assert [e.name for e in Event.objects.all()] == ["absence.removed"]
