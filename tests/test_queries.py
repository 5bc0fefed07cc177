"""Pages ask the database a fixed number of questions, however many rows there are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.attendance import Attendance
from appointments.models import AppointmentChange
from appointments.services.attendance import record_attendance
from appointments.services.indexing import renew_due
from core.clock import current_time
from doctors.models import Doctor, Education, Experience, Qualification
from notifications.links import token_of
from reviews.models import ReviewDecision, ReviewReply
from tests.appointments.walking import Walk
from tests.client import StrictClient
from tests.conftest import NOW, SLOT
from tests.factories import (
    AppointmentFactory,
    AttendedFactory,
    CityFactory,
    ClinicFactory,
    DoctorFactory,
    MessageFactory,
    PatientFactory,
    PaymentLineFactory,
    ReviewFactory,
    SpecialtyFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
FEW, MANY = 1, 30
LIMITS = {
    "search": 12,
    "search_suggestions": 4,
    "doctor": 12,
    "opinions": 8,
    "own_opinions": 12,
    "opinion": 12,
    "landing": 14,
    "widget": 12,
    "slots": 12,
    "agenda": 14,
    "agenda_print": 10,
    "why": 13,
    "visit": 14,
    "owed": 9,
    "cash": 9,
    "occupancy": 24,
    "visit_attendance": 6,
    "visit_correction": 7,
    "unrecorded": 6,
    "new_visit": 14,
    "visit_reschedule": 14,
    "block": 10,
    "mine": 10,
    "appointment": 11,
    "reschedule": 14,
    "inbox": 8,
    "inbox_of_the_desk": 8,
    "messages": 8,
    "messages_of_the_desk": 9,
    "preferences": 6,
    "link_attend": 8,
    "link_reschedule": 14,
    "hold": 12,
    "details": 12,
    "review": 12,
}
CONFIRM = 25


def queries_of(client, path, method="get", data=None):
    """The questions of one request, those of the session and of who asks included."""
    client.get("/ayuda/")
    renew_due(clock=current_time)
    with CaptureQueriesContext(connection) as asked:
        answer = getattr(client, method)(path, data)
    assert answer.status_code in (200, 302)
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    # The client looks whether the search index is due, for the task (tests/client.py).
    looks = ("_indexchange", "_indexmark")
    return [
        sql
        for sql in (q["sql"] for q in asked.captured_queries)
        if not sql.startswith(marks) and not any(look in sql for look in looks)
    ]


class World:
    """Ana with her consultorios, colleagues, visits and Alicia's people: more on demand."""

    def __init__(self, dr_chen, alice, clinic):
        self.doctor, self.alice, self.clinic = dr_chen, alice, clinic
        self.client, self.stranger = StrictClient(), StrictClient()
        self.client.force_login(alice)
        self.office = StrictClient()
        self.office.force_login(dr_chen.user)
        self.visit = AppointmentFactory(
            clinic=clinic, patient=alice.patients.get(), starts_at=SLOT + timedelta(days=20)
        )
        self.begun = AppointmentFactory(clinic=clinic, starts_at=NOW - timedelta(minutes=20))
        self.came = AppointmentFactory(
            clinic=clinic, starts_at=NOW - timedelta(days=1), status="attended"
        )
        self.size = 0

    def grow(self, size):
        specialty, city = SpecialtyFactory(), CityFactory()
        patient = self.alice.patients.get(relationship="self")
        for n in range(self.size, size):
            colleague = DoctorFactory(last_names=f"Zeta {n}", specialty=specialty)
            ClinicFactory(doctor=colleague, city=city)
            ClinicFactory(doctor=self.doctor, city=city, hours=[(1, 60, 90)])
            AppointmentFactory(
                clinic=self.clinic, starts_at=SLOT + timedelta(days=n % 9, hours=n // 9 + 1)
            )
            AppointmentFactory(
                clinic=colleague.clinics.get(), patient=patient,
                starts_at=SLOT + timedelta(days=30 + n),
            )  # fmt: skip
            past = AppointmentFactory(
                clinic=self.clinic, patient=patient, starts_at=SLOT - timedelta(days=30 + n),
                status="attended",
            )  # fmt: skip
            self._opine(n)
            forgotten = AppointmentFactory(
                clinic=self.clinic, starts_at=NOW - timedelta(days=2 + n % 20, hours=n // 20 + 1)
            )
            self._say(forgotten, n)
            for visit in (self.visit, past):
                PaymentLineFactory(appointment=visit, amount=Decimal(1))
            PatientFactory(account=self.alice, relationship="other")
            self._tell(n)
            Education.objects.create(doctor=self.doctor, degree="x", institution="y")
            Experience.objects.create(doctor=self.doctor, position="x", institution="y")
            Qualification.objects.create(doctor=self.doctor, name="x")
        self.size = size
        renew_due(clock=current_time)
        return self

    def _opine(self, n):
        """One more opinion, with an answer and a decision."""
        visit = AttendedFactory(clinic=self.clinic, starts_at=SLOT - timedelta(days=70 + n))
        review = ReviewFactory(visit=visit)
        made = {"review": review, "by": self.alice, "at": review.created_at}
        ReviewDecision.objects.create(**made, act="keep")
        if n % 2:
            ReviewReply.objects.create(review=review, author=self.doctor.user, text="Gracias.")

    def _say(self, forgotten, n):
        """Every second one is recorded, just now."""
        if n % 2 or not n:
            said = Attendance("attended")
            who = self.doctor.user
            record_attendance(appointment=forgotten, said=said, actor=who, now=current_time())

    def _tell(self, n):
        """One more message of each sort, and one more visit of a reminder of several."""
        change = self.visit.changes.first() or AppointmentChange.objects.create(
            appointment=self.visit, kind="booked", at=self.visit.booked_at, to_status="booked",
            to_starts_at=self.visit.starts_at, sequence=0,
        )  # fmt: skip
        for kind in ("booked", "reminder_1d"):
            told = {"visit": self.visit, "kind": kind, "copy": n}
            told["change"] = change if kind == "booked" else None
            desk = {"audience": "doctor", "recipient": self.doctor.user}
            for channel in ("email", "inbox"):
                MessageFactory(**told, channel=channel)
                MessageFactory(**told, **desk, channel=channel)
        MessageFactory(visit=self.visit, kind="reminder_7d", copy=n, state="given_up")

    def walk(self, slot=SLOT):
        walk = Walk(self.clinic, slot)
        walk.client = self.client
        return walk

    def link(self, page):
        message = self.visit.messages.get(kind="booked", channel="email", copy=0,
                                          audience="patient")  # fmt: skip
        return reverse(f"notifications:{page}", args=[token_of(message)])

    def given(self):
        """A visit of Alicia's with her opinion."""
        visits = self.alice.patients.get(relationship="self").appointments
        visit = visits.filter(status="attended").earliest("pk")
        if not visit.reviews.exists():
            ReviewFactory(visit=visit)
        return visit.public_id

    def minute(self):
        return f"?consultorio={self.clinic.public_id}&inicio=20261124T150000Z"

    def of_attendance(self, page):
        about = {
            "visit_attendance": [self.begun.public_id],
            "visit_correction": [self.came.public_id],
        }
        return self.office, reverse(f"portal:{page}", args=about.get(page, []))

    def public_pages(self):
        return {
            "search": lambda: (self.stranger, reverse("search")),
            "search_suggestions": lambda: (
                self.stranger,
                reverse("search_suggestions") + "?q=zet",
            ),
            "doctor": lambda: (self.stranger, reverse("doctor", args=[self.doctor.slug])),
            "opinions": lambda: (self.stranger, reverse("opinions", args=[self.doctor.slug])),
            "own_opinions": lambda: (self.office, reverse("portal:opinions")),
            "opinion": lambda: (self.client, reverse("reviews:opinion", args=[self.given()])),
            "landing": lambda: (self.stranger, reverse("landing", args=["cardiologia", "quito"])),
            "widget": lambda: (self.stranger, reverse("widget", args=[self.doctor.slug])),
            "slots": lambda: (self.stranger, reverse("slots", args=[self.doctor.slug])),
        }

    def path(self, page):
        if page in ("visit_attendance", "visit_correction", "unrecorded"):
            return self.of_attendance(page)
        ready = self.walk()
        if page in ("details", "review"):
            ready.hold()
        if page == "review":
            ready.tell()
        visit = [self.visit.public_id]
        return {
            **self.public_pages(),
            "agenda": lambda: (self.office, reverse("portal:agenda")),
            "agenda_print": lambda: (self.office, reverse("portal:agenda_print")),
            "why": lambda: (self.office, reverse("portal:why") + self.minute()),
            "visit": lambda: (self.office, reverse("portal:visit", args=visit)),
            "owed": lambda: (self.office, reverse("portal:owed")),
            "cash": lambda: (self.office, reverse("portal:cash")),
            "occupancy": lambda: (self.office, reverse("portal:occupancy")),
            "new_visit": lambda: (self.office, reverse("portal:new_visit")),
            "visit_reschedule": lambda: (
                self.office,
                reverse("portal:visit_reschedule", args=visit),
            ),
            "block": lambda: (self.office, reverse("portal:block")),
            "mine": lambda: (self.client, reverse("appointments:mine")),
            "appointment": lambda: (self.client, reverse("appointments:appointment", args=visit)),
            "reschedule": lambda: (self.client, reverse("appointments:reschedule", args=visit)),
            "inbox": lambda: (self.client, reverse("notifications:inbox")),
            "inbox_of_the_desk": lambda: (self.office, reverse("notifications:inbox")),
            "messages": lambda: (
                self.client,
                reverse("notifications:visit_messages", args=visit),
            ),
            "messages_of_the_desk": lambda: (
                self.office,
                reverse("portal:visit_messages", args=visit),
            ),
            "preferences": lambda: (self.client, reverse("notifications:preferences")),
            "link_attend": lambda: (self.stranger, self.link("link_attend")),
            "link_reschedule": lambda: (self.stranger, self.link("link_reschedule")),
            "hold": lambda: (self.stranger, ready.address("hold")),
            "details": lambda: (self.client, ready.address("details")),
            "review": lambda: (self.client, ready.address("review")),
        }[page]()


def new_world():
    doctor = DoctorFactory(slug="ana-molina-paz")
    patient = PatientFactory(account__first_names="Alicia", account__last_names="Vera")
    return World(doctor, patient.account, ClinicFactory(doctor=doctor))


def reads(page, query):
    """Of a page of the public, or of those who are logged in, with this query."""

    def ask(world):
        client, path = world.path(page)
        return client, path.split("?")[0] + query

    return ask


VARIANTS = {
    "mine": ["", "?ver=pasadas", "?ver=pasadas&pagina=2"],
    "agenda": ["?vista=semana", "?vista=dia", "?vista=lista", "?fecha=2026-12-14"],
    "doctor": ["", "?semana=2026-W48", "?semana=2026-W49"],
    "search_suggestions": [
        f"?q={q}" for q in ("an", "cardio", "mol", "qui", "cardiologo+quito", "xyzxyz")
    ],
}
ASKED = {name: (name, lambda world, name=name: world.path(name)) for name in LIMITS} | {
    f"{page}{query}": (page, reads(page, query))
    for page, queries in VARIANTS.items()
    for query in queries
}
SEARCHED = [
    "", "?q=corazon", "?q=ana", "?lugar=quito", "?q=molina&lugar=quito", "?lugar=republica",
    "?q=corazon&pagina=2", "?q=corason", "?q=moliina", "?q=zeta+quito", "?q=nadie+asi",
    "?q=la+republica&lugar=la+carolina",
]  # fmt: skip


def asked_by(world, ask):
    """How many; what it does is undone."""
    with transaction.atomic():
        asked = queries_of(*ask(world))
        transaction.set_rollback(True)
    return asked


def booking(world):
    walk = world.walk(SLOT)
    walk.hold()
    walk.tell()
    return world.client, walk.address("review"), "post", walk.form()


def holding(world):
    walk = Walk(world.clinic, SLOT)
    walk.look("hold")
    return walk.client, walk.address("hold"), "post"


ACTS = {"booking": booking, "holding": holding}


@pytest.fixture(scope="module")
def counted(shared_db):
    """A world with many rows, and how much each page asked while they were few."""
    world = new_world()
    for n in range(3):
        AppointmentFactory(
            clinic=world.clinic, starts_at=SLOT + timedelta(days=n, hours=12), status="requested"
        )
    world.grow(FEW)
    questions = {key: ask for key, (_page, ask) in ASKED.items()} | ACTS
    questions |= {f"search{query}": reads("search", query) for query in SEARCHED}
    few = {key: len(asked_by(world, ask)) for key, ask in questions.items()}
    return world.grow(MANY), few


@pytest.mark.parametrize("key", ASKED)
def test_pages_ask_no_more_with_many_rows(frozen, counted, key):
    world, few = counted
    page, ask = ASKED[key]
    many = asked_by(world, ask)
    assert len(many) == few[key], "\n".join(many)
    assert len(many) <= LIMITS[page], "\n".join(many)


@pytest.mark.parametrize("query", SEARCHED)
def test_search_asks_no_more_whatever_is_looked_for(frozen, counted, query):
    world, few = counted
    many = asked_by(world, reads("search", query))
    # A page that is none of the list is asked for first, then the last one.
    assert len(many) <= few[f"search{query}"]
    assert len(many) <= LIMITS["search"]


@pytest.mark.parametrize("name", ACTS)
def test_booking_asks_no_more_with_many_rows(frozen, counted, name):
    world, few = counted
    many = asked_by(world, ACTS[name])
    assert len(many) == few[name] <= CONFIRM, "\n".join(many)


@pytest.mark.parametrize("name", ["doctor", "slots", "reschedule"])
def test_an_agenda_without_a_free_time_costs_no_more_questions(frozen, counted, name):
    """Looking months ahead for the next free time is still a handful of reads."""
    world, _few = counted
    world.clinic.opening_hours.all().delete()
    asked = asked_by(world, lambda world: world.path(name))
    assert len(asked) <= LIMITS[name], "\n".join(asked)


def test_there_are_as_many_rows_as_said(counted):
    assert Doctor.objects.published().count() == MANY + 1
