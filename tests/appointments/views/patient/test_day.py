"""The patient's day: on the way, there, how many come before, and back."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.enums import SaidBy, Stage
from appointments.models import VisitDay
from appointments.services.days import check_in, finish_consultation, start_consultation
from tests.factories import AppointmentFactory, PatientFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
PARTS = {"HX-Request": "true"}


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def address(visit, page="day"):
    return reverse(f"appointments:{page}", args=[visit.public_id])


@pytest.fixture
def due(frozen, clinic, alice):
    """Alicia's visit in half an hour: 9:30 in Quito."""
    patient = alice.patients.get()
    return AppointmentFactory(clinic=clinic, patient=patient, starts_at=frozen + 30 * MINUTE)


@pytest.fixture
def here(as_, alice, due):
    return as_(alice)


def step(browser, visit, name, **more):
    return browser.post(address(visit, "day_step"), {"step": name, **more}, follow=True)


def test_on_the_way_then_here(frozen, here, due):
    page = address(due, "appointment")
    html = text_of(here.get(page))
    assert "Su cita es hoy" in html
    assert "Voy en camino" in html
    answer = step(here, due, "on_the_way")
    assert answer.redirect_chain == [(page, 302)]
    assert "Gracias: la recepción sabe que está en camino." in text_of(answer)
    assert "La recepción lo sabe desde las 9:00." in text_of(answer)
    html = text_of(step(here, due, "here"))
    day = VisitDay.objects.get()
    assert (day.stage, day.arrival_said_by) == (Stage.WAITING, SaidBy.PATIENT)
    assert "Está en la sala de espera" in html
    assert f"Turno {day.code}" in html
    assert "Es la siguiente persona de la sala." in html
    assert "Su cita es a las 9:30. Todavía no podemos calcular cuándo pasará" in html


def test_twice_is_once(here, due):
    for name in ("on_the_way", "here"):
        for _twice in range(2):
            assert step(here, due, name).status_code == 200
    assert VisitDay.objects.get().stage == Stage.WAITING


def test_dependants_too(frozen, here, due, alice, clinic):
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo")
    visit = AppointmentFactory(clinic=clinic, patient=child, starts_at=frozen)
    step(here, visit, "here")
    assert VisitDay.objects.get().appointment == visit


def test_how_many_come_before_and_when(frozen, here, due, clinic, dr_chen):
    for minutes in (-30, 0):
        other = AppointmentFactory(clinic=clinic, starts_at=frozen + minutes * MINUTE)
        check_in(appointment=other, said_by=SaidBy.DESK, actor=None, now=frozen)
        if minutes < 0:
            start_consultation(appointment=other, actor=dr_chen.user, now=frozen)
    html = text_of(step(here, due, "here"))
    assert "Antes de usted espera 1 persona. Hay alguien en consulta." in html
    assert "Pasaría entre las 10:00 y las 10:10." in html
    assert "Es un cálculo de las 9:00, no una promesa" in html


def test_card_names_nobody_else(frozen, here, due, clinic):
    other = AppointmentFactory(clinic=clinic, patient__last_names="Zutanita", starts_at=frozen)
    check_in(appointment=other, said_by=SaidBy.DESK, actor=None, now=frozen)
    html = step(here, due, "here").content.decode()
    assert "Zutanita" not in html
    assert VisitDay.objects.get(appointment=other).code not in html


def test_turn_and_end(frozen, here, due, dr_chen):
    start_consultation(appointment=due, actor=dr_chen.user, now=frozen)
    assert "Es su turno: pase a consulta" in text_of(here.get(address(due)))
    finish_consultation(appointment=due, actor=dr_chen.user, now=frozen)
    assert "Terminó a las 9:00." in text_of(here.get(address(due)))


def test_a_slip_is_put_right(frozen, here, due):
    html = text_of(step(here, due, "here"))
    assert "Me equivoqué" in html
    assert "Listo: lo deshicimos." in text_of(step(here, due, "back", was="waiting"))
    assert VisitDay.objects.get().stage == Stage.EXPECTED
    step(here, due, "here")
    with time_machine.travel(frozen + 10 * MINUTE, tick=False):
        assert "Me equivoqué" not in text_of(here.get(address(due)))
        answer = step(here, due, "back", was="waiting")
    assert answer.status_code == 409
    assert "dígalo en recepción" in text_of(answer)


def test_too_early_and_too_late(frozen, here, due):
    with time_machine.travel(due.starts_at - timedelta(hours=4), tick=False):
        html = text_of(here.get(address(due)))
        assert "Podrá avisar que llegó desde 90 minutos antes." in html
        assert "Ya llegué" not in html
        assert step(here, due, "here").status_code == 409
    with time_machine.travel(due.ends_at, tick=False):
        assert here.get(address(due)).status_code == 302
        assert step(here, due, "here").status_code == 409
    assert not VisitDay.objects.exists()


def test_another_day_has_no_card(frozen, as_, alice, visit):
    browser = as_(alice)
    assert "sala-viva" not in browser.get(address(visit, "appointment")).content.decode()
    assert browser.get(address(visit)).url == address(visit, "appointment")
    html = browser.get(address(visit), headers=PARTS).content.decode()
    assert "La cita cambió" in html


@pytest.mark.parametrize(
    "data", [{}, {"step": ""}, {"step": "started"}, {"step": "back", "was": "x"}]
)
def test_hostile_steps_get_a_sentence(here, due, data):
    answer = here.post(address(due, "day_step"), data)
    assert answer.status_code == 422
    assert "Ese paso no existe." in text_of(answer)
    assert not VisitDay.objects.exists()


def test_nobody_elses(frozen, as_, bob, dr_chen, erin, due):
    for who in (bob, dr_chen.user, erin):
        assert as_(who).get(address(due)).status_code == 404
        assert as_(who).post(address(due, "day_step"), {"step": "here"}).status_code == 404
    assert not VisitDay.objects.exists()


def test_get_says_nothing(here, due):
    assert here.get(address(due, "day_step"), {"step": "here"}).status_code == 405
    assert not VisitDay.objects.exists()


def test_fragment_is_the_part_that_refreshes(here, due):
    html = here.get(address(due), headers=PARTS).content.decode()
    assert html.lstrip().startswith('<div id="sala-viva"')
