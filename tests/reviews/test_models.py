"""Every named constraint of opinions, and what the database's triggers refuse."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import IntegrityError, connection, transaction

from reviews.models import (
    Rating,
    Review,
    ReviewAppeal,
    ReviewDecision,
    ReviewReply,
    ReviewReport,
    ReviewVersion,
)
from tests.breaches import Breach, check, refused_by
from tests.conftest import NOW
from tests.factories import AttendedFactory, PatientFactory, ReviewFactory, UserFactory

pytestmark = pytest.mark.django_db
GRADES = {"general": 5, "explanation": 5, "punctuality": 5, "treatment": 5}
HOURS = count()


def another_visit(world):
    """Each at an hour of its own."""
    world.visit = AttendedFactory(
        clinic=world.clinic, starts_at=NOW - timedelta(days=20, hours=next(HOURS))
    )
    return world.visit


NEW = {
    **GRADES, "visit": another_visit, "doctor": lambda w: w.review.doctor, "initials": "X. Y.",
    "author": lambda w: w.visit.patient.account,
}  # fmt: skip
DECISION = {"review": lambda w: w.review, "by": lambda w: w.erin, "at": NOW}
BREACHES = {
    "review_once_per_visit": Breach(
        Review,
        {**NEW, "visit": lambda w: w.review.visit, "author": lambda w: w.review.author},
        "Ya hay una opinión sobre esa cita.",
    ),
    "review_grades_from_1_to_5": Breach(
        Review, {**NEW, "general": 6}, "Elija entre 1 y 5 estrellas."
    ),
    "review_hidden_for_a_reason": Breach(Review, {**NEW, "status": "hidden"}),
    "reviewversion_grades_from_1_to_5": Breach(
        ReviewVersion,
        {**GRADES, "punctuality": 0, "review": lambda w: w.review, "number": 7, "at": NOW},
        "Elija entre 1 y 5 estrellas.",
    ),
    "reviewversion_numbered": Breach(
        ReviewVersion, {**GRADES, "review": lambda w: w.review, "number": 1, "at": NOW}
    ),
    "reviewreply_says_something": Breach(
        ReviewReply,
        {"review": lambda w: w.review, "author": lambda w: w.review.doctor.user, "text": ""},
    ),
    "reviewreply_hidden_for_a_reason": Breach(
        ReviewReply,
        {"review": lambda w: w.review, "author": lambda w: w.review.doctor.user, "text": "x",
         "hidden_for": "dislike"},
    ),
    "reviewdecision_ground_agrees": Breach(ReviewDecision, {**DECISION, "act": "hide"}),
    "reviewreport_once_per_account": Breach(
        ReviewReport,
        {"review": lambda w: w.review, "by": lambda w: w.erin, "ground": "advert", "at": NOW},
    ),
    "reviewreport_ground_known": Breach(
        ReviewReport,
        {"review": lambda w: w.review, "by": lambda w: UserFactory(), "ground": "low", "at": NOW},
    ),
    "reviewappeal_once_per_decision": Breach(
        ReviewAppeal,
        {"decision": lambda w: w.decision, "by": lambda w: w.erin, "text": "y", "at": NOW},
    ),
    "reviewappeal_answered_by_another": Breach(
        ReviewAppeal,
        {"decision": lambda w: w.other, "answer": lambda w: w.other, "by": lambda w: w.erin,
         "text": "y", "at": NOW},
    ),
    "rating_count_agrees": Breach(
        Rating, {"doctor": lambda w: w.dr_diaz, "count": 1, "explanation_sum": 5,
                 "punctuality_sum": 5, "treatment_sum": 5},
    ),
    "rating_sums_fit": Breach(
        Rating, {"doctor": lambda w: w.dr_diaz, "count": 1, "stars_5": 1, "explanation_sum": 6,
                 "punctuality_sum": 5, "treatment_sum": 5},
    ),
}  # fmt: skip


class World:
    """An opinion with a version, a report, two decisions and an appeal against the first."""

    def __init__(self, review, clinic, erin, dr_diaz):
        self.review, self.clinic, self.erin, self.dr_diaz = review, clinic, erin, dr_diaz
        made = {"review": review, "by": erin, "at": NOW}
        ReviewReport.objects.create(**made, ground="health")
        self.decision, self.other = (
            ReviewDecision.objects.create(**made, act=act, ground=ground)
            for act, ground in (("hide", "health"), ("restore", ""))
        )
        appeal = ReviewAppeal(decision=self.decision, by=erin, at=NOW)
        appeal.text = "x"
        appeal.save()


@pytest.fixture
def world(review, clinic, erin, dr_diaz):
    return World(review, clinic, erin, dr_diaz)


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(world, name):
    check(name, BREACHES[name], world)


def test_what_breaks_nothing_is_kept(world):
    row = Breach(Review, NEW).instance(world)
    row.save()
    assert row.doctor == world.review.doctor


def change(row, **columns):
    """Past the services and the models: as a hand on the database would."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**columns)
    return error.value.__cause__.diag.constraint_name


