"""Two who answer one question at once, and an answer that meets its end."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from appointments.models import Appointment, Relocation
from appointments.services.absences import NewAbsence
from appointments.services.relocating import choose_time, give_up_visit, lapse_relocations
from appointments.services.schedule import Act, Answer, make_change
from tests.appointments.crowd import at_once, kinds, overlaps
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture
def asked(frozen):
    clinic = ClinicFactory()
    visit = AppointmentFactory(clinic=clinic, patient=PatientFactory())
    change = NewAbsence(clinic.doctor, WEDNESDAY, WEDNESDAY + timedelta(hours=8))
    make_change(
        change=change, answers={visit.public_id: Answer(Act.ASK, visit.starts_at)},
        actor=clinic.doctor.user, now=frozen,
    )  # fmt: skip
    return Relocation.objects.get()


def times_of(question):
    return list(question.times.order_by("starts_at").values_list("starts_at", flat=True))


@pytest.mark.parametrize("_again", range(4))
def test_two_times_chosen_at_once_move_the_visit_once(asked, frozen, _again):
    calls = [
        partial(choose_time, relocation=asked, starts_at=at, actor=None, now=frozen)
        for at in times_of(asked)
    ]
    assert kinds(at_once(*calls)) == {"Appointment": 1, "RelocationOver": 2}
    visit = Appointment.objects.get(pk=asked.visit_id)
    assert visit.starts_at in times_of(asked)
    assert visit.changes.filter(kind="rescheduled").count() == 1
    assert overlaps() == 0


@pytest.mark.parametrize("_again", range(4))
def test_answer_that_meets_its_end_is_one_or_the_other(asked, frozen, _again):
    """The clock of who answers is still before the end, that of the task behind it."""
    last = asked.answer_by - timedelta(milliseconds=1)
    chosen = partial(
        choose_time, relocation=asked, starts_at=times_of(asked)[0], actor=None, now=last
    )
    given_up = partial(give_up_visit, relocation=asked, actor=None, now=last)
    at_once(chosen, given_up, partial(lapse_relocations, now=asked.answer_by))
    visit = Appointment.objects.get(pk=asked.visit_id)
    end = Relocation.objects.get().end
    if not end:  # the task left it to those who held the row, and they came too late
        lapse_relocations(now=asked.answer_by)
        end, visit = Relocation.objects.get().end, Appointment.objects.get(pk=visit.pk)
    assert {"moved": "booked", "cancelled": "cancelled_patient", "lapsed": "cancelled_doctor"}[
        end
    ] == visit.status
    assert visit.changes.exclude(kind="asked").count() == 1
    assert Appointment.objects.filter(status="held").count() == 0
