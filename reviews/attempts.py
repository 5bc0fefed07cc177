"""Somebody sends an opinion: read, perhaps shown to them first, and published or refused.

The patient's page and the link of a mail do the same.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from accounts.models import User
from appointments.models import Appointment
from reviews.forms import OpinionForm
from reviews.initials import initials_of
from reviews.models import GRADES, Review
from reviews.refusals import ReviewRefused
from reviews.services.writing import Said, edit_review, write_review


@dataclass
class Attempt:
    """`status` is the HTTP answer of the page with the form; `review` is what was published,
    `preview` what would be.
    """

    form: OpinionForm
    status: int = 200
    preview: Review | None = None
    review: Review | None = None


def attempt(
    data: QueryDict | None, visit: Appointment, *, author: User | None, now: datetime,
    editing: Review | None = None,
) -> Attempt:  # fmt: skip
    """`data` is None where the form is only looked at."""
    said = {name: getattr(editing, name) for name in (*GRADES, "text")} if editing else {}
    form = OpinionForm(data, initial=said)
    if data is None:
        return Attempt(form)
    if not form.is_valid():
        return Attempt(form, 422)
    if data.get("act") == "preview":
        return Attempt(form, preview=_preview(visit, form.said, now))
    try:
        if editing is not None:
            review = edit_review(review=editing, said=form.said, actor=author, now=now)
        else:
            review = write_review(visit=visit, said=form.said, author=author, now=now)
    except ReviewRefused as refusal:
        form.add_error(None, str(refusal))
        return Attempt(form, refusal.status)
    return Attempt(form, review=review)


def _preview(visit: Appointment, said: Said, now: datetime) -> Review:
    assert visit.patient is not None
    return Review(
        visit=visit, doctor=visit.doctor, initials=initials_of(visit.patient), created_at=now,
        **said.columns,
    )  # fmt: skip
