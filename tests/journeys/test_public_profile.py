"""A profile is looked at, passed on and printed; a landing page leads to it."""

import os

import pytest
from playwright.sync_api import expect

from portal.snippets import snippet_of
from tests.factories import ClinicFactory, DoctorFactory
from tests.http_sink import HttpSink
from tests.journeys.audit import overflow

PROFILE = "/medicos/ana-molina-paz/"


def pictures(visitor, name, widths=(360, 1280)):
    """For the eyes of who changes these pages: SHOTS=/some/folder."""
    folder = os.environ.get("SHOTS")
    for width in widths if folder else ():
        for theme in ("light", "dark"):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            visitor.page.emulate_media(color_scheme=theme)
            visitor.page.screenshot(path=f"{folder}/{name}-{width}-{theme}.png", full_page=True)


def test_patient_comes_by_a_landing_page(visitor, town):
    ClinicFactory(doctor=DoctorFactory(first_names="Eva"))
    visitor.go("/medicos/especialidad/cardiologia/quito/").title("Cardiología en Quito")
    visitor.reads("2 especialistas atienden en Quito.")
    visitor.look("landing page")
    pictures(visitor, "landing")
    visitor.follow("Pediatría").title("Pediatría en Quito")
    visitor.go("/medicos/especialidad/cardiologia/quito/").follow(
        visitor.page.get_by_role("link", name="Dra. Eva Molina Paz", exact=True)
    )
    visitor.title("Dra. Eva Molina Paz").follow("Cardiología en Quito")
    visitor.go("/medicos/especialidad/cardiologia/quito/?idioma=en").title("Cardiology in Quito")


def test_patient_finds_the_way(open_browser, town):
    ClinicFactory(doctor=town.doctor, name="Cumbayá", latitude="-0.2", longitude="-78.43",
                  phone="+59322345678")  # fmt: skip
    visitor = open_browser().go(PROFILE)
    frame = visitor.page.locator(".map")
    expect(frame).to_be_hidden()
    maps = visitor.page.get_by_role("link", name="Ver en el mapa")
    maps.first.click()
    expect(frame).to_be_focused()
    expect(frame.locator(".map-pin--named")).to_have_text("La Carolina")
    expect(frame.locator(".map-pin")).to_have_count(2)
    expect(frame.locator(".map-land")).not_to_have_count(0)
    visitor.look("profile with a map")
    maps.last.click()
    expect(visitor.page.locator("article", has=frame).locator("h3")).to_have_text("Cumbayá")
    expect(frame.locator(".map-pin--named")).to_have_text("Cumbayá")
    pictures(visitor, "profile-map")


def test_patient_passes_a_profile_on(visitor, town):
    if visitor.scripts:
        visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.go(PROFILE).page.locator("summary", has_text="Compartir este perfil").click()
    field = visitor.page.get_by_label("Dirección del perfil")
    expect(field).to_be_visible()
    assert field.input_value().endswith(PROFILE)
    if visitor.scripts:
        expect(visitor.page.locator("#live")).to_have_text("Copiamos la dirección.")
        assert visitor.page.evaluate("navigator.clipboard.readText()") == field.input_value()
    visitor.look("profile, shared")
    pictures(visitor, "profile")


def test_profile_prints(open_browser, town):
    town.phone = "+59322345678"
    town.save()
    visitor = open_browser(theme="dark").go(PROFILE)
    visitor.page.emulate_media(media="print", color_scheme="dark")
    for part in (".profile-times", ".site-footer", ".share", "#parecidos", ".profile .back"):
        expect(visitor.page.locator(part).first).to_be_hidden()
    for text in ("Av. República 123", "+593 2-234-5678", "Lunes a domingo: 9:00–17:00", PROFILE):
        expect(visitor.page.get_by_text(text).last).to_be_visible()
    if os.environ.get("SHOTS"):
        visitor.page.screenshot(path=os.environ["SHOTS"] + "/print.png", full_page=True)


@pytest.fixture
def elsewhere():
    """A site of another origin: the address of a page with this HTML."""
    sink = HttpSink(headers={"Content-Type": "text/html; charset=utf-8"}).start()

    def serve(html):
        sink.body = f"<!doctype html><html lang=es><title>Dra. Ana</title>{html}".encode()
        return sink.url

    yield serve
    sink.stop()


def test_patient_books_from_the_doctors_own_site(visitor, town, live_server, settings, elsewhere):
    settings.SITE_URL = live_server.url
    ClinicFactory(doctor=town.doctor, name="Cumbayá")
    frame = visitor.go(elsewhere(snippet_of(town.doctor))).page.frame_locator("iframe")
    frame.get_by_role("link", name="Cumbayá").click()
    expect(frame.get_by_role("link", name="Cumbayá")).to_have_attribute("aria-current", "page")
    with visitor.context.expect_page() as opened:
        frame.locator("[data-db-hold] a:visible").first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("¿Reservamos esta hora?")
    assert not visitor.page.url.startswith(live_server.url)
    visitor.go("/widget/ana-molina-paz/").look("widget")
    for width in (240, 320):
        assert overflow(visitor.page, width) == 0
    pictures(visitor, "widget", (240, 640))


def test_doctor_copies_the_code(visitor, town, dr_chen):
    if visitor.scripts:
        visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.go("/perfil/").enter(dr_chen.user.email).title("Su perfil")
    code = visitor.page.get_by_label("Código para su sitio")
    expect(code).to_have_value(snippet_of(dr_chen))
    if visitor.scripts:
        visitor.page.locator("#sitio-web").get_by_role("button", name="Copiar").click()
        expect(visitor.page.locator("#live")).to_have_text("Copiamos el código.")
        assert visitor.page.evaluate("navigator.clipboard.readText()") == code.input_value()
    visitor.page.locator("summary", has_text="Así se ve").click()
    preview = visitor.page.frame_locator(".widget-preview")
    expect(preview.get_by_role("heading", level=1)).to_have_text("Dra. Ana Molina Paz")
    visitor.look("profile with the widget")
    pictures(visitor, "portal-widget")
