from privacy.erasing.base import Erasing
from reviews.enums import State
from reviews.models import (
    Review,
    ReviewAppeal,
    ReviewDecision,
    ReviewReply,
    ReviewReport,
    ReviewVersion,
)


def erase(erasing: Erasing) -> None:
    """Opinions are withdrawn and lose their words; answers to them and notes about them go too."""
    ids = list(erasing.opinions.order_by("doctor", "pk").values_list("pk", flat=True))
    ReviewReply.objects.filter(review__in=ids).delete()
    ReviewReply.objects.filter(author=erasing.user).delete()
    ReviewVersion.objects.filter(review__in=ids).exclude(text="").update(text="")
    ReviewDecision.objects.filter(review__in=ids).update(note_sealed=None)
    ReviewReport.objects.filter(by=erasing.user, decision=None).delete()
    for appeal in ReviewAppeal.objects.filter(by=erasing.user):
        appeal.text = "—"
        appeal.save(update_fields=["text_sealed"])
    Review.objects.filter(pk__in=ids).update(
        text="", initials="", status=State.WITHDRAWN, hidden_for=""
    )
