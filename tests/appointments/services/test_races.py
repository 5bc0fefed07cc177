"""Many at once, on real connections: one gets the time, the others a clean refusal.

A trigger makes each new visit take a moment, so that everybody has looked before anybody is done.
The last test takes lock and constraint away: then the same race does double-book, and is seen.
"""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from appointments.enums import Status
from appointments.models import SLOT_TAKEN, Absence, Appointment, BookingDraft
from appointments.refusals import BookingRefused, HoldLost, SlotTaken
from appointments.services import locks
from appointments.services.absences import add_absence
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.holds import extend_hold
from appointments.services.rescheduling import reschedule_appointment
from core.models import Event
from tests.appointments.crowd import at_once, booked, kinds, overlaps
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, ClinicFactory, DoctorFactory, PatientFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]
CROWD = 8
HALF_HOUR = timedelta(minutes=30)
SLOWLY = """
CREATE OR REPLACE FUNCTION take_a_moment() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN PERFORM pg_sleep(0.03); RETURN NEW; END';
CREATE TRIGGER take_a_moment BEFORE INSERT OR UPDATE ON appointments_appointment
FOR EACH ROW EXECUTE FUNCTION take_a_moment();
"""


def run_sql(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture(autouse=True)
def slowly(transactional_db):
    run_sql(SLOWLY)
    yield
    run_sql("DROP TRIGGER take_a_moment ON appointments_appointment")


@pytest.fixture
def crowd(transactional_db):
    """Accounts with a patient each."""
    return [PatientFactory().account for _ in range(CROWD)]


def booking(account, clinic, slot, now, **changes):
    return partial(book_appointment, request=wish_of(account, clinic, slot, **changes), now=now)


def moving(visit, slot, now):
    return partial(
        reschedule_appointment,
        appointment=visit,
        starts_at=slot,
        actor=visit.booked_by,
        now=now,
    )


def cancelling(visit, status, now):
    return partial(
        cancel_appointment, appointment=visit, actor=visit.booked_by, status=status, now=now
    )


def visits_of(crowd, clinic, slot):
    """A visit for each, one after the other, from an hour after `slot` on."""
    return [
        AppointmentFactory(
            clinic=clinic,
            patient=account.patients.get(),
            starts_at=slot + (n + 2) * HALF_HOUR,
        )
        for n, account in enumerate(crowd)
    ]


def test_one_time_is_held_once(hold, crowd):
    answers = at_once(*(partial(hold, f"browser-{n}") for n in range(CROWD)))
    assert kinds(answers) == {"BookingDraft": 1, "SlotTaken": CROWD - 1}
    assert (Appointment.objects.count(), overlaps()) == (1, 0)


def test_one_time_is_booked_once(crowd, clinic, slot, now):
    answers = at_once(*(booking(account, clinic, slot, now) for account in crowd))
    assert kinds(answers) == {"Appointment": 1, "SlotTaken": CROWD - 1}
    assert (booked(), Event.objects.count(), overlaps()) == (1, 1, 0)


def test_one_time_is_moved_onto_once(crowd, clinic, slot, now):
    visits = visits_of(crowd, clinic, slot)
    answers = at_once(*(moving(visit, slot, now) for visit in visits))
    assert kinds(answers) == {"Appointment": 1, "SlotTaken": CROWD - 1}
    assert (booked(), Event.objects.count(), overlaps()) == (CROWD, 1, 0)
    assert Appointment.objects.filter(starts_at=slot, sequence=1).count() == 1
    assert Appointment.objects.filter(sequence=0).count() == CROWD - 1


def test_held_booked_and_moved_onto_at_once(hold, crowd, clinic, slot, now):
    visits = visits_of(crowd[:3], clinic, slot)
    answers = at_once(
        *(moving(visit, slot, now) for visit in visits),
        *(booking(account, clinic, slot, now) for account in crowd[3:6]),
        *(partial(hold, f"browser-{n}") for n in range(3)),
    )
    assert kinds(answers)["SlotTaken"] == 8
    assert Appointment.objects.filter(starts_at=slot).count() == 1
    assert overlaps() == 0


def test_unequal_lengths_at_two_clinics_of_one_doctor(crowd, clinic, slot, now):
    """30 minutes from 10:00 here, 45 minutes from 9:45 there."""
    longer = ClinicFactory(doctor=clinic.doctor, name="Norte", slot_minutes=45)
    earlier = slot - timedelta(minutes=15)
    answers = at_once(
        *(booking(account, clinic, slot, now) for account in crowd[::2]),
        *(booking(account, longer, earlier, now) for account in crowd[1::2]),
    )
    assert kinds(answers) == {"Appointment": 1, "SlotTaken": CROWD - 1}
    assert (booked(), overlaps()) == (1, 0)


def test_unequal_lengths_in_one_clinic(crowd, clinic, slot, now):
    """The visit's length is changed while people book: old and new times overlap."""
    requests = [booking(account, clinic, slot, now) for account in crowd[::2]]
    clinic.slot_minutes, clinic.step_minutes = 45, 15
    clinic.save()
    earlier = slot - timedelta(minutes=30)
    requests += [booking(account, clinic, earlier, now) for account in crowd[1::2]]
    answers = at_once(*requests)
    assert kinds(answers) == {"Appointment": 1, "SlotTaken": CROWD - 1}
    assert (booked(), overlaps()) == (1, 0)


def test_one_patient_in_two_places(alice, slot, now):
    clinics = [ClinicFactory(doctor=DoctorFactory()) for _ in range(CROWD)]
    answers = at_once(*(booking(alice, clinic, slot, now) for clinic in clinics))
    assert kinds(answers) == {"Appointment": 1, "PatientBusy": CROWD - 1}
    assert (booked(), overlaps()) == (1, 0)


def test_one_patient_moved_to_two_places(alice, slot, now):
    patient = alice.patients.get()
    visits = [
        AppointmentFactory(
            clinic=ClinicFactory(doctor=DoctorFactory()),
            patient=patient,
            starts_at=slot + n * HALF_HOUR,
        )
        for n in range(1, 5)
    ]
    answers = at_once(*(moving(visit, slot, now) for visit in visits))
    assert kinds(answers) == {"Appointment": 1, "PatientBusy": 3}
    assert overlaps() == 0


@pytest.mark.parametrize("_round", range(2))
def test_visit_or_absence(crowd, clinic, slot, now, _round):
    leave = partial(
        add_absence, doctor=clinic.doctor, starts_at=slot, ends_at=slot + HALF_HOUR, now=now
    )
    answers = at_once(leave, *(booking(account, clinic, slot, now) for account in crowd[:3]))
    assert sum(not isinstance(answer, BookingRefused) for answer in answers) == 1
    assert booked() + Absence.objects.count() == 1


def test_absence_over_a_hold_that_is_just_lengthened(hold, clinic, slot, now):
    hold("hers")
    runs_out = now + timedelta(minutes=10)
    answers = at_once(
        partial(extend_hold, holder_key="hers", now=runs_out - timedelta(seconds=1)),
        partial(
            add_absence,
            doctor=clinic.doctor,
            starts_at=slot,
            ends_at=slot + HALF_HOUR,
            now=runs_out,
        ),
    )
    is_held = Appointment.objects.get().status == Status.HELD
    assert is_held != Absence.objects.exists(), kinds(answers)
    assert sum(isinstance(answer, BookingRefused) for answer in answers) == 1


def test_hold_that_is_lengthened_and_taken_at_the_same_moment(hold, slot, now):
    hold("hers")
    runs_out = now + timedelta(minutes=10)
    hers, his = at_once(
        partial(extend_hold, holder_key="hers", now=runs_out - timedelta(seconds=1)),
        partial(hold, "his", now=runs_out),
    )
    assert isinstance(hers, HoldLost) != isinstance(his, SlotTaken)
    held = Appointment.objects.get(status=Status.HELD)
    assert held.draft.holder_key == ("his" if isinstance(hers, HoldLost) else "hers")
    assert overlaps() == 0


def test_hold_is_confirmed_while_another_takes_it(hold, bob, alice, clinic, slot, now):
    hold("hers")
    runs_out = now + timedelta(minutes=10)
    before = runs_out - timedelta(seconds=1)
    answers = at_once(
        booking(alice, clinic, slot, before, holder_key="hers"),
        booking(bob, clinic, slot, runs_out),
    )
    assert kinds(answers) == {"Appointment": 1, "SlotTaken": 1}
    assert (booked(), overlaps()) == (1, 0)


def test_ten_posts_of_one_form(alice, clinic, slot, now):
    post = booking(alice, clinic, slot, now, key=uuid.uuid4())
    answers = at_once(*[post] * 5)
    answers += [post() for _ in range(5)]
    assert {answer.pk for answer in answers} == {Appointment.objects.get().pk}
    assert Event.objects.count() == 1


def test_ten_posts_of_one_form_with_a_hold(hold, alice, clinic, slot, now):
    hold("hers")
    post = booking(alice, clinic, slot, now, key=uuid.uuid4(), holder_key="hers")
    answers = at_once(*[post] * 10)
    assert {answer.pk for answer in answers} == {Appointment.objects.get().pk}
    assert Event.objects.count() == 1


def test_one_wish_in_many_tabs(hold, alice, clinic, slot, now):
    """Each tab has a key of its own; the person still wants one visit."""
    hold("hers")
    answers = at_once(*(booking(alice, clinic, slot, now, holder_key="hers") for _ in range(CROWD)))
    assert {answer.pk for answer in answers} == {Appointment.objects.get().pk}
    assert Event.objects.count() == 1


def test_one_browser_holds_one_time_in_many_tabs(hold):
    answers = at_once(*[partial(hold, "hers")] * CROWD)
    assert kinds(answers) == {"BookingDraft": CROWD}
    held = Appointment.objects.get()
    assert {answer.appointment for answer in answers} == {held}
    assert BookingDraft.objects.get().appointment == held


def test_one_browser_holds_different_times_in_tabs(hold, slot):
    answers = at_once(*(partial(hold, "hers", starts_at=slot + n * HALF_HOUR) for n in range(6)))
    assert kinds(answers) == {"BookingDraft": 6}
    held = Appointment.objects.get(status=Status.HELD)
    assert BookingDraft.objects.get().appointment == held


@pytest.mark.parametrize("_round", range(2))
def test_confirm_in_one_tab_while_another_chooses(hold, alice, clinic, slot, now, _round):
    hold("hers")
    later = slot + HALF_HOUR
    visit, draft = at_once(
        booking(alice, clinic, slot, now, holder_key="hers"),
        partial(hold, "hers", starts_at=later),
    )
    assert (visit.status, visit.starts_at) == (Status.BOOKED, slot)
    assert draft.starts_at == later
    held = Appointment.objects.get(starts_at=later, status=Status.HELD)
    assert BookingDraft.objects.get().appointment == held
    assert overlaps() == 0


def test_browsers_change_doctors_both_ways_without_a_deadlock(hold, dr_diaz, clinic, slot):
    """Each lets go of one doctor's time while it takes the other's."""
    other = ClinicFactory(doctor=dr_diaz)
    times = [slot + n * HALF_HOUR for n in range(4)]
    for n, time in enumerate(times):
        hold(f"a{n}", starts_at=time)
        hold(f"b{n}", clinic=other, starts_at=time)
    later = timedelta(hours=3)
    answers = at_once(
        *(partial(hold, f"a{n}", clinic=other, starts_at=t + later) for n, t in enumerate(times)),
        *(partial(hold, f"b{n}", starts_at=t + later) for n, t in enumerate(times)),
    )
    assert kinds(answers) == {"BookingDraft": 8}
    assert Appointment.objects.filter(status=Status.HELD).count() == 8
    assert overlaps() == 0


def test_cancelled_by_both_sides(book, alice, now):
    visit = book(alice)
    both = (Status.CANCELLED_BY_PATIENT, Status.CANCELLED_BY_DOCTOR)
    answers = at_once(*(cancelling(visit, status, now) for status in both * 3))
    assert len({answer.status for answer in answers}) == 1
    assert Event.objects.filter(name="appointment.cancelled").count() == 1


@pytest.mark.parametrize("_round", range(2))
def test_cancelled_while_it_moves(book, alice, slot, now, happened, _round):
    visit = book(alice)
    moved, cancelled = at_once(
        moving(visit, slot + HALF_HOUR, now),
        cancelling(visit, Status.CANCELLED_BY_PATIENT, now),
    )
    assert cancelled.status == Status.CANCELLED_BY_PATIENT
    was_moved = not isinstance(moved, BookingRefused)
    expected = ["appointment.booked", *["appointment.rescheduled"] * was_moved]
    assert happened(visit) == [*expected, "appointment.cancelled"]


@pytest.fixture
def unguarded(slowly, monkeypatch):
    """No lock, no constraint: what the tests above would see if either were forgotten."""
    constraint = next(c for c in Appointment._meta.constraints if c.name == SLOT_TAKEN)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Appointment, constraint)
    monkeypatch.setattr(locks, "LOCKING", False)
    yield
    run_sql("TRUNCATE appointments_appointment CASCADE")
    with connection.schema_editor() as editor:
        editor.add_constraint(Appointment, constraint)


def test_without_lock_and_constraint_the_race_is_lost_and_seen(unguarded, crowd, clinic, slot, now):
    answers = at_once(*(booking(account, clinic, slot, now) for account in crowd))
    assert kinds(answers)["Appointment"] > 1
    assert booked() > 1
    assert overlaps() > 0


def test_constraint_alone_keeps_the_time_single(monkeypatch, crowd, clinic, slot, now):
    """The last wall stands without the lock; what the lock spares is waiting and deadlocks."""
    monkeypatch.setattr(locks, "LOCKING", False)
    answers = at_once(*(booking(account, clinic, slot, now) for account in crowd[:3]))
    assert kinds(answers)["Appointment"] == 1
    assert (booked(), overlaps()) == (1, 0)
