"""Visits of the demo, past and coming, at times that the engine offers."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid5

from accounts.models import Patient
from appointments import availability
from appointments.enums import CANCELLED, HOLDING_SLOT, STANDING, ChangeKind, Status
from appointments.models import Appointment, AppointmentChange
from appointments.services.booking import CODE_ALPHABET, CODE_LENGTH, freeze_terms
from clinics.models import Clinic
from doctobooking.demo import source
from doctobooking.demo.chance import Chance
from doctobooking.demo.places import Practising

PAST = timedelta(days=60)
COMING = timedelta(days=21)
OPEN_VISITS_PER_DOCTOR = 2  # below the limit of the setting: the demo's people can still book
# A doctor is never more than this full, so that every page has free times to show.
FULLEST = 0.7
PAST_STATUSES = (
    (Status.ATTENDED, 84),
    (Status.NO_SHOW, 6),
    (Status.CANCELLED_BY_PATIENT, 7),
    (Status.CANCELLED_BY_DOCTOR, 3),
)
COMING_STATUSES = (
    (Status.BOOKED, 93),
    (Status.CANCELLED_BY_PATIENT, 5),
    (Status.CANCELLED_BY_DOCTOR, 2),
)
LATE_SHARE = 0.1  # of those who came
AWAY = -1  # in place of a clinic's index
KINDS = {Status.ATTENDED: ChangeKind.ATTENDED, Status.NO_SHOW: ChangeKind.NO_SHOW}


@dataclass
class PatientCard:
    """A patient, and when they are at a doctor's already."""

    patient: Patient
    phone: str  # a dependant is reached at the account's
    taken: list[tuple[datetime, datetime]] = field(default_factory=list)
    open_with: Counter[int] = field(default_factory=Counter)

    def is_free(self, starts_at: datetime, ends_at: datetime) -> bool:
        return all(ends_at <= start or end <= starts_at for start, end in self.taken)


@dataclass
class Visit:
    appointment: Appointment
    changes: list[AppointmentChange] = field(default_factory=list)


class Codes:
    """Visit codes from the seeded chance; never one that exists."""

    def __init__(self) -> None:
        codes = Appointment.objects.exclude(code=None).values_list("code", flat=True)
        self.taken = set(codes.iterator())

    def new(self, chance: Chance) -> str:
        while True:
            code = "DB-" + "".join(chance.choices(CODE_ALPHABET, k=CODE_LENGTH))
            if code not in self.taken:
                self.taken.add(code)
                return code


class Agenda:
    """One doctor's time: hands out the starts of all clinics, each only once."""

    def __init__(self, practising: Sequence[Practising], travel: timedelta, now: datetime) -> None:
        self.practising = practising
        self.travel = travel
        self.now = now
        self.taken: list[tuple[datetime, datetime, int]] = []
        self._starts: dict[int, list[datetime]] = {}

    def starts(self, index: int) -> list[datetime]:
        """Every start of one clinic from PAST to COMING, whoever has it."""
        if index not in self._starts:
            practising = self.practising[index]
            days = practising.clinic.horizon_days
            ahead = COMING if days is None else min(COMING, timedelta(days=days))
            self._starts[index] = availability.free_starts(
                practising.office,
                busy=(),
                now=self.now - PAST,
                since=self.now - PAST,
                until=self.now + ahead,
            )
        return self._starts[index]

    def split(self) -> tuple[list[tuple[int, datetime]], list[tuple[int, datetime]]]:
        """(clinic's index, start) of all clinics: past ones, coming ones."""
        every = [(i, start) for i in range(len(self.practising)) for start in self.starts(i)]
        over = self.now - timedelta(hours=1)
        past = [(i, start) for i, start in every if start + self.length(i) < over]
        soonest = self.now + timedelta(minutes=30)
        return past, [(i, start) for i, start in every if start > soonest]

    def nearest(self, index: int, wished: datetime) -> datetime | None:
        """The first start at or after the wished time that nobody has."""
        starts = self.starts(index)
        later = starts[bisect_left(starts, wished) :]
        return next((start for start in later if self.is_free(index, start)), None)

    def length(self, index: int) -> timedelta:
        return timedelta(minutes=self.practising[index].clinic.slot_minutes)

    def is_free(self, index: int, starts_at: datetime) -> bool:
        """As the engine would say it, with buffers and the way from one clinic to another."""
        clinic = self.practising[index].clinic
        since = starts_at - timedelta(minutes=clinic.buffer_before)
        until = starts_at + self.length(index) + timedelta(minutes=clinic.buffer_after)
        for start, end, other in self.taken:
            way = self.travel if other != index else timedelta()
            if start - way < until and since < end + way:
                return False
        return True

    def block(self, starts_at: datetime, ends_at: datetime) -> None:
        """Time away from all clinics."""
        self.taken.append((starts_at, ends_at, AWAY))

    def take(self, index: int, starts_at: datetime) -> None:
        self.taken.append((starts_at, starts_at + self.length(index), index))


