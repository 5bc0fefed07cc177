"""Reported, decided, appealed: by whom, once, and without a word in logs, events or mails."""

from datetime import timedelta

import pytest
from django.core import mail

from core.models import Event, StoredMail
from reviews.enums import Act, Ground
from reviews.models import Rating, Review, ReviewAppeal, ReviewDecision, ReviewReport
from reviews.refusals import (
    AlreadyAppealed,
    AlreadyReported,
    NothingToAppeal,
    NothingToDecide,
    NotModerator,
    NotShown,
    OwnCase,
    OwnOpinion,
    TooManyReports,
)
from reviews.services.moderating import acts_open, decide
from reviews.services.replying import reply_to_review
from reviews.services.reporting import appeal_decision, may_appeal, report_review
from tests.factories import AttendedFactory, PatientFactory, ReviewFactory

pytestmark = pytest.mark.django_db
NOTE = "NOTA7Q: el paciente cuenta su diagnóstico"


@pytest.fixture
def moderate(review, moderator, now):
    def act(name, ground=None, note="", at=now, actor=moderator):
        return decide(review=review, act=name, ground=ground, note=note, actor=actor, now=at)

    return act


def report(review, by, now, ground=Ground.HEALTH):
    return report_review(review=review, ground=ground, by=by, now=now)


# Reporting ----------------------------------------------------------------------------------


def test_anybody_reports_once(review, bob, dr_chen, now):
    report(review, bob, now)
    report(review, dr_chen.user, now, Ground.ACCUSATION)
    with pytest.raises(AlreadyReported):
        report(review, bob, now, Ground.ADVERT)
    assert sorted(ReviewReport.objects.values_list("by", "ground", "decision")) == sorted(
        [(bob.pk, "health", None), (dr_chen.user.pk, "accusation", None)]
    )
    review.refresh_from_db()
    assert review.is_shown


def test_ones_own_is_not_reported(review, alice, now):
    with pytest.raises(OwnOpinion):
        report(review, alice, now)


def test_what_is_not_shown_is_not_reported(review, bob, moderate, now):
    moderate(Act.HIDE, Ground.HEALTH)
    with pytest.raises(NotShown):
        report(review, bob, now)


def test_reports_of_a_day_are_limited(clinic, bob, now, settings):
    settings.REVIEW_REPORTS_PER_DAY = 2
    reviews = [
        ReviewFactory(visit=AttendedFactory(clinic=clinic, starts_at=now - timedelta(days=3 + n)))
        for n in range(3)
    ]
    for review in reviews[:2]:
        report(review, bob, now)
    with pytest.raises(TooManyReports):
        report(reviews[2], bob, now)
    report(reviews[2], bob, now + timedelta(days=1, seconds=1))
    assert ReviewReport.objects.count() == 3


# Deciding -----------------------------------------------------------------------------------


def test_hidden_for_a_reason(review, alice, bob, moderator, moderate, now):
    report(review, bob, now)
    decision = moderate(Act.HIDE, Ground.HEALTH, NOTE)
    review.refresh_from_db()
    assert (review.status, review.hidden_for) == ("hidden", "health")
    assert (decision.by, decision.ground, decision.note) == (moderator, "health", NOTE)
    assert b"NOTA7Q" not in bytes(decision.note_sealed)
    assert ReviewReport.objects.get().decision == decision
    assert Rating.objects.get(doctor=review.doctor).count == 0
    event = Event.objects.get(name="review.hidden")
    assert (event.subject_id, event.data) == (review.public_id, {"visit": review.visit_id})


def test_who_it_concerns_is_told_without_its_words(review, alice, dr_chen, moderate, now, settings):
    settings.EMAIL_BACKEND = "core.mail.OutboxEmailBackend"
    report(review, dr_chen.user, now)
    moderate(Act.HIDE, Ground.HEALTH, NOTE)
    letters = {m.to_address: f"{m.subject} {m.text} {m.html}" for m in StoredMail.objects.all()}
    assert sorted(letters) == sorted([alice.email, dr_chen.user.email])
    for text in letters.values():
        for secret in ("NOTA7Q", "Cuenta datos", "paciencia", "Molina", "A. V."):
            assert secret not in text
    assert f"/citas/{review.visit.public_id}/opinion/" in letters[alice.email]
    assert mail.outbox == []


