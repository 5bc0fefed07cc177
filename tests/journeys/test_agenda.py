"""The doctor's day by keyboard alone, beside the agenda, and without scripts."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.models import Absence
from tests.factories import AppointmentFactory
from tests.journeys.conftest import NARROW

NEXT_WEEK = 7


@pytest.fixture
def monday(clinic):
    """Next week's, 9:00 in Quito; Luis comes on it at 9:30, and asks for 11:00 on Tuesday."""
    now = timezone.now()
    day = now + timedelta(days=NEXT_WEEK - (now - timedelta(hours=5)).weekday())
    nine = (day - timedelta(hours=5)).replace(hour=14, minute=0, second=0, microsecond=0)
    AppointmentFactory(clinic=clinic, starts_at=nine + timedelta(minutes=30))
    AppointmentFactory(
        clinic=clinic, starts_at=nine + timedelta(days=1, hours=2), status="requested",
        patient__first_names="Rosa", answer_by=now + timedelta(hours=20),
    )  # fmt: skip
    Absence.objects.create(
        doctor=clinic.doctor, starts_at=nine + timedelta(days=2),
        ends_at=nine + timedelta(days=2, hours=3), note="Congreso",
    )  # fmt: skip
    return nine


def address(monday, view=""):
    view = f"&vista={view}" if view else ""
    return f"/agenda/?fecha={monday - timedelta(hours=5):%Y-%m-%d}{view}"


def focused(visitor):
    return visitor.page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    )


def test_agenda_by_keyboard_alone(open_browser, monday, dr_chen):
    visitor = open_browser().go(address(monday))
    visitor.enter(dr_chen.user.email).title("Agenda").look("agenda of a busy week")
    page, keys = visitor.page, visitor.page.keyboard
    page.get_by_role("region", name=re.compile("Semana")).focus()
    for _day in range(7):
        keys.press("Tab")  # each day's name leads to the day
    keys.press("Tab")
    assert re.search(r"lunes .*9:00, libre", focused(visitor))
    keys.press("ArrowDown")
    assert re.search(r"lunes .*9:30 a 10:00, Luis Andrade, confirmada", focused(visitor))
    keys.press("ArrowRight")
    assert re.search(r"martes .*9:30, libre", focused(visitor))
    for _row in range(3):
        keys.press("ArrowDown")
    assert re.search(r"martes .*11:00 a 11:30, Rosa Andrade, por confirmar", focused(visitor))
    keys.press("Home")
    assert re.search(r"lunes .*11:00, libre", focused(visitor))
    keys.press("ArrowUp")
    assert re.search(r"lunes .*10:30, libre", focused(visitor))
    keys.press("End")
    assert re.search(r"domingo .*10:30, libre", focused(visitor))


def test_visit_opens_beside_the_agenda_and_closes(open_browser, monday, dr_chen):
    visitor = open_browser().go(address(monday))
    visitor.enter(dr_chen.user.email)
    page = visitor.page
    page.get_by_role("link", name=re.compile("lunes .*Luis Andrade")).focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Detalle")
    expect(panel).to_contain_text("Es su primera cita con usted.")
    expect(panel).to_be_focused()
    visitor.look("visit beside the agenda")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert "Luis Andrade" in focused(visitor)
    page.get_by_role("link", name=re.compile("lunes .*9:00, libre")).click()
    expect(panel).to_contain_text("Se ofrece a los pacientes")
    visitor.look("free time beside the agenda")
    visitor.follow(panel.get_by_role("link", name="Reservar para un paciente"))
    assert "/agenda/nueva/" in page.url


