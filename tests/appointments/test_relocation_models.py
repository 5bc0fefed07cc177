"""Every named constraint of questions for another time."""

import uuid
from datetime import timedelta

import pytest

from appointments.models import Relocation, RelocationTime
from tests.breaches import Breach, check, sound
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
GOOD = {
    "visit": lambda asked: asked.visit,
    "cause_id": uuid.UUID(int=1),
    "asked_starts_at": lambda asked: asked.visit.starts_at,
    "asked_by": lambda asked: asked.visit.doctor.user,
    "asked_at": NOW,
    "answer_by": NOW + HOUR,
}
ENDED = {**GOOD, "end": "void", "ended_at": NOW}
BREACHES = {
    "relocation_open_once": Breach(Relocation, GOOD),
    "relocation_end_agrees": Breach(Relocation, {**GOOD, "end": "moved"}),
    "relocation_answered_before_visit": Breach(
        Relocation, {**ENDED, "answer_by": lambda asked: asked.visit.starts_at + HOUR}
    ),
    "relocationtime_once": Breach(
        RelocationTime, {"relocation": lambda asked: asked, "starts_at": NOW + HOUR}
    ),
}


@pytest.fixture
def asked(visit):
    question = Relocation.objects.create(
        visit=visit, cause_id=uuid.UUID(int=1), asked_starts_at=visit.starts_at, asked_at=NOW,
        answer_by=NOW + HOUR,
    )  # fmt: skip
    question.times.create(starts_at=NOW + HOUR)
    return question


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(asked, name):
    check(name, BREACHES[name], asked)


@pytest.mark.parametrize("wrong", [
    {"end": "", "ended_at": NOW}, {"end": "gone", "ended_at": NOW},
])  # fmt: skip
def test_ends_agree(asked, wrong):
    check("relocation_end_agrees", Breach(Relocation, {**ENDED, **wrong}), asked)


def test_an_answer_comes_after_the_question(asked):
    wrong = {**ENDED, "answer_by": NOW}
    check("relocation_answered_before_visit", Breach(Relocation, wrong), asked)


def test_a_question_after_one_that_ended(asked):
    sound(Breach(Relocation, ENDED).instance(asked))
