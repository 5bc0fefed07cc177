"""A doctor's channel, and the kinds of changes that the triggers of visits and consultorios tell.

The kinds of a visit's timeline are those of ChangeKind.
"""

from doctors.models import Doctor

# A visit's row changed: its timeline has the words for it.
VISIT = "visit"
HELD, RELEASED = "held", "released"
BLOCKED, UNBLOCKED = "blocked", "unblocked"
# Another calendar of the doctor's is busy at other times than before.
CALENDARS = "calendars"
HOURS, DATES, CLINIC, TRAVEL, PROFILE = "hours", "dates", "clinic", "travel", "profile"


def channel_of(doctor: Doctor) -> str:
    return f"doctor:{doctor.pk}"