def test_late_answer_does_not_replace_what_was_opened_after_it(open_browser, monday, dr_chen):
    visitor = open_browser().go(address(monday))
    visitor.enter(dr_chen.user.email)
    page, held = visitor.page, []
    visit = page.get_by_role("link", name=re.compile("lunes .*Luis Andrade"))
    path = visit.get_attribute("href")
    page.route(f"**{path}", lambda route: held.append(route), times=1)
    with page.expect_request(f"**{path}"):
        visit.click()
    page.get_by_role("link", name=re.compile("lunes .*9:00, libre")).click()
    panel = page.get_by_role("complementary", name="Detalle")
    expect(panel).to_contain_text("Se ofrece a los pacientes")
    with page.expect_response(f"**{path}") as late:
        held[0].continue_()
    late.value.finished()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    expect(panel).to_contain_text("Se ofrece a los pacientes")
    expect(panel).not_to_contain_text("Luis Andrade")


def test_visit_is_dragged_to_its_form(open_browser, monday, dr_chen):
    """The form asks: nothing is moved by a slip of the hand."""
    visitor = open_browser().go(address(monday))
    visitor.enter(dr_chen.user.email)
    page = visitor.page
    with visitor.turning():
        page.get_by_role("link", name=re.compile("lunes .*Luis Andrade")).drag_to(
            page.get_by_role("link", name=re.compile("jueves .*11:30, libre"))
        )
    assert "/reprogramar/?inicio=" in page.url
    expect(page.locator("[name=clock]")).to_have_value("11:30")


def test_week_turns_by_key_and_keeps_the_table(open_browser, monday, dr_chen):
    visitor = open_browser().go(address(monday))
    visitor.enter(dr_chen.user.email)
    page = visitor.page
    page.get_by_role("link", name=re.compile("lunes .*Luis Andrade")).focus()
    with visitor.turning():
        page.keyboard.press("PageDown")
    assert f"fecha={monday + timedelta(days=7) - timedelta(hours=5):%Y-%m-%d}" in page.url
    assert "libre" in focused(visitor)
    with visitor.turning():
        page.keyboard.press("PageUp")
    assert address(monday) in page.url


@pytest.mark.parametrize("view", ["dia", "lista"])
def test_other_views_from_all_sides(open_browser, monday, dr_chen, view):
    visitor = open_browser().go(address(monday, view))
    visitor.enter(dr_chen.user.email).title("Agenda").reads("Luis Andrade")
    visitor.look(f"agenda, {view}")


def test_agenda_without_scripts(open_browser, monday, dr_chen):
    visitor = open_browser(scripts=False, width=NARROW).go(address(monday))
    visitor.enter(dr_chen.user.email).title("Agenda").look("agenda")
    day = visitor.page.locator(".day-agenda")
    expect(day).to_contain_text("Luis Andrade")
    visitor.follow(day.get_by_role("link", name="Luis Andrade")).title("Luis Andrade")
    visitor.go(address(monday)).follow(day.get_by_role("link", name=re.compile("9:00, libre")))
    assert "/agenda/nueva/" in visitor.page.url


def test_why_is_asked_and_answered(anyhow, monday, dr_chen):
    visitor = anyhow.go("/agenda/por-que/")
    visitor.enter(dr_chen.user.email).title("¿Por qué no se ofrece una hora?").look("why")
    visitor.write(fecha=f"{monday:%Y-%m-%d}", hora="7:30").press("Preguntar")
    visitor.reads("Está fuera del horario")
    visitor.look("why, answered")
    visitor.write(hora="99").press("Preguntar").reads("Hay un problema")


def test_day_prints_without_what_paper_cannot_do(open_browser, monday, dr_chen):
    visitor = open_browser(theme="dark")
    visitor.go(f"/agenda/imprimir/?fecha={monday:%Y-%m-%d}").enter(dr_chen.user.email)
    visitor.look("day on paper")
    visitor.page.emulate_media(media="print", color_scheme="dark")
    shown = "e => getComputedStyle(e).display"
    for part in (".portal-nav", ".site-header .nav", ".site-footer", "[data-db-print]", ".back"):
        assert visitor.page.locator(part).first.evaluate(shown) == "none"
    visitor.reads("Luis Andrade")
