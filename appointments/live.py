"""A doctor's channel, and the kinds of changes that the triggers of visits and consultorios tell.

The kinds of a visit's timeline are those of ChangeKind.
"""

from collections.abc import Sequence

from clinics.models import Clinic
from core.live.changes import Change, Reading, position_now
from core.live.responses import EventStream, frame
from doctors.models import Doctor

# A visit's row changed: its timeline has the words for it.
VISIT = "visit"
HELD, RELEASED = "held", "released"
# Of a visit's day; the first two are the patient's own word.
ARRIVED, ON_THE_WAY, DAY = "arrived", "on_the_way", "day"
BLOCKED, UNBLOCKED = "blocked", "unblocked"
# Another calendar of the doctor's is busy at other times than before.
CALENDARS = "calendars"
HOURS, DATES, CLINIC, TRAVEL, PROFILE = "hours", "dates", "clinic", "travel", "profile"


def channel_of(doctor: Doctor) -> str:
    return f"doctor:{doctor.pk}"


class RoomAudience:
    """Whoever looks at a screen: that something changed at its consultorio, neither what nor
    whose.
    """

    asks_database = False

    def __init__(self, clinic: Clinic) -> None:
        self.channel = channel_of(clinic.doctor)
        self._clinic_pk = clinic.pk

    def stream(self, *, address: str) -> EventStream:
        """From now on. What was before, nobody remembers: a page looks when its stream begins."""
        return EventStream(
            self, Reading([], position_now(), is_lost=True), name="", address=address
        )

    def hear(self, changes: Sequence[Change]) -> list[bytes]:
        is_here = any(change.data.get("clinic") == self._clinic_pk for change in changes)
        return [frame("change", {"kind": "room"})] if is_here else []
