"""The agenda without a mouse: arrows, Enter, weeks, the panel; and the focus is never lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.models import Appointment
from appointments.services.booking import book_appointment
from tests.appointments.wishes import wish_of
from tests.journeys.test_keyboard import Keyboard
from tests.journeys.visitor import at, next_week

FIRST = "[data-db-grid] tbody [tabindex='0']"
PANEL = "#agenda-panel"
# What is new is told once nothing older is still being written, by other tests for one.
PATIENCE_MS = 20_000


@pytest.fixture
def day():
    return next_week()


@pytest.fixture
def coming(clinic, alice, day):
    """Alicia's, next week at 10:00: the third row of its day."""
    return book_appointment(request=wish_of(alice, clinic, at(day, 10)), now=timezone.now())


@pytest.fixture
def keys(open_browser, coming, dr_chen, day):
    visitor = open_browser().go(f"/agenda/?fecha={day}").enter(dr_chen.user.email)
    return Keyboard(visitor.title("Agenda"))


def press(keys, *names):
    for name in names:
        keys.page.keyboard.press(name)


def on(keys):
    """The cell that has the focus."""
    return keys.page.evaluate("document.activeElement.dataset.dbCell")


def to_the_visit(keys, day):
    """From the first cell of the week: so many days to the right, two times down."""
    keys.tab_to(FIRST)
    press(keys, "Home", *["ArrowRight"] * day.weekday(), "ArrowDown", "ArrowDown")


def test_arrows(keys, coming, day):
    keys.tab_to(FIRST)
    first = on(keys)
    press(keys, "ArrowRight")
    assert on(keys) != first
    press(keys, "ArrowLeft", "ArrowDown", "ArrowUp")
    assert on(keys) == first
    press(keys, "End")
    last = on(keys)
    press(keys, "ArrowRight")
    assert on(keys) == last != first
    press(keys, "Home", *["ArrowRight"] * day.weekday(), "ArrowDown", "ArrowDown")
    assert on(keys) == f"cita-{coming.public_id}"
    name = keys.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert "10:00" in name and "Alicia Vera" in name
    # One stop for Tab: the next one is outside of the table.
    press(keys, "Tab")
    assert not keys.page.evaluate("Boolean(document.activeElement.closest('[data-db-grid]'))")
    press(keys, "Shift+Tab")
    assert on(keys) == f"cita-{coming.public_id}"


def test_panel(keys, coming, day):
    to_the_visit(keys, day)
    press(keys, "Enter")
    expect(keys.page.locator(PANEL)).to_be_focused()
    expect(keys.page.locator(PANEL)).to_contain_text("Alicia Vera")
    keys.visitor.look("visit beside the agenda")
    press(keys, "Escape")
    expect(keys.page.locator(PANEL)).to_be_hidden()
    assert on(keys) == f"cita-{coming.public_id}"
    press(keys, "Enter")
    expect(keys.page.locator(PANEL)).to_be_focused()
    keys.tab_to(f"{PANEL} button")
    press(keys, "Enter")
    expect(keys.page.locator(PANEL)).to_be_hidden()
    assert on(keys) == f"cita-{coming.public_id}"
    press(keys, "Enter")
    expect(keys.page.locator(PANEL)).to_be_focused()
    keys.tab_to(f"{PANEL} a[href$='reprogramar/']")
    keys.enter()
    keys.visitor.title("Reprogramar la cita")


def test_weeks(keys, day):
    keys.tab_to(FIRST)
    with keys.visitor.turning():
        press(keys, "PageDown")
    assert keys.page.url.endswith(f"fecha={day + timedelta(days=7)}")
    expect(keys.page.locator(FIRST)).to_be_focused()
    with keys.visitor.turning():
        press(keys, "PageUp")
    assert keys.page.url.endswith(f"fecha={day}")
    expect(keys.page.locator(FIRST)).to_be_focused()


def test_booking_from_a_free_time(keys, coming, day):
    """Without scripts the same link leads to the same page."""
    to_the_visit(keys, day)
    press(keys, "ArrowDown", "Enter")
    panel = keys.page.locator(PANEL)
    expect(panel).to_contain_text("Se ofrece a los pacientes")
    keys.visitor.look("free time beside the agenda")
    keys.tab_to(f"{PANEL} a.button")
    keys.enter()
    keys.visitor.title("Nueva cita")
    keys.type("[name=search]", "alic")
    keys.enter()
    keys.tab_to("[name=patient]")
    press(keys, "Space")
    keys.tab_to("main .action-bar button[type=submit]")
    keys.enter()
    keys.visitor.title("Alicia Vera")
    new = Appointment.objects.exclude(pk=coming.pk).get()
    assert new.starts_at == at(day, 10, 30)


def test_focus_is_kept_when_the_agenda_changes(keys, clinic, coming, bob, day):
    to_the_visit(keys, day)
    press(keys, "ArrowDown", "ArrowDown", "ArrowDown")
    here = on(keys)
    other = book_appointment(request=wish_of(bob, clinic, at(day, 15)), now=timezone.now())
    fresh = keys.page.locator(f"table [data-db-cell='cita-{other.public_id}']")
    expect(fresh).to_be_visible(timeout=PATIENCE_MS)
    assert on(keys) == here
    press(keys, "ArrowUp", "ArrowUp", "ArrowUp")
    assert on(keys) == f"cita-{coming.public_id}"


@pytest.mark.parametrize(
    ("scripts", "width", "stop"),
    [(False, 1280, "[data-db-grid] a[data-db-cell^=cita]"), (True, 360, ".day-card"),
     (False, 360, ".day-card")],
    ids=["plain-wide", "scripts-narrow", "plain-narrow"],
)  # fmt: skip
def test_without_a_panel(open_browser, coming, dr_chen, day, scripts, width, stop):
    """The same links lead to pages; nothing needs an arrow."""
    visitor = open_browser(scripts=scripts, width=width)
    keys = Keyboard(visitor.go(f"/agenda/?fecha={day}").enter(dr_chen.user.email))
    keys.tab_to(stop)
    keys.enter()
    visitor.title("Alicia Vera")
    keys.tab_to("main a[href$='cancelar/']")
    keys.enter()
    visitor.title("¿Cancelar esta cita?")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_why(open_browser, coming, dr_chen, day, scripts):
    """Any minute can be asked; each answer leads to what closes it."""
    visitor = open_browser(scripts=scripts).go("/agenda/por-que/").enter(dr_chen.user.email)
    keys = Keyboard(visitor.title("¿Por qué no se ofrece una hora?").look("why"))
    keys.type("[name=hora]", "10:15")
    visitor.write(fecha=day.isoformat())
    keys.tab_to("main form button")
    keys.enter()
    visitor.reads("No se ofrece a los pacientes")
    visitor.look("why, a time with a visit")
    visitor.write(hora="20:15").press("Preguntar").look("why, outside hours")
    keys.tab_to(".why a[href*='horarios']")
    keys.enter()
    visitor.title("La Carolina: Horarios")
    visitor.go("/agenda/por-que/").write(hora="26").press("Preguntar").look("why, with errors")
