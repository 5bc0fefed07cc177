"""Two real browsers at the real server: what one person does, the others see and hear."""

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.journeys.conftest import FLAGS, _chromium
from tests.storms import checks
from tests.storms.clients import Client

pytestmark = [pytest.mark.storm, pytest.mark.browser]
CLINIC = 3
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def open_browser(rig):
    """`open_browser(session)`: a page of a browser of its own."""
    path = _chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)

        def open_one(session=""):
            address = f"http://127.0.0.1:{rig.port}"
            context = chromium.new_context(base_url=address, locale="es-EC")
            if session:
                context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
            page = context.new_page()
            page.trouble = []
            page.on("pageerror", lambda error: page.trouble.append(str(error)))
            return page

        yield open_one
        chromium.close()


def elsewhere(rig, work):
    """Playwright has an event loop in this thread already."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(rig.go, work).result()


def seconds_until(check):
    began = time.monotonic()
    check()
    return time.monotonic() - began


def test_agenda_and_picker_follow_by_themselves(rig, figure, open_browser):
    at = rig.time(280) + timedelta(hours=1)  # among the first of its day, which are not folded
    person, office = rig.world["people"][90], rig.world["clinics"][CLINIC]
    client = Client(rig, person, [(CLINIC, at)], random.Random(1))
    desk, patient = open_browser(office["session"]), open_browser()
    desk.goto(f"/agenda/?vista=dia&fecha={at:%Y-%m-%d}")
    week = "{}-W{:02}".format(*at.isocalendar())
    patient.goto(f"/medicos/{office['slug']}/horarios/?consultorio={office['id']}&semana={week}")
    link = patient.locator(f"a[href*='{at:%Y%m%dT%H%M%SZ}']")
    expect(link).to_have_count(1)
    link.focus()
    patient.wait_for_timeout(2500)  # what listens is loaded when the page stands

    elsewhere(rig, client.book(CLINIC, at))
    assert len(client.visits) == 1
    (key,) = client.visits
    cell = desk.locator("#agenda-vivo").get_by_text("Número 90")
    shown = seconds_until(lambda: expect(cell.first).to_be_visible(timeout=5000))
    said = desk.locator("#live")
    expect(said).to_contain_text(re.compile("Nueva cita: .*Número 90"), timeout=5000)
    gone = seconds_until(lambda: expect(link).to_have_count(0, timeout=5000))
    expect(patient.locator("#live")).to_contain_text("Esa hora acaba de ocuparse.")
    expect(patient.locator("#horarios-titulo")).to_be_focused()

    elsewhere(rig, client.cancel(key))
    back = seconds_until(lambda: expect(link).to_have_count(1, timeout=5000))
    empty = seconds_until(lambda: expect(cell).to_have_count(0, timeout=5000))
    expect(said).to_contain_text("Cita cancelada", timeout=5000)
    figure(
        "L6 two browsers, after the answer",
        f"visit in the agenda {shown:.2f} s, time gone from the picker {shown + gone:.2f} s, "
        f"back {back:.2f} s, visit gone {back + empty:.2f} s (aim 2)",
    )
    assert desk.trouble == []
    assert patient.trouble == []
    assert max(shown + gone, back + empty) <= 2 * checks.busyness()


def test_agenda_without_streams_asks_again(rig, open_browser):
    at = rig.time(340) + timedelta(hours=9)
    person, office = rig.world["people"][91], rig.world["clinics"][CLINIC]
    client = Client(rig, person, [(CLINIC, at)], random.Random(1))
    desk = open_browser(office["session"])
    desk.route("**/sse/**", lambda route: route.fulfill(status=503))
    desk.goto(f"/agenda/?vista=dia&fecha={at:%Y-%m-%d}")
    elsewhere(rig, client.book(CLINIC, at))
    cell = desk.locator("#agenda-vivo").get_by_text("Número 91")
    expect(cell.first).to_be_visible(timeout=15000)
    assert desk.trouble == []


def test_end_of_the_session_is_said(rig, open_browser):
    at = rig.time(380) + timedelta(hours=9)
    person, office = rig.world["people"][92], rig.world["clinics"][CLINIC]
    client = Client(rig, person, [(CLINIC, at)], random.Random(1))
    desk = open_browser(office["session"])
    desk.goto(f"/agenda/?vista=dia&fecha={at:%Y-%m-%d}")
    desk.wait_for_timeout(1000)
    kept = rig.sql("SELECT * FROM django_session WHERE session_key = %s", (office["session"],))
    rig.sql("DELETE FROM django_session WHERE session_key = %s", (office["session"],))
    elsewhere(rig, client.book(CLINIC, at))
    expect(desk.locator("#live")).to_contain_text("Su sesión terminó", timeout=15000)
    assert "Número 92" not in desk.content()
    rig.sql_many("INSERT INTO django_session VALUES (%s, %s, %s)", kept)
