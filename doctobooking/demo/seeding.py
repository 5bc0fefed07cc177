"""The demo from first to last: reference data, people, visits, in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts.models import User
from appointments.services.indexing import rebuild
from clinics.services.gazetteer import load_cities
from doctobooking.demo import personas, series
from doctobooking.demo.days import play_today
from doctobooking.demo.desk import Desk, make_guest
from doctobooking.demo.opinions import Scene, give_opinions
from doctobooking.demo.payments import Cashier
from doctobooking.demo.prescriptions import write_prescriptions
from doctobooking.demo.records import write_records
from doctobooking.demo.roster import (
    DoctorFile,
    PatientFile,
    Pools,
    Recruiter,
    save_doctors,
    save_patients,
)
from doctobooking.demo.support import make_tickets
from doctobooking.demo.visits import (
    Agenda,
    Book,
    Codes,
    PatientCard,
    Visit,
    fill_agenda,
    fill_week,
    save_visits,
)
from doctobooking.demo.waiting import make_waiting_list
from doctors.services.catalogue import load_specialties
from notifications.services.planning import plan_missing
from records.services.catalogue import load_diagnoses

BATCH = 250
# Visits of the demo's own doctors: a busy week, and a practice with a past.
BUSY_WEEK = 50
BUSY_MONTHS = 110


class NotEmpty(Exception):
    """Demo data are for an empty database; there are accounts in this one."""


@dataclass(frozen=True)
class Sizes:
    """Accounts of doctors, accounts of patients, visits; the demo's own people included."""

    doctors: int
    patients: int
    visits: int


def seed_demo(
    *, sizes: Sizes, seed: int, password: str, now: datetime, append: bool = False
) -> Sizes:
    """Fill the database; returns what was made (fewer visits where the agendas are full).

    The same seed and moment give the same rows. Raises NotEmpty unless `append`.
    """
    with transaction.atomic():
        _take_time()
        accounts = User.objects.count()
        if accounts and not append:
            raise NotEmpty(accounts)
        load_specialties()
        load_cities()
        load_diagnoses()
        made = _Seeding(sizes, f"{seed}:{accounts}", make_password(password), now).run()
        _open_since_ever()
        # Written past the services, the visits have no event that would plan their reminders.
        plan_missing(now=now)
        rebuild(clock=lambda: now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def _take_time() -> None:
    """A large demo is one long transaction, longer than a page may take."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _open_since_ever() -> None:
    """The hours were written just now, and are those of the whole past: nothing came before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM appointments_hoursversion "
            "WHERE transaction = txid_current() AND began_at = now()"
        )


