"""An opinion with everything that a page may show of it, written past the services."""

from datetime import timedelta

from reviews.models import Review, ReviewDecision
from tests.conftest import NOW
from tests.factories import AttendedFactory, ReviewFactory, UserFactory


def decided(clinic, patient) -> Review:
    """Shown, still to be edited, and left as it is by a moderator."""
    visit = AttendedFactory(clinic=clinic, patient=patient)
    review = ReviewFactory(visit=visit, created_at=NOW - timedelta(days=1))
    ReviewDecision.objects.create(review=review, act="keep", by=UserFactory(), at=NOW)
    return review


def things_of_opinions(clinic, patient):
    """What the routes about opinions are asked for."""
    review = decided(clinic, patient)
    return {"attended": review.visit.public_id, "opinion": review.public_id}