class Book:
    """Makes visits whole: terms as shown, status with its timeline, patient's time."""

    def __init__(self, chance: Chance, codes: Codes, now: datetime) -> None:
        self.chance = chance
        self.codes = codes
        self.now = now

    def visit(
        self,
        agenda: Agenda,
        index: int,
        card: PatientCard,
        starts_at: datetime,
        status: Status,
        reason: str = "",
        *,
        is_fresh: bool = False,
    ) -> Visit:
        """Take the time from doctor and patient, and write the visit with its timeline."""
        clinic = agenda.practising[index].clinic
        ends_at = starts_at + agenda.length(index)
        agenda.take(index, starts_at)
        if status in HOLDING_SLOT:
            card.taken.append((starts_at, ends_at))
        if status in STANDING:
            card.open_with[clinic.doctor_id] += 1
        booked_at = self._booked_at(starts_at, clinic, is_fresh)
        # A person without an account cannot have booked it themselves.
        booked_by_id = card.patient.account_id or clinic.doctor.user_id
        appointment = Appointment(
            public_id=self.chance.uuid(),
            code=self.codes.new(self.chance),
            doctor_id=clinic.doctor_id,
            clinic=clinic,
            patient=card.patient,
            booked_by_id=booked_by_id,
            starts_at=starts_at,
            ends_at=ends_at,
            status=Status.BOOKED,
            phone=card.phone,
            booked_at=booked_at,
            created_at=booked_at,
        )
        appointment.reason = reason
        freeze_terms(appointment, clinic)
        visit = Visit(appointment)
        if status == Status.REQUESTED:
            appointment.status = status
            appointment.answer_by = min(booked_at + timedelta(hours=24), starts_at)
            self._line(visit, ChangeKind.REQUESTED, booked_at, booked_by_id)
        else:
            self._line(visit, ChangeKind.BOOKED, booked_at, booked_by_id)
            self._end(visit, status)
        return visit

    def move_by_desk(self, visit: Visit, from_starts_at: datetime, message: str) -> None:
        """As if the consultorio had moved the visit to where it is, with a word to the patient."""
        appointment = visit.appointment
        assert appointment.booked_at is not None
        visit.changes[0].to_starts_at = from_starts_at
        appointment.sequence += 1
        at = appointment.booked_at + timedelta(minutes=25)
        self._line(visit, ChangeKind.RESCHEDULED, at, appointment.clinic.doctor.user_id)
        line = visit.changes[-1]
        line.from_starts_at = from_starts_at
        line.message = message

    def _booked_at(self, starts_at: datetime, clinic: Clinic, is_fresh: bool) -> datetime:
        """Some days before: with the clinic's notice, within its horizon, and never after now."""
        if is_fresh:
            return self.now - timedelta(minutes=self.chance.randint(20, 90))
        ahead = timedelta(days=self.chance.randint(1, 8), minutes=self.chance.randint(0, 719))
        if starts_at - ahead < self.now:
            return starts_at - ahead
        notice = timedelta(minutes=clinic.min_notice_minutes)
        latest = min(self.now, starts_at - notice)
        return latest - timedelta(minutes=self.chance.randint(30, 7 * 1440))

    def _end(self, visit: Visit, status: Status) -> None:
        """Bring the visit from booked to `status`, with the line that says so."""
        appointment = visit.appointment
        if status == Status.BOOKED:
            return
        doctor_account = appointment.clinic.doctor.user_id
        appointment.status = status
        if status in CANCELLED:
            by_patient = status == Status.CANCELLED_BY_PATIENT
            at = self._cancelled_at(appointment)
            appointment.cancelled_at = at
            appointment.is_late_cancellation = at > appointment.cancel_until
            appointment.sequence += 1
            actor = appointment.booked_by_id if by_patient else doctor_account
            self._line(visit, ChangeKind.CANCELLED, at, actor)
        else:
            at = min(appointment.ends_at + timedelta(minutes=self.chance.randint(1, 90)), self.now)
            if status == Status.ATTENDED and self.chance.happens(LATE_SHARE):
                appointment.minutes_late = self.chance.randint(5, 25)
            self._line(visit, KINDS[status], at, doctor_account)

    def _cancelled_at(self, appointment: Appointment) -> datetime:
        assert appointment.booked_at is not None
        latest = min(appointment.starts_at, self.now)
        share = 0.15 + 0.8 * self.chance.random()
        return appointment.booked_at + (latest - appointment.booked_at) * share

    def _line(self, visit: Visit, kind: ChangeKind, at: datetime, actor_id: int | None) -> None:
        appointment = visit.appointment
        visit.changes.append(
            AppointmentChange(
                public_id=uuid5(appointment.public_id, str(len(visit.changes))),
                appointment=appointment,
                kind=kind,
                actor_id=actor_id,
                by_desk=actor_id == appointment.clinic.doctor.user_id,
                at=at,
                from_status=Status.BOOKED if visit.changes else "",
                to_status=appointment.status,
                to_starts_at=appointment.starts_at,
                sequence=appointment.sequence,
                minutes_late=appointment.minutes_late,
            )
        )