class _Seeding:
    def __init__(self, sizes: Sizes, stream: str, password: str, now: datetime) -> None:
        self.sizes = sizes
        self.now = now
        self.recruiter = Recruiter(stream, password, now)
        self.book = Book(self.recruiter.chance("visits"), Codes(), now)
        self.pools = Pools()
        self.persona_cards: dict[str, list[PatientCard]] = {}
        self.scene: Desk | None = None
        self.fresh: list[Visit] = []
        self.doctors = self.patients = self.visits = 0
        known = self.recruiter.register.emails
        self.has_personas = any(address in known for address in personas.DEMO_ADDRESSES)

    def run(self) -> Sizes:
        if not self.has_personas:
            personas.make_team(
                self.recruiter.chance("team"),
                self.recruiter.password,
                self.now - timedelta(days=900),
            )
        self._recruit_patients()
        last: list[tuple[DoctorFile, Agenda]] = []
        for batch in self._doctor_batches():
            save_doctors(batch)
            last = [(file, self._agenda(file)) for file in batch]
            self._fill_batch(last)
        self._top_up(last)
        give_opinions(self.recruiter.chance("opinions"), self.now)
        if self.scene:
            Scene(self.recruiter.chance("scene"), self.now).play()
            write_records(self.recruiter.chance("records"), self.now)
            write_prescriptions(self.recruiter.chance("prescriptions"), self.now)
            play_today(self.recruiter.chance("today"), self.now)
            (card, *_relatives) = self.persona_cards[personas.ASSISTANT]
            self.scene.look(filter(None, [self.scene.doctor.user, card.patient.account]))
            save_visits(self.fresh)
            make_waiting_list(self.recruiter.chance("waiting"), self.now)
            make_tickets(self.recruiter.chance("support"), self.now)
        Cashier(self.recruiter.chance("payments"), self.now).save()
        return Sizes(self.doctors, self.patients, self.visits)

    # People --------------------------------------------------------------------

    def _recruit_patients(self) -> None:
        if not self.has_personas:
            files = [self.recruiter.patient_persona(persona) for persona in personas.PATIENTS]
            for file, cards in zip(files, save_patients(files), strict=True):
                self.persona_cards[file.user.email] = cards
            self.patients += len(files)
        for start in range(self.patients, self.sizes.patients, 4 * BATCH):
            numbers = range(start, min(start + 4 * BATCH, self.sizes.patients))
            self._add_patients([self.recruiter.patient(number) for number in numbers])

    def _add_patients(self, files: Sequence[PatientFile]) -> None:
        for file, cards in zip(files, save_patients(files), strict=True):
            for card in cards:
                self.pools.add(card, file.place)
        self.patients += len(files)

    def _doctor_batches(self) -> Iterator[list[DoctorFile]]:
        first: list[DoctorFile] = []
        if not self.has_personas:
            first = [self.recruiter.doctor_persona(persona) for persona in personas.DOCTORS]
        number = len(first)
        while first or number < self.sizes.doctors:
            size = min(BATCH, max(self.sizes.doctors - number, 0))
            batch = first + [self.recruiter.doctor(number + i) for i in range(size)]
            first, number = [], number + size
            yield batch

    def _agenda(self, file: DoctorFile) -> Agenda:
        return Agenda(file.practising, timedelta(minutes=file.travel_minutes), self.now)

    # Visits --------------------------------------------------------------------

    def _fill_batch(self, batch: list[tuple[DoctorFile, Agenda]]) -> None:
        self._fill_personas(batch)
        made: list[Visit] = []
        for file, agenda in batch:
            self.doctors += 1
            left = self.sizes.visits - self.visits - len(made)
            doctors_left = max(self.sizes.doctors - self.doctors + 1, 1)
            self.book.chance = self.recruiter.chance(f"visits:{file.doctor.slug}")
            wanted = round(left / doctors_left * (0.3 + 1.4 * self.book.chance.random()))
            made += self._visits_of(file, agenda, min(wanted, left))
        self.visits += save_visits(made)

    def _visits_of(self, file: DoctorFile, agenda: Agenda, wanted: int) -> list[Visit]:
        if not file.doctor.is_published or wanted <= 0:
            return []
        cards = self.pools.near(file.place)
        return list(fill_agenda(self.book, agenda, file.practice.group, cards, wanted))

    def _top_up(self, last: list[tuple[DoctorFile, Agenda]]) -> None:
        """What the shares left over, to the last doctors as long as they have time."""
        for file, agenda in last:
            left = self.sizes.visits - self.visits
            self.visits += save_visits(self._visits_of(file, agenda, left))

    def _fill_personas(self, batch: list[tuple[DoctorFile, Agenda]]) -> None:
        """The visits that the demo's people must have, and busy weeks for its doctors."""
        own = {file.user.email: (file, agenda) for file, agenda in batch}
        if personas.DOCTOR not in own:
            return
        self.scene = self._desk(*own[personas.DOCTOR])
        made: list[Visit] = []
        for wish in personas.WISHES[: self.sizes.visits]:
            visits = self._wish(wish, own[wish.doctor][1])
            (self.fresh if wish.is_fresh else made).extend(visits)
        self.visits += len(self.fresh)
        (card, *_relatives) = self.persona_cards[personas.OTHER_PATIENT]
        has_room = self.visits + len(made) + series.TIMES <= self.sizes.visits
        agenda = own[personas.DOCTOR][1]
        controls = series.controls(self.book, agenda, 1, card) if has_room else []
        made += controls
        self.scene.hold()
        for address in (personas.DOCTOR, personas.OTHER_DOCTOR):
            file, agenda = own[address]
            share = (self.sizes.visits - self.visits - len(made)) // 6
            cards = self.pools.near(file.place)
            group = file.practice.group
            made += fill_week(self.book, agenda, group, cards, min(BUSY_WEEK, share))
            made += fill_agenda(self.book, agenda, group, cards, min(BUSY_MONTHS, share))
        self.visits += save_visits(made)
        series.enlist(controls, self.recruiter.chance("series"))

    def _wish(self, wish: personas.Wish, agenda: Agenda) -> Iterator[Visit]:
        cards = self.persona_cards[wish.patient]
        card = cards[0 if wish.relative is None else wish.relative + 1]
        starts_at = agenda.nearest(wish.clinic, self.now + timedelta(days=wish.days))
        if starts_at is None:
            return
        visit = self.book.visit(
            agenda, wish.clinic, card, starts_at, wish.status, wish.reason, is_fresh=wish.is_fresh
        )
        if wish.moved_because:
            week = timedelta(days=7)
            self.book.move_by_desk(visit, starts_at + week, wish.moved_because)
        yield visit

    def _desk(self, file: DoctorFile, agenda: Agenda) -> Desk:
        chance = self.recruiter.chance("desk")
        scene = Desk(chance, file.doctor, agenda, self.now)
        scene.go_away()
        (card, *_relatives) = self.persona_cards[personas.ASSISTANT]
        assert card.patient.account is not None
        scene.staff(card.patient.account)
        guest = make_guest(chance, file.doctor, file.place, self.now)
        self.persona_cards[personas.GUEST] = [PatientCard(guest, str(guest.phone))]
        return scene
