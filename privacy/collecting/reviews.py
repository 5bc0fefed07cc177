"""Opinions that were given, with their former words; answers, reports and appeals."""

from typing import Any

from privacy.collecting.base import Asking, Collected, fields_of
from reviews.models import Review, ReviewAppeal, ReviewReply, ReviewReport

GRADES = ("general", "explanation", "punctuality", "treatment", "text")


def collect(asking: Asking) -> Collected:
    user, found = asking.user, Collected()
    own = asking.own.opinions.select_related("doctor", "reply").prefetch_related("versions")
    found.add("opinions", [_opinion(row) for row in own.order_by("pk")])
    said = ("text", "hidden_for", "created_at", "edited_at")
    replies = ReviewReply.objects.filter(author=user).order_by("pk")
    found.add("opinion_replies", [fields_of(row, *said) for row in replies])
    reports = ReviewReport.objects.filter(by=user).order_by("pk")
    found.add("opinion_reports", [fields_of(row, "ground", "at") for row in reports])
    appeals = ReviewAppeal.objects.filter(by=user).order_by("pk")
    found.add("opinion_appeals", [fields_of(row, "text", "at") for row in appeals])
    return found


def _opinion(row: Review) -> dict[str, Any]:
    times = fields_of(row, "initials", "status", "hidden_for", "created_at", "edited_at")
    before = [fields_of(version, "number", *GRADES, "at") for version in row.versions.all()]
    reply = getattr(row, "reply", None)
    # One that is hidden is for its author and the moderators.
    answer = reply.text if reply and not reply.hidden_for else None
    return {"doctor": row.doctor.display_name, **fields_of(row, *GRADES), **times,
            "reply": answer, "versions": before}  # fmt: skip
