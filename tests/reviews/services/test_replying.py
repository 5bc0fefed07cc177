"""The doctor's one answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appointments.enums import Status
from core.models import Event
from reviews.models import Review, ReviewReply
from reviews.refusals import AlreadyReplied, EditWindowOver, NotShown, NotTheDoctor
from reviews.services.replying import edit_reply, reply_to_review
from reviews.services.writing import edit_review, withdraw_review
from tests.reviews.conftest import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(review, dr_chen, now):
    return reply_to_review(review=review, text="Gracias.", actor=dr_chen.user, now=now)


def test_the_doctor_answers_once(review, reply, dr_chen, now):
    again = reply_to_review(review=review, text="Gracias.", actor=dr_chen.user, now=now)
    assert (again, ReviewReply.objects.count()) == (reply, 1)
    with pytest.raises(AlreadyReplied):
        reply_to_review(review=review, text="Otra cosa.", actor=dr_chen.user, now=now)
    names = Event.objects.filter(subject_id=review.public_id).order_by("pk")
    assert [e.name for e in names] == ["review.published", "review.replied"]
    assert [e.data for e in names] == [{"visit": review.visit_id}] * 2


def test_nobody_else_answers(review, alice, dr_diaz, erin, carla, now):
    for somebody in (alice, dr_diaz.user, erin, carla):
        with pytest.raises(NotTheDoctor):
            reply_to_review(review=review, text="Hola", actor=somebody, now=now)
    assert not ReviewReply.objects.exists()


def test_an_answer_is_edited_within_some_days(review, reply, dr_chen, now, settings):
    end = now + timedelta(days=settings.REVIEW_EDIT_DAYS)
    soon = end - timedelta(seconds=1)
    edited = edit_reply(review=review, text="Muchas gracias.", actor=dr_chen.user, now=soon)
    assert (edited.text, edited.edited_at) == ("Muchas gracias.", soon)
    with pytest.raises(EditWindowOver):
        edit_reply(review=review, text="Tarde", actor=dr_chen.user, now=end)
    same = edit_reply(review=review, text="Muchas gracias.", actor=dr_chen.user, now=end)
    assert same.edited_at == soon


def test_an_answer_says_that_the_opinion_changed_since(review, reply, alice, dr_chen, now):
    assert Review.objects.get().is_newer_than_reply is False
    later = now + timedelta(hours=1)
    edit_review(review=review, said=replace(SAID, general=1), actor=alice, now=later)
    assert Review.objects.get().is_newer_than_reply is True
    edit_reply(review=review, text="Lo leí.", actor=dr_chen.user, now=later + timedelta(hours=1))
    assert Review.objects.get().is_newer_than_reply is False


def test_what_is_not_shown_is_not_answered(review, alice, dr_chen, now):
    withdraw_review(review=review, actor=alice, now=now)
    with pytest.raises(NotShown):
        reply_to_review(review=review, text="Gracias.", actor=dr_chen.user, now=now)


def test_an_answer_of_what_froze_is_not_edited(review, reply, dr_chen, now):
    review.visit.status = Status.NO_SHOW
    review.visit.save()
    with pytest.raises(NotShown):
        edit_reply(review=review, text="Otra", actor=dr_chen.user, now=now)
