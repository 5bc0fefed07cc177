"""A desk sees which patients said that they will come: in a word and a mark."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.services.attending import confirm_attendance
from appointments.services.cancelling import cancel_appointment
from appointments.services.rescheduling import reschedule_appointment
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
AGENDA, PAPER = reverse("portal:agenda"), reverse("portal:agenda_print")
PLACES = [(AGENDA, "semana"), (AGENDA, "dia"), (AGENDA, "lista"), (PAPER, "")]


@pytest.fixture
def comes(frozen, visit, alice):
    confirm_attendance(appointment=visit, actor=alice, now=frozen)
    visit.refresh_from_db()
    return visit


@pytest.fixture
def look(as_, dr_chen):
    def at(address, view):
        client = as_(dr_chen.user)
        html = client.get(address, {"vista": view, "fecha": "2026-11-25"}).content.decode()
        # What the marks mean stands below the table.
        return html.replace("El paciente dijo que asistirá", "")

    return at


@pytest.mark.parametrize(("address", "view"), PLACES)
def test_who_comes_is_said_everywhere(comes, look, address, view):
    html = look(address, view)
    assert "Asistirá" in html
    if view in ("semana", "dia"):
        assert "9:00 ✓" in html or "9:00–9:30 ✓" in html
        assert "confirmada, asistirá" in html


@pytest.mark.parametrize(("address", "view"), PLACES)
def test_who_said_nothing_is_not_said_to_come(frozen, visit, look, address, view):
    html = look(address, view)
    assert "Alicia Vera" in html
    assert "asistirá" not in html.lower()


@pytest.mark.parametrize(("address", "view"), PLACES)
def test_once_the_visit_began_it_is_no_news(comes, look, address, view):
    with time_machine.travel(comes.starts_at, tick=False):
        assert "asistirá" not in look(address, view).lower()


def test_another_time_is_another_question(comes, look, alice, frozen):
    reschedule_appointment(
        appointment=comes, starts_at=comes.starts_at + timedelta(hours=1), actor=alice, now=frozen
    )
    assert "asistirá" not in look(AGENDA, "dia").lower()


def test_the_visits_page_says_it_while_it_is_so(comes, as_, dr_chen, alice, frozen):
    page = reverse("portal:visit", args=[comes.public_id])
    pill = 'd="M1 8.25'
    client = as_(dr_chen.user)
    assert pill in client.get(page).content.decode()
    cancel_appointment(appointment=comes, actor=alice, status="cancelled_patient", now=frozen)
    assert pill not in client.get(page).content.decode()


def test_reception_sees_it_too(comes, as_, carla):
    answer = as_(carla).get(AGENDA, {"vista": "lista", "fecha": "2026-11-25"})
    assert "Asistirá" in answer.content.decode()


def test_it_stands_beside_what_else_there_is_to_say(frozen, clinic, look):
    AppointmentFactory(
        clinic=clinic, is_outside_hours=True, attendance_confirmed_at=frozen - timedelta(hours=1)
    )
    assert "Fuera de horario · Asistirá" in look(AGENDA, "dia")
