"""Where no stream gets through a page asks instead, and complains to nobody."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.services.booking import book_appointment
from tests.appointments.wishes import wish_of
from tests.journeys.visitor import at, next_week

PATIENCE_MS = 20_000
HTML = "<!doctype html><title>Wi-Fi</title>"
# What a browser logs of such answers by itself, once; no page can keep it from that.
BROWSERS_OWN = re.compile(r"503 http\S+/sse/|console: EventSource's response has a MIME type")
ANSWERS = {
    "cut": lambda route: route.abort(),
    "away": lambda route: route.fulfill(status=503, body="", content_type="text/plain"),
    "portal of a hotel": lambda route: route.fulfill(body=HTML, content_type="text/html"),
    "nothing": lambda route: route.fulfill(status=204),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_agenda_and_picker(open_browser, clinic, alice, dr_chen, answer):
    day = next_week()
    desk, patient = open_browser(), open_browser()
    for visitor in (desk, patient):
        visitor.page.route("**/sse/**", answer)
    with desk.page.expect_request("**/sse/agenda/**"):
        desk.go(f"/agenda/?vista=dia&fecha={day}").enter(dr_chen.user.email)
    with patient.page.expect_request("**/sse/medicos/**"):
        patient.open_profile("horarios/")
    taken = patient.time_at(at(day, 10))
    expect(taken).to_have_count(1)
    book_appointment(request=wish_of(alice, clinic, at(day, 10)), now=timezone.now())
    expect(desk.page.locator("#agenda-vivo")).to_contain_text("Alicia Vera", timeout=PATIENCE_MS)
    expect(taken).to_have_count(0, timeout=PATIENCE_MS)
    for visitor in (desk, patient):
        assert [line for line in visitor.trouble if not BROWSERS_OWN.match(line)] == []
        visitor.trouble.clear()
