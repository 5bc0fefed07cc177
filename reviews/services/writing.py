"""Opinions: given once, edited within some days, withdrawn at any time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from appointments.enums import Status
from appointments.models import Appointment
from core.db import once_more, violation_as
from reviews.enums import State
from reviews.initials import initials_of
from reviews.models import GRADES, Review, ReviewVersion
from reviews.queries import works_for
from reviews.refusals import (
    AlreadyGiven,
    EditWindowOver,
    NotAttended,
    NotWhoAttended,
    OwnPractice,
    ReviewBusy,
    TooLateToGive,
    Withdrawn,
)
from reviews.services.locks import lock_review, lock_visit
from reviews.services.telling import record_about

SAID = [*GRADES, "text"]


@dataclass(frozen=True)
class Said:
    """Grades from 1 to 5, and words."""

    general: int
    explanation: int
    punctuality: int
    treatment: int
    text: str = ""

    @property
    def columns(self) -> dict[str, int | str]:
        return {name: getattr(self, name) for name in SAID}


def why_not(visit: Appointment, author: User | None, now: datetime) -> type[Exception] | None:
    """The refusal that giving an opinion would meet; for pages, and again under the locks."""
    if visit.status != Status.ATTENDED:
        return NotAttended
    if visit.patient is None or visit.patient.account_id != (author and author.pk):
        return NotWhoAttended
    if author is not None and works_for(author, visit.doctor_id):
        return OwnPractice
    if now >= visit.ends_at + timedelta(days=settings.REVIEW_WRITE_DAYS):
        return TooLateToGive
    return None


@once_more(ReviewBusy)
@transaction.atomic
def write_review(*, visit: Appointment, said: Said, author: User | None, now: datetime) -> Review:
    """Publish what the patient says of the visit; said twice in the same words, it is said once.
    `author` is None for a patient without an account, by the link in their mail.

    Raises NotAttended, NotWhoAttended, OwnPractice, TooLateToGive, AlreadyGiven, ReviewBusy.
    """
    current = lock_visit(visit.pk)
    given = Review.objects.filter(visit=current).first()
    if given is not None:
        if given.said == tuple(said.columns.values()) and given.author_id == (author and author.pk):
            return given
        raise AlreadyGiven
    refusal = why_not(current, author, now)
    if refusal is not None:
        raise refusal
    assert current.patient is not None
    with violation_as({Review.ONCE: AlreadyGiven(), Review.OF_ATTENDED: NotAttended()}):
        review = Review.objects.create(
            visit=current,
            doctor=current.doctor,
            author=author,
            initials=initials_of(current.patient),
            created_at=now,
            **said.columns,
        )
    _keep(review, 1, now)
    record_about("review.published", review, author, now)
    return review


@once_more(ReviewBusy)
@transaction.atomic
def edit_review(*, review: Review, said: Said, actor: User | None, now: datetime) -> Review:
    """Say something else; what was said before is kept. A hidden opinion stays hidden.

    Raises Withdrawn, NotAttended, EditWindowOver, ReviewBusy.
    """
    current = lock_review(review)
    if current.status == State.WITHDRAWN:
        raise Withdrawn
    if current.is_frozen:
        raise NotAttended
    if current.said == tuple(said.columns.values()):
        return current
    if now >= current.edit_until:
        raise EditWindowOver
    for name, value in said.columns.items():
        setattr(current, name, value)
    current.edited_at = now
    current.save(update_fields=[*SAID, "edited_at"])
    _keep(current, current.versions.count() + 1, now)
    record_about("review.edited", current, actor, now)
    return current


@once_more(ReviewBusy)
@transaction.atomic
def withdraw_review(*, review: Review, actor: User | None, now: datetime) -> Review:
    """Take it back for good: it is neither shown nor counted, and no other may be given."""
    current = lock_review(review)
    if current.status == State.WITHDRAWN:
        return current
    current.status, current.hidden_for = State.WITHDRAWN, ""
    current.save(update_fields=["status", "hidden_for"])
    record_about("review.withdrawn", current, actor, now)
    return current


def _keep(review: Review, number: int, now: datetime) -> None:
    columns = {name: getattr(review, name) for name in SAID}
    ReviewVersion.objects.create(review=review, number=number, at=now, **columns)
