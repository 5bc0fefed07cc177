"""Patients who are asked for another time: held for them, chosen, given up, or not answered."""

from datetime import UTC, datetime, timedelta

import pytest

from appointments import tasks
from appointments.enums import ChangeKind, RelocationEnd, Status
from appointments.models import Absence, Appointment, Relocation
from appointments.queries import is_offered
from appointments.refusals import SlotNotOffered, SlotTaken
from appointments.relocation_refusals import RelocationOver
from appointments.services.absences import NewAbsence
from appointments.services.cancelling import cancel_appointment
from appointments.services.relocating import (
    CHOICES,
    answer_until,
    ask_patients,
    choose_time,
    give_up_visit,
    lapse_relocations,
)
from appointments.services.rescheduling import reschedule_appointment
from appointments.services.schedule import Act, Answer, AnswerRefused, make_change
from clinics.models import Clinic, OpeningHours
from core.models import Event
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# Alicia's visit: Wednesday 25 November, 9:00 in Quito.
WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def away(doctor, *visits, now, hours=8, within=4, message="Estoy enferma."):
    """The doctor is away from 9:00 on that Wednesday, and asks the patients of these visits."""
    change = NewAbsence(doctor, WEDNESDAY, WEDNESDAY + hours * HOUR)
    answers = {visit.public_id: Answer(Act.ASK, visit.starts_at) for visit in visits}
    make_change(
        change=change, answers=answers, message=message, answer_within=within * HOUR,
        actor=doctor.user, now=now,
    )  # fmt: skip
    return [visit.relocations.get() for visit in visits]


@pytest.fixture
def asked(frozen, visit):
    (question,) = away(visit.doctor, visit, now=frozen)
    return question


def times_of(question):
    return list(question.times.order_by("starts_at").values_list("starts_at", flat=True))


def held():
    return Appointment.objects.filter(status=Status.HELD).count()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_asking_holds_times_on_different_days(asked, visit, clinic, frozen):
    times = times_of(asked)
    assert len(times) == CHOICES == held()
    assert len({at.date() for at in times}) == CHOICES
    assert [is_offered(clinic, at, now=frozen) for at in times] == [False] * CHOICES
    assert (asked.answer_by, asked.end) == (frozen + 4 * HOUR, "")
    assert asked.cause_id == Absence.objects.get().public_id


def test_asking_keeps_the_visit_and_tells(asked, visit):
    now_ = fresh(visit)
    assert (now_.status, now_.starts_at, now_.sequence) == ("booked", WEDNESDAY, 1)
    line = now_.changes.get()
    assert (line.kind, line.by_desk, line.message) == (ChangeKind.ASKED, True, "Estoy enferma.")
    events = Event.objects.filter(subject_id=visit.public_id).values_list("name", flat=True)
    assert list(events) == ["appointment.asked"]


def test_choosing_moves_the_visit_and_lets_the_others_go(asked, visit, alice, clinic, frozen):
    first, *others = times_of(asked)
    choose_time(relocation=asked, starts_at=first, actor=alice, now=frozen)
    moved = fresh(visit)
    assert (moved.starts_at, moved.ends_at) == (first, first + HOUR / 2)
    assert (moved.status, moved.is_outside_hours, held()) == ("booked", False, 0)
    assert [is_offered(clinic, at, now=frozen) for at in others] == [True] * len(others)
    assert fresh(asked).end == RelocationEnd.MOVED
    kinds = list(visit.changes.order_by("id").values_list("kind", flat=True))
    assert kinds == ["asked", "rescheduled"]
    # Tapped twice it moves once.
    choose_time(relocation=asked, starts_at=first, actor=alice, now=frozen)
    assert visit.changes.count() == 2


def test_choosing_another_one_afterwards_is_refused(asked, alice, frozen):
    first, second, _third = times_of(asked)
    choose_time(relocation=asked, starts_at=first, actor=alice, now=frozen)
    with pytest.raises(RelocationOver):
        choose_time(relocation=asked, starts_at=second, actor=alice, now=frozen)


def test_of_a_doctor_who_was_stopped_since_nothing_is_chosen(asked, visit, alice, stop, frozen):
    stop(visit.doctor.user)
    with pytest.raises(SlotNotOffered):
        choose_time(relocation=asked, starts_at=times_of(asked)[0], actor=alice, now=frozen)
    assert (fresh(visit).starts_at, fresh(asked).end) == (WEDNESDAY, "")
    assert give_up_visit(relocation=asked, actor=alice, now=frozen).is_standing is False


def test_choosing_what_was_never_held_is_refused(asked, alice, frozen):
    with pytest.raises(SlotTaken):
        choose_time(relocation=asked, starts_at=WEDNESDAY + 49 * HOUR, actor=alice, now=frozen)


def test_choosing_a_request_books_it(frozen, clinic, alice):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(), status="requested")
    (question,) = away(clinic.doctor, visit, now=frozen)
    choose_time(relocation=question, starts_at=times_of(question)[0], actor=None, now=frozen)
    assert (fresh(visit).status, fresh(visit).answer_by) == (Status.BOOKED, None)