def test_only_of_an_attended_visit(visit, alice):
    row = Review(visit=visit, doctor=visit.doctor, author=alice, initials="x", **GRADES)
    assert refused_by(row) == "review_of_attended_visit"


def test_only_by_the_account_whose_patient_attended(attended, alice, bob):
    row = Review(visit=attended, doctor=attended.doctor, initials="x", **GRADES)
    for author in (bob, None):
        row.author = author
        assert refused_by(row) == "review_by_who_attended"


def test_never_by_the_doctor_about_themselves(clinic, dr_chen):
    visit = AttendedFactory(clinic=clinic, patient=PatientFactory(account=dr_chen.user))
    row = Review(visit=visit, doctor=dr_chen, author=dr_chen.user, initials="x", **GRADES)
    assert refused_by(row) == "review_by_who_attended"


def test_the_doctor_is_the_visits(attended, alice, dr_diaz):
    row = ReviewFactory(visit=attended, doctor=dr_diaz, author=alice)
    row.refresh_from_db()
    assert row.doctor == attended.doctor
    assert not Rating.objects.filter(doctor=dr_diaz).exists()


def test_an_opinion_stays_of_its_visit_and_author(review, clinic, bob, now):
    other = AttendedFactory(clinic=clinic, starts_at=now.replace(day=9))
    assert change(review, visit=other) == "review_stays_of_its_visit"
    assert change(review, author=bob) == "review_stays_of_its_visit"
    assert change(review, created_at=now.replace(day=1)) == "review_stays_of_its_visit"


def test_what_is_frozen_says_nothing_else(review):
    review.visit.status = "no_show"
    review.visit.save()
    assert change(review, general=1) == "review_of_attended_visit"
    assert change(review, text="otra") == "review_of_attended_visit"
    Review.objects.filter(pk=review.pk).update(is_frozen=False)
    review.refresh_from_db()
    assert review.is_frozen is True


def test_only_the_doctor_answers(review, alice):
    row = ReviewReply(review=review, author=alice, text="x")
    assert refused_by(row) == "reviewreply_by_its_doctor"


def test_history_only_grows(world):
    version = world.review.versions.get()
    assert change(version, text="otra") == "review_history_only_grows"
    assert change(world.decision, act="keep", ground="") == "review_history_only_grows"
    for row in (version, world.other):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()
    # Another key seals the same note.
    assert ReviewDecision.objects.filter(pk=world.decision.pk).update(note_sealed=b"x") == 1


def test_a_sealed_note_opens_in_its_row_only(world):
    world.decision.note = "NOTA7Q"
    ReviewDecision.objects.filter(pk=world.decision.pk).update(
        note_sealed=world.decision.note_sealed
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT note_sealed FROM reviews_reviewdecision WHERE id = %s",
                       [world.decision.pk])  # fmt: skip
        assert b"NOTA7Q" not in bytes(cursor.fetchone()[0])
    assert ReviewDecision.objects.get(pk=world.decision.pk).note == "NOTA7Q"
