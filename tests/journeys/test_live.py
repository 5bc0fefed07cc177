"""What others do appears in open pages by itself, and moves nobody's focus.

The live server here is plain WSGI: streams say what is new and end, and the browser comes again.
tests/storms/test_live_browsers.py opens the same pages at the real server.
"""

import re
import time
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.enums import Status
from appointments.pickers import iso_week
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from core.live.marks import seen_until
from tests.appointments.wishes import wish_of

PATIENCE_MS = 15_000


@pytest.fixture
def at(clinic):
    """In a week at 10:00 in Quito."""
    clinic.cancellation_notice_minutes = 0
    clinic.save()
    day = timezone.now() - timedelta(hours=5) + timedelta(days=7)
    return day.replace(hour=15, minute=0, second=0, microsecond=0)


def book(user, clinic, at):
    return book_appointment(request=wish_of(user, clinic, at), now=timezone.now())


def test_agenda_shows_and_says_what_a_patient_does(open_browser, clinic, alice, bob, dr_chen, at):
    desk = open_browser().go(f"/agenda/?vista=dia&fecha={at:%Y-%m-%d}")
    desk.enter(dr_chen.user.email)
    part, said = desk.page.locator("#agenda-vivo"), desk.page.locator("#live")
    cell = part.locator("[data-db-cell]:visible").last
    key = cell.get_attribute("data-db-cell")
    cell.focus()
    visit = book(alice, clinic, at)
    expect(part).to_contain_text("Alicia Vera", timeout=PATIENCE_MS)
    expect(said).to_contain_text(re.compile(r"Nueva cita: .*10:00, Alicia Vera"))
    held = "document.activeElement.dataset.dbCell"
    assert desk.page.evaluate(held) == key
    assert desk.page.locator("#live").get_attribute("aria-live") == "polite"
    cancel_appointment(
        appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=timezone.now()
    )
    expect(said).to_contain_text("Cita cancelada", timeout=PATIENCE_MS)
    expect(part).not_to_contain_text("Alicia Vera")
    assert desk.page.evaluate(held) == key
    # It was shown while the doctor looked: it is no news any more.
    desk.go("/agenda/novedades/").reads("No hay cambios nuevos")


def test_news_are_listed_and_marked_without_scripts(open_browser, clinic, alice, dr_chen, at):
    desk = open_browser(scripts=False, width=360).go("/agenda/").enter(dr_chen.user.email)
    book(alice, clinic, at)
    desk.go("/agenda/").reads("1 cambio desde su última visita")
    desk.follow("Ver lo que cambió").title("Lo que cambió desde su última visita").look("news")
    desk.reads("Alicia Vera")
    desk.press("Marcar como visto").title("Agenda")
    expect(desk.page.get_by_text("desde su última visita")).to_have_count(0)
    assert seen_until(dr_chen.user, f"doctor:{dr_chen.pk}").xid > 0


def test_picker_loses_and_gains_times(open_browser, clinic, alice, at):
    visitor = open_browser().open_profile("horarios/")
    link = visitor.page.locator(f"a[href*='{at:%Y%m%dT%H%M%SZ}']")
    expect(link).to_have_count(1)
    link.focus()
    visit = book(alice, clinic, at)
    expect(link).to_have_count(0, timeout=PATIENCE_MS)
    expect(visitor.page.locator("#live")).to_contain_text("Esa hora acaba de ocuparse.")
    expect(visitor.page.locator("#horarios-titulo")).to_be_focused()
    cancel_appointment(
        appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=timezone.now()
    )
    expect(link).to_have_count(1, timeout=PATIENCE_MS)


def booked_and_seen(visitor, user, clinic, at):
    """What the open picker offered is gone from it by itself."""
    link = visitor.page.locator(f"a[href*='{at:%Y%m%dT%H%M%SZ}']")
    expect(link).to_have_count(1)
    book(user, clinic, at)
    expect(link).to_have_count(0, timeout=PATIENCE_MS)


def slowly(route):
    time.sleep(2)
    route.continue_()


def refused_once():
    """The server is being restarted when a part of the page is asked for, and then it is back."""
    tries = count()

    def answer(route):
        if "hx-request" not in route.request.headers or next(tries):
            route.continue_()
        else:
            route.fulfill(status=503, body="")

    return answer


@pytest.mark.parametrize(
    "trouble",
    [slowly, lambda route: route.abort()],
    ids=["on its way", "did not come"],
)
def test_change_before_the_scripts_are_there_is_not_lost(open_browser, clinic, alice, at, trouble):
    visitor = open_browser()
    visitor.page.route("**/js/live_slots.js", trouble, times=1)
    visitor.open_profile("horarios/")
    booked_and_seen(visitor, alice, clinic, at)


def test_what_could_not_be_shown_at_once_is_shown_later(open_browser, clinic, alice, dr_chen, at):
    patient, desk = open_browser(), open_browser()
    for visitor in (patient, desk):
        visitor.page.route("**/*", refused_once())
    with patient.page.expect_response("**/sse/medicos/**"):
        patient.open_profile("horarios/")
    desk.go(f"/agenda/?vista=dia&fecha={at:%Y-%m-%d}").enter(dr_chen.user.email)
    booked_and_seen(patient, alice, clinic, at)
    expect(desk.page.locator("#agenda-vivo")).to_contain_text("Alicia Vera", timeout=PATIENCE_MS)
    for visitor in (patient, desk):
        assert [line.split()[0] for line in visitor.trouble] == ["503"]
        visitor.trouble.clear()


# The first part of the page that comes breaks off on its way.
BREAK_OFF_ONCE = """() => {
  const text = Response.prototype.text;
  Response.prototype.text = () => {
    Response.prototype.text = text;
    document.documentElement.dataset.broken = "1";
    return Promise.reject(new TypeError("network error"));
  };
}"""


def test_answer_that_breaks_off_is_asked_for_again(open_browser, clinic, alice, dr_chen, at):
    patient, desk = open_browser(), open_browser()
    with patient.page.expect_response("**/sse/medicos/**"):
        patient.open_profile("horarios/")
    desk.go(f"/agenda/?vista=dia&fecha={at:%Y-%m-%d}").enter(dr_chen.user.email).title("Agenda")
    for visitor in (patient, desk):
        visitor.page.evaluate(BREAK_OFF_ONCE)
    booked_and_seen(patient, alice, clinic, at)
    expect(desk.page.locator("#agenda-vivo")).to_contain_text("Alicia Vera", timeout=PATIENCE_MS)
    for visitor in (patient, desk):
        expect(visitor.page.locator("html")).to_have_attribute("data-broken", "1")


def test_times_to_move_to_are_followed_too(open_browser, visit, clinic, alice, bob, at):
    visitor = open_browser().go(f"/citas/{visit.public_id}/reprogramar/?semana={iso_week(at)}")
    visitor.enter(alice.email).title("Elija la nueva hora")
    booked_and_seen(visitor, bob, clinic, at)
    visitor.title("Elija la nueva hora").look("times to move to, refreshed")
