"""What patients say of the doctor, as the doctor reads it: no more of who wrote than others see."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page
from django.db.models import Prefetch

from doctors.models import Doctor
from reviews.enums import AGAINST_AUTHOR, State
from reviews.models import Review, ReviewDecision, ReviewQuerySet, ReviewReport


@dataclass(frozen=True)
class Row:
    """`is_reported`: by the doctor, and nobody has answered yet."""

    review: Review
    may_reply: bool
    may_edit_reply: bool
    may_report: bool
    is_reported: bool
    decision: ReviewDecision | None
    may_appeal: bool
    is_appealed: bool


def opinions_on(doctor: Doctor) -> ReviewQuerySet:
    """Shown and hidden ones, new first; of those withdrawn or frozen nothing is known."""
    decisions = ReviewDecision.objects.order_by("-pk").select_related("answered")
    return (
        Review.objects.filter(doctor=doctor, is_frozen=False)
        .exclude(status=State.WITHDRAWN)
        .select_related("reply")
        .prefetch_related(
            Prefetch("decisions", decisions.prefetch_related("appeals")),
            Prefetch("reports", ReviewReport.objects.filter(by=doctor.user_id), "own_reports"),
        )
        .order_by("-created_at", "-pk")
    )


def rows_of(page: Page[Review], now: datetime) -> list[Row]:
    return [_row(review, now) for review in page]


def _row(review: Review, now: datetime) -> Row:
    reply = getattr(review, "reply", None)
    own: list[ReviewReport] = review.own_reports  # type: ignore[attr-defined]
    last = next(iter(review.decisions.all()), None)
    is_appealed = last is not None and bool(last.appeals.all())
    return Row(
        review=review,
        may_reply=review.is_shown and reply is None,
        may_edit_reply=review.is_shown and reply is not None and now < reply.edit_until,
        may_report=review.is_shown and not own,
        is_reported=any(report.decision_id is None for report in own),
        decision=last,
        may_appeal=last is not None and not is_appealed and _is_against_doctor(last),
        is_appealed=is_appealed and last is not None and _is_against_doctor(last),
    )


def _is_against_doctor(decision: ReviewDecision) -> bool:
    """The answer to an appeal is final."""
    return decision.act not in AGAINST_AUTHOR and not hasattr(decision, "answered")
