"""`occupancy`: stored figures compared with a count from scratch, or made anew."""

from collections.abc import Sequence

from appointments.services.tallying import check, rebuild
from core.clock import current_time
from core.comparing import CompareCommand


class Command(CompareCommand):
    help = "--check: compare all stored days with a count, exit status 1 on any difference."
    rebuild_help = "count every day anew"

    def compare(self) -> tuple[Sequence[str], str]:
        found = check(clock=current_time)
        looked = f"{found.doctors} doctors, {found.days} days, {found.waiting} waiting for the task"
        return found.differences, looked

    def rebuild(self) -> str:
        return f"{rebuild(clock=current_time)} doctors counted"
