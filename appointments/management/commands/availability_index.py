"""`availability_index`: the search index compared with the engine, or made anew."""

from collections.abc import Sequence

from appointments.services.index_check import check_index
from appointments.services.indexing import rebuild
from core.clock import current_time
from core.comparing import CompareCommand


class Command(CompareCommand):
    help = "--check: compare all entries with the engine, exit status 1 on any difference."
    rebuild_help = "make every entry anew"

    def compare(self) -> tuple[Sequence[str], str]:
        found = check_index(clock=current_time)
        looked = f"{found.doctors} doctors, {found.entries} entries"
        return found.differences, f"{looked}, {found.waiting} waiting for the task"

    def rebuild(self) -> str:
        return f"{rebuild(clock=current_time)} doctors renewed"
