"""A stranger's mailbox is not filled: so many bookings and moves of one person by one desk."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from appointments import refusals
from appointments.enums import ChangeKind, Status
from appointments.models import AppointmentChange
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_booking import DeskBooking, NewPatient, book_for_patient
from appointments.services.desk_moving import move_visit
from appointments.services.series_changes import move_from_here
from appointments.services.sparing import TooManyChanges, TooManyChangesToday
from tests.appointments.serial import moves_of, repeat, written
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def few(settings):
    settings.DESK_CHANGES_PER_HOUR, settings.DESK_CHANGES_PER_DAY = 2, 3


@pytest.fixture
def eva():
    return PatientFactory(account=None, email="eva@ejemplo.test")


@pytest.fixture
def hers(clinic, eva, dr_chen, slot):
    """Eva's visit, made before anybody counted."""
    return AppointmentFactory(
        clinic=clinic, patient=eva, booked_by=dr_chen.user, starts_at=slot + 7 * DAY
    )


@pytest.fixture
def told(clinic):
    """`told(eva, at)`: the desk has changed another visit of hers."""

    def make(patient, at, *, clinic=clinic, **fields):
        ahead = timedelta(days=60 + AppointmentChange.objects.count())
        visit = AppointmentFactory(
            clinic=clinic, patient=patient, booked_by=clinic.doctor.user, starts_at=at + ahead
        )
        usual = {"kind": ChangeKind.RESCHEDULED, "to_status": visit.status, "by_desk": True}
        return AppointmentChange.objects.create(
            appointment=visit, at=at, to_starts_at=visit.starts_at, sequence=0, **(usual | fields)
        )

    return make


@pytest.fixture
def act(clinic, dr_chen, hers, slot, now):
    """`act("book")`, and "move", "repeat" and "move_all": what the desk does with Eva's visit."""

    def book(patient=None):
        who = {"patient": patient or hers.patient}
        if isinstance(patient, NewPatient):
            who = {"new_patient": patient}
        booking = DeskBooking(
            actor=dr_chen.user, clinic=clinic, starts_at=slot, minutes=30, key=uuid.uuid4(), **who
        )
        return book_for_patient(booking=booking, now=now)

    def move(at=None):
        return move_visit(
            appointment=hers, starts_at=at or slot, minutes=30, actor=dr_chen.user, now=now
        )

    def move_all():
        _series, visits = written(hers)
        return move_from_here(
            appointment=hers, starts_at=hers.starts_at + HALF_HOUR, actor=dr_chen.user, now=now,
            wishes=moves_of(hers, hers.starts_at + HALF_HOUR, visits),
        )  # fmt: skip

    acts = {"book": book, "move": move, "repeat": lambda: repeat(hers, now), "move_all": move_all}
    return lambda what, *args: acts[what](*args)


ACTS = ("book", "move", "repeat", "move_all")


@pytest.mark.parametrize("what", ACTS)
def test_so_many_in_an_hour(act, told, eva, now, what):
    told(eva, now - MINUTE)
    told(eva, now - 2 * MINUTE)
    before = AppointmentChange.objects.count()
    with pytest.raises(TooManyChanges) as refused:
        act(what)
    assert type(refused.value) is TooManyChanges
    assert AppointmentChange.objects.count() == before


@pytest.mark.parametrize("what", ACTS)
def test_so_many_in_a_day(act, told, eva, now, what):
    for hours in (2, 3, 4):
        told(eva, now - hours * HOUR)
    with pytest.raises(TooManyChangesToday):
        act(what)


@pytest.mark.parametrize("what", ACTS)
def test_older_ones_are_forgotten(act, told, eva, now, what):
    told(eva, now - HOUR)
    told(eva, now - 2 * HOUR)
    for hours in (24, 25):
        told(eva, now - hours * HOUR)
    assert act(what)


@pytest.mark.parametrize("what", ACTS)
def test_who_has_an_account_stops_it_there(act, told, eva, now, what):
    eva.account, eva.relationship = PatientFactory().account, "child"
    eva.save()
    for minutes in range(1, 5):
        told(eva, now - minutes * MINUTE)
    assert act(what)


def test_many_visits_at_once_are_one_act(act, told, eva, now):
    for _ in range(5):
        told(eva, now - MINUTE)
    assert act("repeat")
    assert AppointmentChange.objects.filter(at=now).count() == 3


def test_other_doctors_other_people_and_the_patient_do_not_count(act, told, eva, now, dr_diaz):
    others = ClinicFactory(doctor=dr_diaz)
    for minutes in range(1, 4):
        told(eva, now - minutes * MINUTE, clinic=others)
        told(PatientFactory(account=None, email="ivo@ejemplo.test"), now - minutes * MINUTE)
        told(PatientFactory(account=None, email="", phone="+593998887766"), now - minutes * MINUTE)
        told(eva, now - minutes * MINUTE, by_desk=False)
        told(eva, now - minutes * MINUTE, kind=ChangeKind.KEPT)
    assert act("move")


@pytest.mark.parametrize("kind", [ChangeKind.BOOKED, ChangeKind.RESCHEDULED, ChangeKind.ASKED])
def test_another_name_with_the_same_mailbox_counts(act, told, now, kind):
    for n in (1, 2):
        told(PatientFactory(account=None, email="EVA@ejemplo.test"), now - n * MINUTE, kind=kind)
    with pytest.raises(TooManyChanges):
        act("move")
    with pytest.raises(TooManyChanges):
        act("book", NewPatient("Ivo", "Paz", email="eva@ejemplo.test"))
    assert act("book", NewPatient("Ivo", "Paz", email="ivo@ejemplo.test"))


def test_people_without_an_address_are_told_apart(act, told, hers, eva, now):
    eva.email, eva.phone = "", "+593998887766"
    eva.save()
    for minutes in range(1, 4):
        told(PatientFactory(account=None, email="", phone=eva.phone), now - minutes * MINUTE)
    assert act("move")


def test_a_form_that_is_sent_again_is_no_act(act, told, eva, slot, now):
    moved = act("move")
    for n in (1, 2):
        told(eva, now - n * MINUTE)
    assert act("move") == moved
    with pytest.raises(TooManyChanges):
        act("move", slot + HALF_HOUR)


def test_the_end_of_a_visit_is_always_told(told, hers, eva, dr_chen, now):
    for n in range(1, 5):
        told(eva, now - n * MINUTE)
    gone = cancel_appointment(
        appointment=hers, actor=dr_chen.user, status=Status.CANCELLED_BY_DOCTOR, now=now,
        by_desk=True,
    )  # fmt: skip
    assert gone.status == Status.CANCELLED_BY_DOCTOR


def test_the_refusal_is_a_sentence_and_what_was_typed_stays(frozen, as_, told, hers, slot, now):
    for n in (1, 2):
        told(hers.patient, frozen - n * MINUTE)
    wish = {"day": f"{slot:%Y-%m-%d}", "clock": f"{slot.hour - 5}:{slot.minute:02}",
            "minutes": "30", "message": "Hola, Eva"}  # fmt: skip
    path = reverse("portal:visit_reschedule", args=[hers.public_id])
    answer = as_(hers.doctor.user).post(path, wish)
    html = answer.content.decode()
    assert answer.status_code == refusals.TooMany.status == 429
    assert "En la última hora ya avisamos a esta persona de muchos cambios." in html
    assert "Hola, Eva" in html
