"""Rows are locked in one order: visit, opinion; the database counts the rating last.

Whoever corrects an attendance holds the visit, too: nobody edits what is being frozen.
"""

from appointments.models import Appointment
from reviews.models import Review


def lock_visit(visit_id: int) -> Appointment:
    visits = Appointment.objects.select_related("patient", "doctor")
    return visits.select_for_update(of=("self",), no_key=True).get(pk=visit_id)


def lock_review(review: Review) -> Review:
    """As it is under the locks of its visit and its own."""
    lock_visit(review.visit_id)
    rows = Review.objects.select_related("doctor__user", "author")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=review.pk)
