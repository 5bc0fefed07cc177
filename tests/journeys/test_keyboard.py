"""From home to a booked visit without a mouse; the focus can always be seen."""

import pytest
from playwright.sync_api import expect

from appointments.models import Appointment
from tests.factories import PASSWORD

# What has the focus, whether that is shown, and whether the page's own bars cover it.
FOCUS = """() => {
  const it = document.activeElement;
  // A link may run over two lines: its first piece.
  const box = it.getClientRects()[0];
  const style = getComputedStyle(it);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const at = (x, y) => document.elementFromPoint(x, y);
  const hit = at(box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2);
  const bar = it.closest(".action-bar--fixed");
  const covers = [...document.querySelectorAll(".action-bar--fixed")].some((other) => {
    const edge = other.getBoundingClientRect();
    const fixed = getComputedStyle(other).position === "sticky";
    return fixed && other !== bar && box.bottom > edge.top + 1 && box.top < edge.bottom - 1;
  });
  return {
    what: it.outerHTML.slice(0, 160), ring, covers,
    seen: Boolean(hit) && (it === hit || it.contains(hit) || Boolean(hit.closest("label"))),
  };
}"""


class Keyboard:
    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page

    def tab_to(self, selector, most=120):
        """Tab until the focus is on it; every stop on the way must be visible."""
        for _stop in range(most):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            assert (focus["ring"], focus["seen"], focus["covers"]) == (True, True, False), focus
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached on {self.page.url}")

    def enter(self):
        with self.visitor.turning():
            self.page.keyboard.press("Enter")

    def type(self, selector, text):
        self.tab_to(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_keyboard_only(open_browser, town, alice, width, scripts):
    visitor = open_browser(scripts=scripts, width=width)
    keys = Keyboard(visitor.go("/"))
    _skip_link(keys)
    keys.type("#id_q", "corazón")
    keys.type("#id_lugar", "Quito")
    keys.tab_to("main button[type=submit]")
    keys.enter()
    keys.tab_to("[data-db-hold] a")
    keys.enter()
    if not scripts:
        keys.tab_to("main form button")
        keys.enter()
    keys.type("[name=login]", alice.email)
    keys.type("[name=password]", PASSWORD)
    keys.enter()
    keys.type("[name=phone]", "0991234567")
    keys.type("[name=reason]", "control")
    keys.tab_to("main form.form button[type=submit]")
    keys.enter()
    keys.tab_to("main .action-bar button[type=submit]")
    keys.enter()
    visitor.title("Su cita está confirmada")
    assert Appointment.objects.get(status="booked").reason == "control"


def _skip_link(keys):
    keys.tab_to("a.skip")
    keys.page.keyboard.press("Enter")
    assert keys.page.evaluate("document.activeElement.id") == "contenido"


def test_errors_take_the_focus(open_browser, town, alice):
    visitor = open_browser(width=360)
    visitor.open_profile()
    visitor.take(visitor.times.first)
    visitor.enter(alice.email).write(phone="12").press("Revisar la cita")
    visitor.title("Sus datos para la cita").look("details with errors")
    assert visitor.page.title().startswith("Error: ")
    assert visitor.page.evaluate("document.activeElement.matches('.errors')")
    keys = Keyboard(visitor)
    keys.tab_to(".errors a")
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.name") == "phone"


def test_focus_stays_when_a_week_is_swapped(open_browser, town):
    visitor = open_browser().open_profile()
    keys, page = Keyboard(visitor), visitor.page
    address = page.url
    keys.tab_to("#semana-siguiente")
    _swap(page, focused_then="#semana-siguiente")
    page.locator("#semana-anterior").focus()
    _swap(page, focused_then="#semana-anterior")
    # Before this week there is none: the link is gone, and the title has the focus.
    _swap(page, focused_then="#horarios-titulo")
    expect(page.locator("#semana-anterior")).to_have_count(0)
    assert page.url == address
    visitor.look("week swapped")


def _swap(page, *, focused_then):
    before = page.locator("#horarios").text_content()
    page.keyboard.press("Enter")
    expect(page.locator("#horarios")).not_to_have_text(before, use_inner_text=False)
    # A machine is quicker than htmx, which makes its links ready a moment after the swap.
    expect(page.locator(".htmx-request, .htmx-added, .htmx-settling")).to_have_count(0)
    expect(page.locator(focused_then)).to_be_focused()
