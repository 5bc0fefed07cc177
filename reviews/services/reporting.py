"""What people may say against an opinion, or against what was decided about it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from core.db import once_more, violation_as
from reviews.enums import AGAINST_AUTHOR, Ground
from reviews.models import Review, ReviewAppeal, ReviewDecision, ReviewReport
from reviews.refusals import (
    AlreadyAppealed,
    AlreadyReported,
    NothingToAppeal,
    NotShown,
    OwnOpinion,
    ReviewBusy,
    TooManyReports,
)
from reviews.services.locks import lock_review
from reviews.services.telling import record_about

DAY = timedelta(days=1)


@once_more(ReviewBusy)
@transaction.atomic
def report_review(*, review: Review, ground: Ground, by: User, now: datetime) -> ReviewReport:
    """Once for each account. The opinion stays in sight until a moderator has decided.

    Raises NotShown, OwnOpinion, AlreadyReported, TooManyReports, ReviewBusy.
    """
    current = lock_review(review)
    if not current.is_shown:
        raise NotShown
    if current.visit.patient is not None and current.visit.patient.account_id == by.pk:
        raise OwnOpinion
    if ReviewReport.objects.filter(review=current, by=by).exists():
        raise AlreadyReported
    # One account's reports are counted one after the other.
    User.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=by.pk)
    today = ReviewReport.objects.filter(by=by, at__gt=now - DAY).count()
    if today >= settings.REVIEW_REPORTS_PER_DAY:
        raise TooManyReports
    with violation_as({ReviewReport.ONCE: AlreadyReported()}):
        report = ReviewReport.objects.create(review=current, by=by, ground=ground, at=now)
    record_about("review.reported", current, by, now)
    return report


@once_more(ReviewBusy)
@transaction.atomic
def appeal_decision(
    *, decision: ReviewDecision, text: str, by: User, now: datetime
) -> ReviewAppeal:
    """Ask for another look: the author at what hides an opinion, the doctor at what leaves it.

    Raises NothingToAppeal, AlreadyAppealed, ReviewBusy.
    """
    current = lock_review(decision.review)
    if ReviewAppeal.objects.filter(decision=decision, by=by).exists():
        raise AlreadyAppealed
    if not may_appeal(decision, by):
        raise NothingToAppeal
    appeal = ReviewAppeal(decision=decision, by=by, at=now)
    appeal.text = text
    with violation_as({ReviewAppeal.ONCE: AlreadyAppealed()}):
        appeal.save(force_insert=True)
    record_about("review.appealed", current, by, now)
    return appeal


def may_appeal(decision: ReviewDecision, account: User) -> bool:
    """Against the last word only, once, and never against the answer to an appeal."""
    review = decision.review
    last = review.decisions.order_by("-pk").first()
    if last is None or last.pk != decision.pk or decision.appeals.exists():
        return False
    if ReviewAppeal.objects.filter(answer=decision).exists():
        return False
    return account.pk == party_against(decision)


def party_against(decision: ReviewDecision) -> int | None:
    """The account that a decision goes against: the author's, or the doctor's."""
    if decision.act in AGAINST_AUTHOR:
        patient = decision.review.visit.patient
        return patient.account_id if patient else None
    return decision.review.doctor.user_id
