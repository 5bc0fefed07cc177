"""`ratings`: each doctor's rating compared with a count of the opinions, or counted anew."""

from collections.abc import Sequence

from core.comparing import CompareCommand
from reviews.services.ratings import check_ratings, rebuild_ratings


class Command(CompareCommand):
    help = "--check: compare with a plain count, exit status 1 on any difference."
    rebuild_help = "count every rating anew"

    def compare(self) -> tuple[Sequence[str], str]:
        doctors, wrong = check_ratings()
        return wrong, f"{doctors} doctors"

    def rebuild(self) -> str:
        rebuild_ratings()
        return "every rating counted"
