"""Today at the demo doctor's consultorios: who was seen, who is inside, who waits, who is coming;
and the address of each waiting room's screen.

Written past the services: nobody is told of it.
"""

from datetime import datetime, timedelta
from uuid import uuid5

from appointments.days import HERE_FROM, ON_THE_WAY_FROM, local_date, today_at
from appointments.enums import ChangeKind, SaidBy, Status
from appointments.models import Appointment, AppointmentChange, VisitDay, WaitingScreen
from appointments.services.days import LETTERS
from clinics.models import Clinic
from doctobooking.demo import personas
from doctobooking.demo.chance import Chance

MINUTE = timedelta(minutes=1)
WAITING = 2


def play_today(chance: Chance, now: datetime) -> int:
    """Returns how many visits have a day."""
    count = 0
    for clinic in Clinic.objects.filter(doctor__user__email=personas.DOCTOR).order_by("id"):
        WaitingScreen.objects.create(
            clinic=clinic, public_id=uuid5(clinic.public_id, "screen"), created_at=now
        )
        since, until = today_at(clinic, now)
        visits = Appointment.objects.filter(
            clinic=clinic, status__in=[Status.BOOKED, Status.ATTENDED],
            starts_at__gte=since, starts_at__lt=until,
        ).select_related("clinic", "doctor")  # fmt: skip
        days = _Day(chance, now)
        for visit in visits.order_by("starts_at", "id"):
            days.play(visit)
        count += len(VisitDay.objects.bulk_create(days.made))
    return count


class _Day:
    """One consultorio, from morning to now."""

    def __init__(self, chance: Chance, now: datetime) -> None:
        self.chance, self.now = chance, now
        self.made: list[VisitDay] = []
        self.codes: set[str] = set()
        self.is_somebody_inside = False
        self.waiting = 0

    def play(self, visit: Appointment) -> None:
        day = VisitDay(appointment=visit, clinic=visit.clinic, date=local_date(visit))
        if visit.ends_at <= self.now:
            if visit.status == Status.ATTENDED:
                self._was_seen(day, visit)
        elif visit.starts_at <= self.now and not self.is_somebody_inside:
            self._is_inside(day, visit)
        elif self.waiting < WAITING and visit.starts_at - HERE_FROM <= self.now:
            self._waits(day)
        elif visit.starts_at - ON_THE_WAY_FROM <= self.now:
            day.on_the_way_at = self.now - self._minutes(2, 9)
        if day.reached_at is not None:
            day.code = self._code()
            self.made.append(day)

    def _was_seen(self, day: VisitDay, visit: Appointment) -> None:
        late = visit.minutes_late
        arrived_at = visit.starts_at + (late * MINUTE if late else -self._minutes(3, 15))
        day.arrived_at, day.arrival_said_by = arrived_at, self._said_by()
        day.started_at = max(arrived_at, visit.starts_at) + self._minutes(0, 4)
        day.finished_at = max(day.started_at, visit.ends_at - self._minutes(0, 6))

    def _is_inside(self, day: VisitDay, visit: Appointment) -> None:
        self.is_somebody_inside = True
        day.arrived_at, day.arrival_said_by = visit.starts_at - 6 * MINUTE, SaidBy.PATIENT
        day.started_at = max(visit.starts_at, self.now - 8 * MINUTE)
        if visit.status == Status.ATTENDED:
            return
        visit.status = Status.ATTENDED
        visit.save(update_fields=["status"])
        AppointmentChange.objects.create(
            public_id=uuid5(visit.public_id, "inside"), appointment=visit,
            kind=ChangeKind.ATTENDED, actor_id=visit.doctor.user_id, by_desk=True,
            at=day.started_at, from_status=Status.BOOKED, to_status=Status.ATTENDED,
            to_starts_at=visit.starts_at, sequence=visit.sequence,
        )  # fmt: skip

    def _waits(self, day: VisitDay) -> None:
        self.waiting += 1
        day.arrived_at = self.now - self._minutes(4, 20)
        day.arrival_said_by = self._said_by()

    def _said_by(self) -> SaidBy:
        return SaidBy.PATIENT if self.chance.happens(0.5) else SaidBy.DESK

    def _minutes(self, least: int, most: int) -> timedelta:
        return self.chance.randint(least, most) * MINUTE

    def _code(self) -> str:
        while True:
            code = f"{self.chance.choice(LETTERS)}-{self.chance.randint(10, 99)}"
            if code not in self.codes:
                self.codes.add(code)
                return code
