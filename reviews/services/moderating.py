"""Decisions of the moderation team. A low grade is no reason; the words are never changed."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.db import once_more
from reviews.enums import Act, Ground, State
from reviews.models import Review, ReviewAppeal, ReviewDecision, ReviewReply, ReviewReport
from reviews.queries import works_for
from reviews.refusals import NothingToDecide, NotModerator, OwnCase, ReviewBusy
from reviews.services.locks import lock_review
from reviews.services.telling import record_about, tell_of_decision

PERMISSION = "reviews.moderate_review"
EVENTS = {
    Act.HIDE: "review.hidden",
    Act.KEEP: "review.kept",
    Act.RESTORE: "review.restored",
    Act.HIDE_REPLY: "review.reply_hidden",
    Act.RESTORE_REPLY: "review.reply_restored",
}


@once_more(ReviewBusy)
@transaction.atomic
def decide(
    *, review: Review, act: Act, ground: Ground | None, note: str, actor: User, now: datetime
) -> ReviewDecision:
    """Carry out `act`, and answer with it what is reported and appealed. What hides has a ground.
    `note` is for the team alone: sealed.

    Raises NotModerator, OwnCase, NothingToDecide, ReviewBusy.
    """
    if not actor.has_perm(PERMISSION):
        raise NotModerator
    current = lock_review(review)
    if actor.pk in _parties(current) or works_for(actor, current.doctor_id):
        raise OwnCase
    if act not in acts_open(current):
        raise NothingToDecide
    _carry_out(current, act, ground)
    decision = ReviewDecision(review=current, act=act, ground=ground or "", by=actor, at=now)
    decision.note = note
    decision.save(force_insert=True)
    _answer(current, decision)
    record_about(EVENTS[act], current, actor, now)
    return decision


def acts_open(review: Review) -> list[Act]:
    """What may be decided now. «Leave it» only answers somebody."""
    reply = ReviewReply.objects.filter(review=review).first()
    may: dict[Act, Callable[[], bool]] = {
        Act.HIDE: lambda: review.status == State.PUBLISHED,
        Act.RESTORE: lambda: review.status == State.HIDDEN,
        Act.KEEP: lambda: is_asked_for(review),
        Act.HIDE_REPLY: lambda: reply is not None and not reply.hidden_for,
        Act.RESTORE_REPLY: lambda: reply is not None and bool(reply.hidden_for),
    }
    return [act for act in Act if may[act]()]


def is_asked_for(review: Review) -> bool:
    """Whether somebody reported it, or appealed, and has no answer yet."""
    return (
        review.reports.filter(decision=None).exists()
        or ReviewAppeal.objects.filter(decision__review=review, answer=None).exists()
    )


def _parties(review: Review) -> set[int | None]:
    patient = review.visit.patient
    return {review.author_id, patient.account_id if patient else None, review.doctor.user_id} - {
        None
    }


def _carry_out(review: Review, act: Act, ground: Ground | None) -> None:
    if act in (Act.HIDE, Act.RESTORE):
        review.status = State.HIDDEN if act == Act.HIDE else State.PUBLISHED
        review.hidden_for = ground or ""
        review.save(update_fields=["status", "hidden_for"])
    elif act in (Act.HIDE_REPLY, Act.RESTORE_REPLY):
        ReviewReply.objects.filter(review=review).update(hidden_for=ground or "")


def _answer(review: Review, decision: ReviewDecision) -> None:
    """Close what was open, and write to whom it concerns: the side that the decision goes
    against, and whoever asked for it.
    """
    reported = ReviewReport.objects.filter(review=review, decision=None)
    askers = set(reported.values_list("by", flat=True))
    reported.update(decision=decision)
    appeal = ReviewAppeal.objects.filter(decision__review=review, answer=None).first()
    if appeal is not None:
        appeal.answer = decision
        appeal.save(update_fields=["answer"])
        askers.add(appeal.by_id)
    patient = review.visit.patient
    author = patient.account if patient else None
    doctor = review.doctor.user
    if author is not None and (decision.act != Act.KEEP or author.pk in askers):
        tell_of_decision(review, author, is_doctor=False)
    if doctor.pk in askers or decision.act not in (Act.HIDE, Act.KEEP):
        tell_of_decision(review, doctor, is_doctor=True)