def test_giving_up_costs_nothing(asked, visit, alice, frozen):
    give_up_visit(relocation=asked, actor=alice, now=frozen)
    gone = fresh(visit)
    assert (gone.status, gone.is_late_cancellation) == (Status.CANCELLED_BY_PATIENT, False)
    assert (fresh(asked).end, held()) == (RelocationEnd.CANCELLED, 0)
    assert gone.payment_lines.count() == 0
    assert give_up_visit(relocation=asked, actor=alice, now=frozen).pk == visit.pk
    assert visit.changes.count() == 2


def test_no_answer_in_time_cancels_with_the_message(asked, visit, frozen):
    assert lapse_relocations(now=asked.answer_by - timedelta(seconds=1)) == 0
    assert lapse_relocations(now=asked.answer_by) == 1
    gone = fresh(visit)
    assert gone.status == Status.CANCELLED_BY_DOCTOR
    line = gone.changes.order_by("-id").first()
    assert (line.kind, line.actor, line.by_desk, line.message) == (
        ChangeKind.CANCELLED, None, True, "Estoy enferma.",
    )  # fmt: skip
    assert (fresh(asked).end, held()) == (RelocationEnd.LAPSED, 0)
    assert lapse_relocations(now=asked.answer_by) == 0


def test_answer_after_the_time_is_refused(asked, alice, frozen):
    with pytest.raises(RelocationOver):
        choose_time(
            relocation=asked, starts_at=times_of(asked)[0], actor=alice, now=asked.answer_by
        )
    with pytest.raises(RelocationOver):
        give_up_visit(relocation=asked, actor=alice, now=asked.answer_by)


def test_visit_that_was_moved_otherwise_is_not_cancelled(asked, visit, alice, clinic, frozen):
    """The patient finds a time of their own, past the deadline that would bind them else."""
    Clinic.objects.filter(pk=clinic.pk).update(cancellation_notice_minutes=0)
    reschedule_appointment(
        appointment=visit, starts_at=WEDNESDAY + 29 * HOUR, actor=alice, now=frozen
    )
    assert lapse_relocations(now=frozen) == 1
    assert (fresh(asked).end, fresh(visit).status, held()) == (RelocationEnd.VOID, "booked", 0)


def test_cancelling_the_usual_way_while_asked_is_free(frozen, clinic, alice):
    visit = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), cancellation_notice_minutes=7 * 1440,
        late_cancellation_fee=20,
    )  # fmt: skip
    away(clinic.doctor, visit, now=frozen)
    cancel_appointment(
        appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=frozen
    )
    assert fresh(visit).is_late_cancellation is False
    tasks.lapse_requests()
    assert (Relocation.objects.get().end, held()) == (RelocationEnd.VOID, 0)


def test_several_patients_get_times_of_their_own(frozen, clinic):
    visits = [
        AppointmentFactory(
            clinic=clinic, patient=PatientFactory(), starts_at=WEDNESDAY + n * HOUR / 2
        )
        for n in range(6)
    ]
    questions = away(clinic.doctor, *visits, now=frozen)
    times = [at for question in questions for at in times_of(question)]
    assert len(times) == len(set(times)) == 6 * CHOICES == held()


def test_asking_without_a_free_time_is_refused_and_nothing_is_done(frozen, visit, clinic):
    OpeningHours.objects.filter(clinic=clinic).exclude(weekday=3).delete()
    OpeningHours.objects.filter(clinic=clinic).update(valid_until=WEDNESDAY.date())
    with pytest.raises(AnswerRefused):
        away(clinic.doctor, visit, now=frozen)
    assert (Absence.objects.count(), Relocation.objects.count(), held()) == (0, 0, 0)


def test_asking_again_ends_the_first_question(asked, visit, clinic, frozen):
    """The clinic is archived as well: the visit is told of anew."""
    ask_patients(
        [fresh(visit)], cause_id=asked.cause_id, within=HOUR, message="", actor=visit.doctor.user,
        now=frozen,
    )  # fmt: skip
    ends = visit.relocations.order_by("pk").values_list("end", flat=True)
    assert list(ends) == [RelocationEnd.VOID, ""]
    assert held() == CHOICES


@pytest.mark.parametrize(
    ("local", "within", "until"),
    [
        ((23, 9), 4, (23, 13)),
        ((23, 18), 4, (24, 9)),
        ((23, 22), 2, (24, 10)),
        ((24, 3), 2, (24, 10)),
        ((23, 9), 24, (24, 9)),
        # The visit is on Wednesday at 9:00.
        ((24, 9), 48, (25, 9)),
        ((25, 8), 4, (25, 9)),
    ],
)
def test_answers_are_not_waited_for_at_night_nor_past_the_visit(visit, local, within, until):
    def at(day, hour):
        return datetime(2026, 11, day, hour, tzinfo=UTC) + 5 * HOUR

    assert answer_until(visit, within * HOUR, at(*local)) == at(*until)


def test_clinics_elsewhere_answer_on_their_own_clock(clinic, alice):
    madrid = ClinicFactory(doctor=clinic.doctor, zone="Europe/Madrid")
    visit = AppointmentFactory(
        clinic=madrid, patient=alice.patients.get(), starts_at=WEDNESDAY + 48 * HOUR
    )
    evening = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
    assert answer_until(visit, HOUR, evening) == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