def fill_agenda(
    book: Book, agenda: Agenda, group: str, cards: Sequence[PatientCard], wanted: int
) -> Iterator[Visit]:
    """Up to `wanted` visits of one doctor, about a third of them still to come."""
    past, coming = agenda.split()
    coming_wanted = min(round(wanted * 0.35), int(len(coming) * FULLEST))
    past_wanted = min(wanted - coming_wanted, int(len(past) * FULLEST))
    yield from _fill(book, agenda, group, cards, coming, coming_wanted, COMING_STATUSES)
    yield from _fill(book, agenda, group, cards, past, past_wanted, PAST_STATUSES)


def fill_week(
    book: Book, agenda: Agenda, group: str, cards: Sequence[PatientCard], wanted: int
) -> Iterator[Visit]:
    """A busy week: up to `wanted` visits of the next seven days."""
    _, coming = agenda.split()
    week = [(index, start) for index, start in coming if start < book.now + timedelta(days=7)]
    wanted = min(wanted, int(len(week) * FULLEST))
    yield from _fill(book, agenda, group, cards, week, wanted, COMING_STATUSES)


def _fill(
    book: Book,
    agenda: Agenda,
    group: str,
    cards: Sequence[PatientCard],
    starts: list[tuple[int, datetime]],
    wanted: int,
    statuses: Sequence[tuple[Status, int]],
) -> Iterator[Visit]:
    chance = book.chance
    if not cards:
        return
    names, shares = [status for status, _ in statuses], [share for _, share in statuses]
    chance.shuffle(starts)
    for index, starts_at in starts:
        if wanted <= 0:
            return
        card = chance.choice(cards)
        ends_at = starts_at + agenda.length(index)
        if not agenda.is_free(index, starts_at) or not card.is_free(starts_at, ends_at):
            continue
        status = chance.weighted(names, shares)
        doctor_id = agenda.practising[index].clinic.doctor_id
        if status in STANDING and card.open_with[doctor_id] >= OPEN_VISITS_PER_DOCTOR:
            continue
        wanted -= 1
        yield book.visit(agenda, index, card, starts_at, status, reason_for(chance, group))


def reason_for(chance: Chance, group: str) -> str:
    reason = chance.choice(source.listed("reasons.csv", group))
    return reason if chance.happens(0.7) else ""


def save_visits(visits: Iterable[Visit]) -> int:
    """Insert visits and timelines. No events: nobody must get a message about the demo's past."""
    batch = list(visits)
    Appointment.objects.bulk_create([visit.appointment for visit in batch], batch_size=1000)
    AppointmentChange.objects.bulk_create(
        [change for visit in batch for change in visit.changes], batch_size=2000
    )
    return len(batch)
