"""The open slot pickers of a doctor: they hear that the free times changed, and nothing else."""

from collections.abc import Sequence

from appointments.live import channel_of
from core.live.changes import Change, Position, Reading, mark_of, mark_of_times, position_now
from core.live.responses import EventStream, frame
from doctors.models import Doctor


class SlotsAudience:
    """Anybody. A mark stands for the state of the times; a number would tell how many there are."""

    asks_database = False

    def __init__(self, doctor: Doctor) -> None:
        self.channel = channel_of(doctor)

    def mark(self) -> str:
        return mark_of_times(self.channel)

    def stream(self, known: str, *, address: str) -> EventStream:
        """From now on. Another mark than the present one means that times changed meanwhile."""
        here, mark = position_now(), self.mark()
        reading = Reading([], here, is_lost=bool(known) and known != mark)
        return EventStream(self, reading, name=mark, address=address)

    def hear(self, changes: Sequence[Change]) -> list[bytes]:
        about_times = [c for c in changes if c.is_about_times]
        if not about_times:
            return []
        return [frame("change", {"kind": "times"}, name=self._name(about_times[-1].position))]

    def _name(self, position: Position) -> str:
        return mark_of(self.channel, position)
