"""The waiting room as the desk sees it: who is expected, there, inside and gone, at each clinic."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.days import IN_ROOM, day_of, is_today, stage_of, today_at
from appointments.enums import RECORDABLE, Stage, Status
from appointments.models import Appointment, DelayNotice
from appointments.waiting_room import Estimate, Place, Room, minutes_of
from clinics.models import Clinic
from core.templatetags.when import clock
from portal.desk import Desk

MISSED = "missed"
# What a desk's tap does; each says so afterwards. Names nobody: it waits in the session.
SAID = {
    "arrived": gettext_lazy("Registramos que llegó."),
    "started": gettext_lazy("Pasó a consulta."),
    "finished": gettext_lazy("Terminó la consulta."),
    "back": gettext_lazy("Deshicimos el último paso."),
}
NAMES = {
    Stage.INSIDE: gettext_lazy("En consulta"),
    Stage.WAITING: gettext_lazy("En la sala"),
    Stage.EXPECTED: gettext_lazy("Por llegar"),
    Stage.DONE: gettext_lazy("Terminadas"),
    MISSED: gettext_lazy("No vinieron"),
}

UNDER_WAY = {
    Stage.ON_THE_WAY: gettext_lazy("En camino desde las %(at)s"),
    Stage.WAITING: gettext_lazy("En la sala desde las %(at)s"),
    Stage.INSIDE: gettext_lazy("En consulta desde las %(at)s"),
}


@dataclass(frozen=True)
class Guest:
    """A visit of today. `minutes` is how long its stage has lasted; `late`, of whom is expected,
    how long their time has passed.
    """

    visit: Appointment
    stage: Stage
    code: str = ""
    since: datetime | None = None
    minutes: int = 0
    late: int = 0
    estimate: Estimate | None = None
    is_missed: bool = False

    @property
    def may_arrive(self) -> bool:
        return not self.is_missed and self.stage in (Stage.EXPECTED, Stage.ON_THE_WAY)

    @property
    def may_be_missed(self) -> bool:
        return self.may_arrive and self.late > 0 and self.visit.status == Status.BOOKED

    @property
    def may_start(self) -> bool:
        return self.may_arrive or self.stage == Stage.WAITING

    @property
    def may_go_back(self) -> bool:
        return not self.is_missed and self.stage != Stage.EXPECTED


@dataclass(frozen=True)
class Group:
    key: str
    guests: list[Guest]

    @property
    def name(self) -> str:
        return str(NAMES[self.key])


@dataclass
class Board:
    """A consultorio's day. `to_tell`: how many are still to come, whom a notice would reach."""

    clinic: Clinic
    now: datetime
    groups: list[Group] = field(default_factory=list)
    delay: int = 0
    to_tell: int = 0
    told: DelayNotice | None = None
    # What somebody typed, and what is wrong with it.
    minutes: str = ""
    error: str = ""

    @property
    def suggested(self) -> str:
        return self.minutes or (str(self.delay) if self.delay else "")


def guest_of(visit: Appointment, now: datetime) -> Guest | None:
    """Of a visit of today that may be in the room. No query where it came with its day."""
    if visit.status not in IN_ROOM or not is_today(visit, now):
        return None
    return _guest(visit, None, now)


def boards_of(desk: Desk, now: datetime) -> list[Board]:
    """Of the consultorios that have visits today. Three queries, whatever the number."""
    clinics = {clinic.pk: clinic for clinic in desk.all_clinics.order_by("id")}
    by_clinic: dict[int, list[Appointment]] = {}
    for visit in _visits(desk, clinics.values(), now):
        visit.clinic = clinics[visit.clinic_id]
        if is_today(visit, now):
            by_clinic.setdefault(visit.clinic_id, []).append(visit)
    notices = DelayNotice.objects.filter(clinic__in=by_clinic, at__lte=now, quiet_until__gt=now)
    told = {notice.clinic_id: notice for notice in notices} if by_clinic else {}
    return [
        _board(clinics[pk], by_clinic[pk], told.get(pk), now) for pk in clinics if pk in by_clinic
    ]


def _visits(desk: Desk, clinics: Iterable[Clinic], now: datetime) -> Iterable[Appointment]:
    days = [today_at(clinic, now) for clinic in clinics]
    if not days:
        return []
    return (
        desk.visits.filter(
            status__in=sorted(RECORDABLE),
            starts_at__gte=min(since for since, _until in days),
            starts_at__lt=max(until for _since, until in days),
        )
        .select_related("patient", "day")
        .defer("reason_sealed")
        .order_by("starts_at", "id")
    )


def _board(
    clinic: Clinic, visits: list[Appointment], told: DelayNotice | None, now: datetime
) -> Board:
    room = Room.of(map(_place, filter(_is_in_room, visits)), now)
    estimates = room.estimates()
    guests = [_guest(visit, estimates.get(visit.pk), now) for visit in visits]
    groups: dict[str, list[Guest]] = {str(key): [] for key in NAMES}
    for guest in guests:
        groups[_group_of(guest)].append(guest)
    return Board(
        clinic=clinic,
        now=now,
        groups=[Group(key, found) for key, found in groups.items() if found or key != MISSED],
        delay=minutes_of(room.delay),
        to_tell=sum(_is_to_come(guest, now) for guest in guests),
        told=told,
    )


def _is_in_room(visit: Appointment) -> bool:
    """Of whom somebody said only that they came, or did not, the room knows nothing."""
    return visit.status == Status.BOOKED or (
        visit.status == Status.ATTENDED and day_of(visit) is not None
    )


def _place(visit: Appointment) -> Place:
    day = day_of(visit)
    stages = (day.arrived_at, day.started_at, day.finished_at) if day else ()
    return Place(visit.pk, visit.starts_at, visit.ends_at, *stages)


def _guest(visit: Appointment, estimate: Estimate | None, now: datetime) -> Guest:
    day, stage = day_of(visit), stage_of(visit)
    since = day.reached_at if day else None
    return Guest(
        visit,
        stage,
        code=day.code if day else "",
        since=since,
        minutes=minutes_of(now - since) if since else 0,
        late=max(minutes_of(now - visit.starts_at), 0),
        estimate=estimate,
        is_missed=visit.status == Status.NO_SHOW,
    )


def _group_of(guest: Guest) -> str:
    if guest.is_missed:
        return MISSED
    if guest.stage == Stage.EXPECTED and guest.visit.status == Status.ATTENDED:
        return Stage.DONE
    return Stage.EXPECTED if guest.stage == Stage.ON_THE_WAY else guest.stage


def _is_to_come(guest: Guest, now: datetime) -> bool:
    return guest.may_arrive and guest.visit.status == Status.BOOKED and guest.visit.ends_at > now


def delay_words(minutes: int) -> str:
    """«La consulta va 20 minutos tarde.»"""
    if not minutes:
        return _("La consulta va a tiempo.")
    return _("La consulta va %(n)d minutos tarde.") % {"n": minutes}


def stage_words(visit: Appointment, now: datetime) -> str:
    """«En la sala desde las 10:05», of a visit of today that came with its day; "" otherwise."""
    day = day_of(visit)
    if day is None or day.stage not in UNDER_WAY or visit.status not in IN_ROOM:
        return ""
    if not is_today(visit, now) or day.reached_at is None:
        return ""
    return str(UNDER_WAY[day.stage] % {"at": clock(day.reached_at, visit.zone)})


def way_back(wished: str, visit: Appointment) -> str:
    """To the page on which one tapped: the visit's own, else the room."""
    own = reverse("portal:visit", args=[visit.public_id])
    return own if wished == own else reverse("portal:room")
