"""What is going on at a consultorio today, for who waits there and for its screen. No names."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from appointments.days import (
    IN_ROOM,
    day_of,
    is_today,
    may_be_here,
    may_be_on_the_way,
    may_take_back,
    today_at,
)
from appointments.enums import Stage, Status
from appointments.models import Appointment, VisitDay, WaitingScreen
from appointments.waiting_room import Estimate, Place, Room, minutes_of
from clinics.models import Clinic
from core.grants import Grants

_links = Grants(salt="appointments.screen")
# As long as a code that was called just now stands out.
JUST_CALLED = timedelta(minutes=3)


def room_of(clinic: Clinic, now: datetime) -> Room:
    """One query. Of whom somebody said only that they came, the room knows nothing."""
    since, until = today_at(clinic, now)
    visits = Appointment.objects.filter(
        clinic=clinic, status__in=sorted(IN_ROOM), starts_at__gte=since, starts_at__lt=until
    )
    rows = visits.exclude(status=Status.ATTENDED, day=None).values_list(
        "pk", "starts_at", "ends_at", "day__arrived_at", "day__started_at", "day__finished_at",
        "day__code",
    )  # fmt: skip
    return Room.of((Place(*row[:-1], code=row[-1] or "") for row in rows), now)


@dataclass(frozen=True)
class Card:
    """A patient's day: what may be said, where they are, how many come before."""

    visit: Appointment
    day: VisitDay | None
    now: datetime
    may_be_on_the_way: bool = False
    may_be_here: bool = False
    may_take_back: bool = False
    before: int = 0
    is_somebody_inside: bool = False
    estimate: Estimate | None = None
    delay: int = 0

    @property
    def stage(self) -> Stage:
        return self.day.stage if self.day else Stage.EXPECTED


def card_of(visit: Appointment, now: datetime) -> Card | None:
    """None on other days, and of what does not stand. Two queries at the most."""
    if visit.status not in IN_ROOM or not is_today(visit, now):
        return None
    day = day_of(visit)
    if day is None and (visit.status != Status.BOOKED or visit.ends_at <= now):
        return None
    card = Card(visit, day, now, may_take_back=may_take_back(day, now))
    if card.stage in (Stage.INSIDE, Stage.DONE):
        return card
    room = room_of(visit.clinic, now)
    is_waiting = card.stage == Stage.WAITING
    return replace(
        card,
        may_be_on_the_way=card.stage == Stage.EXPECTED and may_be_on_the_way(visit, now),
        may_be_here=not is_waiting and may_be_here(visit, now),
        before=room.before(visit.pk) if is_waiting else 0,
        is_somebody_inside=room.inside is not None,
        estimate=room.estimates().get(visit.pk) if is_waiting else None,
        delay=minutes_of(room.delay),
    )


def screen_url(screen: WaitingScreen) -> str:
    path = reverse("appointments:screen", args=[_links.token_of(screen.public_id)])
    return f"{settings.SITE_URL}{path}"


def find_screen(token: str) -> WaitingScreen | None:
    """The screen behind an address of ours that was not called back, of a consultorio that is not
    archived and whose doctor's account is not stopped.
    """
    public_id = _links.find(token)
    if public_id is None:
        return None
    screens = WaitingScreen.objects.select_related("clinic__doctor")
    open_ones = screens.filter(clinic__archived_at=None, clinic__doctor__user__is_active=True)
    return open_ones.filter(public_id=public_id, revoked_at=None).first()


@dataclass(frozen=True)
class Turn:
    """A code on the screen."""

    code: str
    estimate: Estimate | None = None
    is_new: bool = False


@dataclass(frozen=True)
class Shown:
    """What a screen shows: codes and times, nothing else of anybody."""

    inside: Turn | None
    waiting: list[Turn]
    delay: int
    now: datetime


def shown_at(clinic: Clinic, now: datetime) -> Shown:
    """One query."""
    room = room_of(clinic, now)
    estimates, inside = room.estimates(), None
    if room.inside and room.inside.started_at:
        is_new = now < room.inside.started_at + JUST_CALLED
        inside = Turn(room.inside.code, is_new=is_new)
    waiting = [Turn(place.code, estimates.get(place.key)) for place in room.queue]
    return Shown(inside, waiting, minutes_of(room.delay), now)