def test_restored(review, moderate, now):
    moderate(Act.HIDE, Ground.HEALTH)
    moderate(Act.RESTORE)
    review.refresh_from_db()
    assert (review.status, review.hidden_for, review.is_shown) == ("published", "", True)
    assert Rating.objects.get(doctor=review.doctor).count == 1
    acts = ReviewDecision.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["hide", "restore"]


def test_left_as_it_is(review, bob, moderate, now):
    with pytest.raises(NothingToDecide):
        moderate(Act.KEEP)
    report(review, bob, now)
    assert acts_open(review) == [Act.HIDE, Act.KEEP]
    decision = moderate(Act.KEEP)
    review.refresh_from_db()
    assert (review.is_shown, ReviewReport.objects.get().decision) == (True, decision)


def test_an_answer_of_the_doctor_is_hidden_and_shown(review, dr_chen, moderate, now):
    reply = reply_to_review(review=review, text="Su glucosa", actor=dr_chen.user, now=now)
    moderate(Act.HIDE_REPLY, Ground.HEALTH)
    reply.refresh_from_db()
    assert reply.hidden_for == "health"
    assert acts_open(review) == [Act.HIDE, Act.RESTORE_REPLY]
    moderate(Act.RESTORE_REPLY)
    reply.refresh_from_db()
    assert reply.hidden_for == ""


def test_only_moderators_decide(review, alice, bob, dr_chen, carla, moderate):
    for somebody in (alice, bob, dr_chen.user, carla):
        with pytest.raises(NotModerator):
            moderate(Act.HIDE, Ground.HEALTH, actor=somebody)
    assert not ReviewDecision.objects.exists()


def test_support_alone_does_not_decide(review, erin, now):
    with pytest.raises(NotModerator):
        decide(review=review, act=Act.HIDE, ground=Ground.HEALTH, note="", actor=erin, now=now)


def test_nobody_decides_their_own_case(clinic, moderator, now):
    visit = AttendedFactory(clinic=clinic, patient=PatientFactory(account=moderator))
    review = ReviewFactory(visit=visit)
    with pytest.raises(OwnCase):
        decide(review=review, act=Act.HIDE, ground=Ground.ADVERT, note="", actor=moderator,
               now=now)  # fmt: skip


@pytest.mark.parametrize("act", [Act.RESTORE, Act.HIDE_REPLY, Act.RESTORE_REPLY])
def test_what_is_so_already_is_not_decided(moderate, act):
    with pytest.raises(NothingToDecide):
        moderate(act, Ground.HEALTH if act == Act.HIDE_REPLY else None)


# Appealing ----------------------------------------------------------------------------------


def test_the_author_appeals_once_and_the_answer_is_final(review, alice, bob, moderate, now):
    hidden = moderate(Act.HIDE, Ground.OFF_TOPIC)
    with pytest.raises(NothingToAppeal):
        appeal_decision(decision=hidden, text="No es mía", by=bob, now=now)
    appeal = appeal_decision(decision=hidden, text="Mi alergia no está", by=alice, now=now)
    assert appeal.text == "Mi alergia no está"
    assert b"alergia" not in bytes(appeal.text_sealed)
    with pytest.raises(AlreadyAppealed):
        appeal_decision(decision=hidden, text="Otra vez", by=alice, now=now)
    restored = moderate(Act.RESTORE)
    assert ReviewAppeal.objects.get().answer == restored
    assert may_appeal(restored, review.doctor.user) is False


def test_the_doctor_appeals_what_leaves_an_opinion(review, dr_chen, alice, moderate, now):
    report(review, dr_chen.user, now)
    kept = moderate(Act.KEEP)
    with pytest.raises(NothingToAppeal):
        appeal_decision(decision=kept, text="x", by=alice, now=now)
    appeal_decision(decision=kept, text="Nunca fue paciente", by=dr_chen.user, now=now)
    assert acts_open(review) == [Act.HIDE, Act.KEEP]
    final = moderate(Act.HIDE, Ground.INTEREST)
    with pytest.raises(NothingToAppeal):
        appeal_decision(decision=final, text="x", by=alice, now=now)
    assert Review.objects.get().status == "hidden"


def test_only_the_last_word_is_appealed(review, alice, moderate, now):
    first = moderate(Act.HIDE, Ground.HEALTH)
    moderate(Act.RESTORE)
    with pytest.raises(NothingToAppeal):
        appeal_decision(decision=first, text="x", by=alice, now=now)
