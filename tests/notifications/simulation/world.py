"""Sixty days of a few consultorios: people act by the real services at random, a worker works by
the real tasks, and the model is told the bare facts.
"""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import time_machine
from django.db import connection
from django.db.models import Min

from appointments.enums import Status
from appointments.models import Appointment
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_booking import DeskBooking, book_for_patient
from appointments.services.desk_moving import move_visit
from appointments.services.requests import accept_request, decline_request, lapse_requests
from appointments.services.rescheduling import reschedule_appointment
from core.db import Refusal
from notifications.models import OPEN_STATES, Message, Preferences
from notifications.readers import preferences_of
from notifications.services.planning import plan_messages, plan_missing
from notifications.services.preferences import Wishes, save_wishes
from notifications.services.sending import send_due
from tests.appointments.wishes import wish_of
from tests.factories import ClinicFactory, DoctorFactory, PatientFactory, UserFactory
from tests.notifications.simulation import model

# Madrid's summer begins on 28 March, Santiago's winter on 4 April.
START = datetime(2027, 3, 1, 12, tzinfo=UTC)
END = START + timedelta(days=60)
KINDS = list(model.KINDS)
LONG_DAY = [(day, 360, 1380) for day in range(1, 8)]  # 6:00-23:00


class World:
    def __init__(self, seed: int, *, acts: int) -> None:
        self.random = Random(seed)
        self.model = model.Model()
        self.visits: dict[int, model.Visit] = {}
        self.unplanned: list[tuple[model.Visit, int, datetime]] = []
        self.done: Counter[str] = Counter()
        self.clinics = self._clinics()
        self.readers = self._readers()
        span = int((END - START).total_seconds())
        self.acts = sorted(
            START + timedelta(seconds=self.random.randrange(span)) for _ in range(acts)
        )
        self.away = [
            (at, at + timedelta(minutes=self.random.randrange(30, 1800)))
            for at in self.random.sample(self.acts, 12)
        ]

    def _clinics(self):
        first, second, third = DoctorFactory(), DoctorFactory(), DoctorFactory()
        rows = [
            (first, "America/Santiago", False, KINDS),
            (first, "Europe/Madrid", False, ["1d", "2h"]),
            (second, "Europe/Madrid", False, KINDS),
            (second, "America/Santiago", True, KINDS),
            (third, "America/Guayaquil", False, ["7d", "1d"]),
        ]
        made = [
            ClinicFactory(
                doctor=doctor, zone=zone, requires_confirmation=asks, reminders=reminders,
                hours=LONG_DAY, cancellation_notice_minutes=0,
            )
            for doctor, zone, asks, reminders in rows
        ]  # fmt: skip
        return [(c, model.Clinic(c.zone, set(c.reminders))) for c in made]

    def _readers(self):
        """(account or None, their patients, what the model knows of them)."""
        found = []
        for zone in ("", "", "America/Santiago", "Europe/Madrid", "America/Guayaquil",
                     "Asia/Tokyo"):  # fmt: skip
            account = UserFactory(time_zone=zone or "UTC")
            people = [PatientFactory(account=account)]
            people.append(PatientFactory(account=account, relationship="child"))
            by = "sms" if len(found) % 3 == 1 else "email"
            if by == "sms":
                Preferences.objects.create(account=account, channels=["sms"])
            known = model.Reader(f"account {account.pk}", ("inbox", by), zone)
            found.append((account, people, known))
        for n in range(3):
            mail = f"papel{n}@ejemplo.test" if n else ""
            patient = PatientFactory(account=None, email=mail)
            known = model.Reader(f"patient {patient.pk}", ("email" if n else "sms",))
            found.append((None, [patient], known))
        return found

    # Time ------------------------------------------------------------------------

    def run(self) -> None:
        acts = list(self.acts)
        while True:
            ticks = [self.model.next_at(), self._due_at()]
            tick = self.up_at(min(filter(None, ticks), default=END))
            at = min(tick, acts[0] if acts else END)
            if at >= END:
                return
            with time_machine.travel(at, tick=False):
                if acts and acts[0] == at:
                    acts.pop(0)
                    self._act(at)
                    if len(acts) % 50 == 0:
                        take_stock()
                if self.up_at(at) == at:
                    self._work(at)

    def up_at(self, at: datetime) -> datetime:
        """`at`, or when the worker is back."""
        while True:
            ends = [until for since, until in self.away if since <= at < until]
            if not ends:
                return at
            at = max(ends)

    def _due_at(self) -> datetime | None:
        """Whatever the ledger itself thinks, too: neither side sets the other's clock."""
        rows = Message.objects.filter(state__in=OPEN_STATES)
        found: datetime | None = rows.aggregate(at=Min("next_try_at"))["at"]
        return found

    def _work(self, now: datetime) -> None:
        plan_messages(now=now)
        if self.random.random() < 0.05:
            plan_missing(now=now)
        send_due()
        for visit, version, at in self.unplanned:
            if visit.is_booked and visit.version == version:
                self.model.plan(visit, since=at)
        self.unplanned = []
        self.model.work(now)

    # Acts ------------------------------------------------------------------------

    def _act(self, now: datetime) -> None:
        weighed: list[tuple[int, Callable[[datetime], object]]] = [
            (50, self._book), (14, self._move), (8, self._move_by_desk), (10, self._cancel),
            (10, self._answer), (3, self._change_clinic), (3, self._change_wishes),
            (2, self._change_zone),
        ]  # fmt: skip
        act = self.random.choices([a for _w, a in weighed], [w for w, _a in weighed])[0]
        try:
            lapse_requests(now=now)
            act(now)
        except Refusal as refusal:
            self.done[type(refusal).__name__] += 1
        else:
            self.done[act.__name__] += 1
        self._learn(now)

    def _learn(self, now: datetime) -> None:
        """What became of the visits, as their rows say."""
        rows = Appointment.objects.filter(patient__isnull=False).order_by("pk")
        for visit in rows.select_related("clinic", "patient__account"):
            known = self.visits.get(visit.pk)
            if known is None:
                clinic = next(m for c, m in self.clinics if c.pk == visit.clinic_id)
                reader = next(r for _a, people, r in self.readers if visit.patient in people)
                known = model.Visit(visit.pk, clinic, reader, visit.starts_at, -1)
                self.visits[visit.pk] = known
            if known.version != visit.sequence:
                self.unplanned.append((known, visit.sequence, now))
            known.version, known.starts_at = visit.sequence, visit.starts_at
            known.is_booked = visit.status == Status.BOOKED

    def _time_at(self, clinic, now: datetime, near: datetime | None = None) -> datetime:
        zone = ZoneInfo(clinic.zone)
        day = near or now + timedelta(days=self.random.choice([0, 1, 1, 2, 3, 5, 8, 12, 20]))
        half_hours = self.random.randrange(12, 45)
        clock = time(half_hours // 2, 30 * (half_hours % 2))
        return datetime.combine(day.astimezone(zone).date(), clock, zone).astimezone(UTC)

    def _book(self, now: datetime) -> None:
        account, people, reader = self.random.choice(self.readers)
        clinic, _known = self.random.choice(self.clinics)
        others = [v.starts_at for v in self.visits.values()
                  if v.reader is reader and v.is_booked and v.starts_at > now]  # fmt: skip
        near = self.random.choice(others) if others and self.random.random() < 0.6 else None
        at, patient = self._time_at(clinic, now, near), self.random.choice(people)
        if account is None:
            booking = DeskBooking(
                actor=clinic.doctor.user, clinic=clinic, starts_at=at, minutes=30,
                key=uuid.uuid4(), patient=patient,
            )  # fmt: skip
            book_for_patient(booking=booking, now=now)
        else:
            book_appointment(request=wish_of(account, clinic, at, patient=patient), now=now)

    def _coming(self, now: datetime, **which: object) -> Appointment | None:
        rows = Appointment.objects.standing().filter(starts_at__gt=now, **which)
        found = list(rows.with_people().order_by("pk"))
        return self.random.choice(found) if found else None

    def _move(self, now: datetime) -> None:
        visit = self._coming(now, patient__account__isnull=False)
        if visit is not None:
            at = self._time_at(visit.clinic, now)
            account = visit.patient.account
            reschedule_appointment(appointment=visit, starts_at=at, actor=account, now=now)

    def _move_by_desk(self, now: datetime) -> None:
        visit = self._coming(now)
        if visit is not None:
            at = self._time_at(visit.clinic, now)
            actor = visit.doctor.user
            move_visit(appointment=visit, starts_at=at, minutes=30, actor=actor, now=now)

    def _cancel(self, now: datetime) -> None:
        visit = self._coming(now)
        if visit is not None:
            status = Status.CANCELLED_BY_PATIENT
            actor = visit.patient.account
            cancel_appointment(appointment=visit, actor=actor, status=status, now=now)

    def _answer(self, now: datetime) -> None:
        visit = self._coming(now, status=Status.REQUESTED)
        if visit is not None:
            answer = accept_request if self.random.random() < 0.8 else decline_request
            answer(appointment=visit, actor=visit.doctor.user, now=now)

    def _change_clinic(self, now: datetime) -> None:
        clinic, known = self.random.choice(self.clinics)
        clinic.reminders = [k for k in KINDS if self.random.random() < 0.7]
        clinic.save(update_fields=["reminders"])
        known.reminders = set(clinic.reminders)

    def _change_wishes(self, now: datetime) -> None:
        account, _people, known = self.random.choice([r for r in self.readers if r[0]])
        own = self.random.choice([None, None, [], ["1d"], ["2h"], KINDS])
        present = preferences_of(account)
        wishes = Wishes(
            channels=present.channels, phone="", reminders=own, wants_feedback=True,
            wants_digest=True, wants_opinions=True,
        )  # fmt: skip
        save_wishes(account=account, wishes=wishes, now=now)
        known.own = None if own is None else set(own)

    def _change_zone(self, now: datetime) -> None:
        account, _people, known = self.random.choice([r for r in self.readers if r[0]])
        known.zone = self.random.choice(["", "Europe/Madrid", "America/Santiago", "Asia/Tokyo"])
        account.time_zone = known.zone or "UTC"
        account.save(update_fields=["time_zone"])


def take_stock() -> None:
    """In one transaction of sixty days nobody else counts the rows for the planner."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_message; ANALYZE appointments_appointment")
