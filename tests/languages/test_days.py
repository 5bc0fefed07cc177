"""The day of a visit speaks one language: at the desk, for the patient, on the screen."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from appointments.enums import SaidBy
from appointments.rooms import screen_url
from appointments.services.days import check_in, say_on_the_way, start_consultation
from appointments.services.screens import make_screen
from notifications.links import token_of
from tests.factories import AppointmentFactory, MessageFactory
from tests.languages.browser import page

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
MINUTE = timedelta(minutes=1)
STEPS = ("arrived", "started", "finished")


@pytest.fixture
def due(frozen, clinic, alice):
    """Alicia's visit in twenty minutes."""
    patient = alice.patients.get()
    return AppointmentFactory(clinic=clinic, patient=patient, starts_at=frozen + 20 * MINUTE)


@pytest.fixture
def busy(frozen, clinic, dr_chen, alice, due):
    """Somebody in each stage, half an hour late."""
    made = []
    patient = {"patient__first_names": "Alicia", "patient__last_names": "Vera"}
    for n in (-4, -3, -2, -1, 2):
        made.append(
            AppointmentFactory(clinic=clinic, starts_at=frozen + 30 * n * MINUTE, **patient)
        )
    for n, visit in enumerate(made[:3]):
        start_consultation(
            appointment=visit, actor=dr_chen.user, now=frozen - (30 - 10 * n) * MINUTE
        )
    for visit in made[2:4]:
        at = frozen - 15 * MINUTE
        check_in(appointment=visit, said_by=SaidBy.PATIENT, actor=None, now=at)
    say_on_the_way(appointment=made[4], actor=None, now=frozen)
    AppointmentFactory(clinic=clinic, starts_at=frozen - 150 * MINUTE, status="no_show", **patient)
    AppointmentFactory(clinic=clinic, starts_at=frozen - 180 * MINUTE, status="attended", **patient)
    return made


def test_room_speaks_one_language(desk, busy, due, clinic):
    room = page("room")
    desk.get(room)
    desk.part(room)
    desk.get(page("agenda"), {"vista": "dia"})
    for visit in (*busy, due):
        desk.get(page("visit", visit))
    for step in (*STEPS, *STEPS, "x"):
        desk.post(page("room_step", due), {"step": step})
        desk.post(page("room_step", due), {"step": "back", "was": "waiting"})
    for minutes in ("", "20", "20"):
        desk.post(page("room_delay", clinic), {"minutes": minutes})


def test_empty_room_speaks_one_language(desk):
    desk.get(page("room"))


def test_doctors_page_of_the_screen_speaks_one_language(ana, clinic):
    address = page("clinic_screen", clinic)
    ana.get(address)
    for act in ("make", "make", "stop"):
        ana.post(address, {"act": act})


def test_screen_speaks_one_language(reader, busy, clinic, dr_chen, frozen):
    made = make_screen(clinic=clinic, actor=dr_chen.user, now=frozen)
    reader.get(urlsplit(screen_url(made)).path)


def test_empty_screen_speaks_one_language(reader, clinic, dr_chen, frozen):
    made = make_screen(clinic=clinic, actor=dr_chen.user, now=frozen)
    reader.get(urlsplit(screen_url(made)).path)


@pytest.mark.parametrize("is_busy", [False, True])
def test_patients_day_speaks_one_language(her_reader, due, request, dr_chen, frozen, is_busy):
    if is_busy:
        request.getfixturevalue("busy")
    day = reverse("appointments:day", args=[due.public_id])
    for step in ("on_the_way", "here", "back", "here", "x"):
        her_reader.post(reverse("appointments:day_step", args=[due.public_id]), {"step": step})
        her_reader.get(day)
        her_reader.part(day)
    start_consultation(appointment=due, actor=dr_chen.user, now=frozen)
    her_reader.get(day)


def test_day_behind_a_link_speaks_one_language(reader, due, visit):
    for one in (due, visit):
        message = MessageFactory(visit=one, kind="reminder_1d")
        address = reverse("notifications:link_day", args=[token_of(message)])
        for step in ("x", "on_the_way", "here", "back"):
            reader.post(address, {"step": step})
            reader.get(address)


def test_another_days_card_speaks_one_language(her_reader, visit):
    her_reader.get(reverse("appointments:day", args=[visit.public_id]))
