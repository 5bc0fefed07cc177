"""The doctor answers once, in public, and may edit the answer within some days."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.db import once_more
from reviews.models import Review, ReviewReply
from reviews.refusals import AlreadyReplied, EditWindowOver, NotShown, NotTheDoctor, ReviewBusy
from reviews.services.locks import lock_review
from reviews.services.telling import record_about


@once_more(ReviewBusy)
@transaction.atomic
def reply_to_review(*, review: Review, text: str, actor: User, now: datetime) -> ReviewReply:
    """Answer; the same words twice are one answer.

    Raises NotTheDoctor, NotShown, AlreadyReplied, ReviewBusy.
    """
    current = _locked(review, actor)
    given = ReviewReply.objects.filter(review=current).first()
    if given is not None:
        if given.text == text:
            return given
        raise AlreadyReplied
    if not current.is_shown:
        raise NotShown
    reply = ReviewReply.objects.create(review=current, author=actor, text=text, created_at=now)
    record_about("review.replied", current, actor, now)
    return reply


@once_more(ReviewBusy)
@transaction.atomic
def edit_reply(*, review: Review, text: str, actor: User, now: datetime) -> ReviewReply:
    """Raises NotTheDoctor, NotShown, EditWindowOver, ReviewBusy."""
    current = _locked(review, actor)
    reply = ReviewReply.objects.filter(review=current).first()
    if reply is None or not current.is_shown:
        raise NotShown
    if reply.text == text:
        return reply
    if now >= reply.edit_until:
        raise EditWindowOver
    reply.text, reply.edited_at = text, now
    reply.save(update_fields=["text", "edited_at"])
    record_about("review.reply_edited", current, actor, now)
    return reply


def _locked(review: Review, actor: User) -> Review:
    current = lock_review(review)
    if current.doctor.user_id != actor.pk:
        raise NotTheDoctor
    return current
