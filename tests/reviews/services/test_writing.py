"""One opinion of an attended visit, by the account whose patient attended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appointments.enums import Status
from core.models import Event
from reviews.enums import State
from reviews.models import Rating, Review
from reviews.refusals import (
    AlreadyGiven,
    EditWindowOver,
    NotAttended,
    NotWhoAttended,
    OwnPractice,
    TooLateToGive,
    Withdrawn,
)
from reviews.services.writing import edit_review, withdraw_review, write_review
from tests.factories import (
    AssistantFactory,
    AttendedFactory,
    PatientFactory,
)
from tests.reviews.conftest import SAID

pytestmark = pytest.mark.django_db


def counted(doctor):
    found = Rating.objects.filter(doctor=doctor).first()
    return found and (found.count, found.mean)


def happened(review):
    return [e.name for e in Event.objects.filter(subject_id=review.public_id).order_by("pk")]


def test_an_opinion_is_published(attended, alice, dr_chen, now):
    review = write_review(visit=attended, said=SAID, author=alice, now=now)
    assert (review.doctor, review.author, review.initials) == (dr_chen, alice, "A. V.")
    assert (review.status, review.is_frozen, review.created_at) == ("published", False, now)
    assert review.said == (4, 5, 3, 4, "Explica con paciencia.")
    assert [v.said for v in review.versions.all()] == [review.said]
    event = Event.objects.get(subject_id=review.public_id)
    assert (event.name, event.data, event.actor_id) == (
        "review.published", {"visit": attended.pk}, alice.pk,
    )  # fmt: skip
    rating = Rating.objects.get(doctor=dr_chen)
    assert (rating.count, rating.stars_4, rating.mean) == (1, 1, 4.0)
    assert [rating.aspect(a) for a in ("explanation", "punctuality", "treatment")] == [5, 3, 4]


def test_the_same_twice_is_one(review, attended, alice, now):
    assert write_review(visit=attended, said=SAID, author=alice, now=now) == review
    assert (Review.objects.count(), happened(review)) == (1, ["review.published"])


def test_another_opinion_of_the_same_visit_is_refused(review, attended, alice, now):
    with pytest.raises(AlreadyGiven):
        write_review(visit=attended, said=replace(SAID, general=1), author=alice, now=now)
    assert counted(review.doctor) == (1, 4.0)


def test_of_a_dependant_by_the_account(clinic, alice, now):
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo",
                           last_names="de la Torre")  # fmt: skip
    visit = AttendedFactory(clinic=clinic, patient=child)
    review = write_review(visit=visit, said=SAID, author=alice, now=now)
    assert (review.author, review.initials) == (alice, "M. T.")


def test_by_the_link_of_who_has_no_account(clinic, dr_chen, bob, now):
    guest = PatientFactory(account=None, first_names="Rosa", last_names="Guamán", email="r@e.test")
    visit = AttendedFactory(clinic=clinic, patient=guest, booked_by=dr_chen.user)
    with pytest.raises(NotWhoAttended):
        write_review(visit=visit, said=SAID, author=bob, now=now)
    review = write_review(visit=visit, said=SAID, author=None, now=now)
    assert (review.author, review.initials) == (None, "R. G.")


@pytest.mark.parametrize("status", sorted(set(Status) - {"attended", "held", "expired"}))
def test_only_of_what_was_attended(visit, alice, now, status):
    visit.status = status
    visit.answer_by = visit.starts_at if status == Status.REQUESTED else None
    visit.cancelled_at = now if visit.is_cancelled else None
    visit.save()
    with pytest.raises(NotAttended):
        write_review(visit=visit, said=SAID, author=alice, now=now)


def test_not_by_others(attended, bob, dr_chen, erin, now):
    for somebody in (bob, dr_chen.user, erin, None):
        with pytest.raises(NotWhoAttended):
            write_review(visit=attended, said=SAID, author=somebody, now=now)
    assert not Review.objects.exists()


def test_not_by_who_works_there(clinic, dr_chen, now):
    assistant = AssistantFactory(doctor=dr_chen, clinics=[clinic])
    for account in (dr_chen.user, assistant.user):
        visit = AttendedFactory(
            clinic=clinic, patient=PatientFactory(account=account),
            starts_at=now - timedelta(days=9 + account.pk),
        )  # fmt: skip
        with pytest.raises(OwnPractice):
            write_review(visit=visit, said=SAID, author=account, now=now)


def test_within_a_year(attended, alice, settings):
    end = attended.ends_at + timedelta(days=settings.REVIEW_WRITE_DAYS)
    with pytest.raises(TooLateToGive):
        write_review(visit=attended, said=SAID, author=alice, now=end)
    assert write_review(visit=attended, said=SAID, author=alice, now=end - timedelta(seconds=1))


# Editing ------------------------------------------------------------------------------------


def test_an_edit_keeps_what_was_said(review, alice, now):
    later = now + timedelta(days=13)
    edited = edit_review(review=review, said=replace(SAID, general=2), actor=alice, now=later)
    assert (edited.general, edited.edited_at) == (2, later)
    assert [(v.number, v.general) for v in review.versions.order_by("number")] == [(1, 4), (2, 2)]
    assert happened(review) == ["review.published", "review.edited"]
    assert counted(review.doctor) == (1, 2.0)


def test_an_edit_that_changes_nothing_is_none(review, alice, now, settings):
    late = now + timedelta(days=settings.REVIEW_EDIT_DAYS)
    assert edit_review(review=review, said=SAID, actor=alice, now=late).edited_at is None
    assert review.versions.count() == 1
    with pytest.raises(EditWindowOver):
        edit_review(review=review, said=replace(SAID, text="Otra"), actor=alice, now=late)


def test_what_was_withdrawn_is_gone(review, alice, now):
    withdrawn = withdraw_review(review=review, actor=alice, now=now)
    assert (withdrawn.status, withdrawn.text) == (State.WITHDRAWN, SAID.text)
    assert counted(review.doctor) == (0, None)
    withdraw_review(review=review, actor=alice, now=now)
    assert happened(review) == ["review.published", "review.withdrawn"]
    with pytest.raises(Withdrawn):
        edit_review(review=review, said=SAID, actor=alice, now=now)
    with pytest.raises(AlreadyGiven):
        write_review(visit=review.visit, said=replace(SAID, general=1), author=alice, now=now)


# A correction of the attendance -------------------------------------------------------------


def correct(review, status):
    review.visit.status = status
    review.visit.save(update_fields=["status"])
    review.refresh_from_db()


def test_a_correction_freezes_and_thaws(review, alice, now):
    correct(review, Status.NO_SHOW)
    assert (review.is_frozen, review.is_shown, counted(review.doctor)) == (True, False, (0, None))
    assert not Review.objects.shown().exists()
    with pytest.raises(NotAttended):
        edit_review(review=review, said=replace(SAID, general=1), actor=alice, now=now)
    correct(review, Status.ATTENDED)
    assert (review.is_frozen, review.is_shown, counted(review.doctor)) == (False, True, (1, 4.0))


def test_what_is_frozen_may_be_withdrawn_and_stays_so(review, alice, now):
    correct(review, Status.NO_SHOW)
    withdraw_review(review=review, actor=alice, now=now)
    correct(review, Status.ATTENDED)
    assert (review.status, counted(review.doctor)) == (State.WITHDRAWN, (0, None))
