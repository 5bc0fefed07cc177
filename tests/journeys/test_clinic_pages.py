"""A doctor's consultorios in a browser: the map and its pin, the weekly editor, special dates."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clinics.models import Clinic, OpeningHours, ScheduleException
from tests.factories import CityFactory, ClinicFactory

TILES = "https://tiles.ejemplo.test/{z}/{x}/{y}.png"
EVERY_TILE = "https://tiles.ejemplo.test/**"
# One grey pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6368000000820081dd436af40000000049454e44ae426082"
)


@pytest.fixture
def cities():
    CityFactory(slug="guayaquil", name="Guayaquil", region="Guayas",
                latitude=Decimal("-2.19616"), longitude=Decimal("-79.88621"))  # fmt: skip


@pytest.fixture
def ana(visitor, dr_chen, clinic):
    """Logged in at her consultorios."""
    return visitor.go("/consultorios/").enter(dr_chen.user.email).title("Consultorios")


def test_second_clinic(ana, cities, dr_chen):
    ana.look("clinics").follow("Agregar un consultorio").look("new clinic")
    ana.write(name="Urdesa", city_search="Guaya", address="Víctor Emilio Estrada 100")
    if not ana.scripts:
        ana.press("Buscar la ciudad")
    ana.page.get_by_label("Guayaquil").check()
    if ana.scripts:
        expect(ana.page.locator("[name=latitude]")).to_have_value("-2.19616")
        expect(ana.page.locator(".map-pin")).to_be_visible()
    ana.look("new clinic with a city").press("Agregar el consultorio").title("Urdesa: Horarios")
    ana.reads("Agregamos el consultorio.")
    new = Clinic.objects.get(name="Urdesa")
    assert (new.doctor, new.city.slug) == (dr_chen, "guayaquil")
    assert (new.latitude, new.longitude) == (Decimal("-2.19616"), Decimal("-79.88621"))


def test_new_clinic_with_errors(ana):
    ana.follow("Agregar un consultorio").press("Agregar el consultorio")
    ana.reads("Busque su ciudad y elíjala en la lista.")
    ana.look("new clinic with errors")


def test_hours_are_edited(ana, clinic):
    OpeningHours.objects.filter(clinic=clinic, weekday__gte=2).delete()
    ana.follow("Horarios La Carolina").look("hours")
    within = ana.page.locator("#dia-1")
    with changing(ana):
        within.get_by_role("button", name="Agregar horario").click()
    fresh = ana.page.locator("[name=opens_1]")
    expect(fresh).to_be_focused()
    ana.write(opens_1="18", closes_1="20", closes_0="13")
    within.get_by_text("Copiar a…").click()
    with changing(ana):
        within.get_by_role("button", name="Copiar", exact=True).click()
    expect(ana.page.locator("#dia-5 [name^=opens]")).to_have_count(2)
    expect(ana.page.locator("#dia-6 [name^=opens]")).to_have_count(0)
    with changing(ana):
        ana.page.locator("#dia-5").get_by_role("button", name="Quitar el horario").last.click()
    expect(ana.page.locator("#vista-previa")).to_contain_text("19:30")
    ana.look("hours edited").press("Guardar los horarios")
    ana.reads("Guardamos los horarios.")
    saved = OpeningHours.objects.filter(clinic=clinic).values_list("weekday", "starts_minute")
    assert sorted(saved) == [(1, 540), (1, 1080), (2, 540), (2, 1080), (3, 540), (3, 1080),
                             (4, 540), (4, 1080), (5, 540)]  # fmt: skip


def changing(visitor):
    """A button that edits the page: another page without scripts, a part of it with them."""
    if visitor.scripts:
        return visitor.page.expect_response(lambda response: response.request.method == "POST")
    return visitor.turning()


def test_hours_with_errors(ana, clinic):
    ana.go(f"/consultorios/{clinic.public_id}/horarios/")
    ana.write(opens_0="25", closes_1="9").press("Guardar los horarios")
    ana.reads("Escriba una hora entre 0:00 y 24:00")
    ana.look("hours with errors")


def test_special_dates(ana, clinic):
    ana.go(f"/consultorios/{clinic.public_id}/fechas/").look("dates, none")
    day = timezone.localdate() + timedelta(days=20)
    ana.page.get_by_label("Horario extra").check()
    ana.write(since=day.isoformat(), opens="18", closes="20", note="Campaña")
    ana.press("Guardar la fecha").reads("horario extra")
    ana.look("dates")
    with ana.turning():
        ana.page.locator(".dates").get_by_role("button", name="Quitar").click()
    ana.reads("Ninguna: atiende según el horario de la semana.")
    assert ScheduleException.objects.count() == 0


def test_other_pages(ana, clinic, dr_chen):
    ClinicFactory(doctor=dr_chen, name="Cumbayá")
    base = f"/consultorios/{clinic.public_id}"
    for address, name in (
        (f"{base}/", "clinic"),
        (f"{base}/reservas/", "booking rules"),
        (f"{base}/estado/", "clinic state"),
        ("/consultorios/traslados/", "travel"),
    ):
        ana.go(address).look(name)
    ana.go(f"{base}/reservas/").write(price="x").press("Guardar las reglas")
    ana.look("booking rules with errors")


@pytest.fixture
def at_the_map(open_browser, clinic, dr_chen, settings):
    """A tile server that answers as the test says."""
    settings.LEAFLET_CONFIG = {"TILES": TILES, "ATTRIBUTION": "Prueba"}

    def open_one(answer, **browser):
        visitor = open_browser(**browser)
        visitor.page.route(EVERY_TILE, answer)
        visitor.go(f"/consultorios/{clinic.public_id}/").enter(dr_chen.user.email)
        expect(visitor.page.locator(".map-pin")).to_be_visible()
        return visitor

    return open_one


def point(visitor):
    return [
        float(visitor.page.locator(f"[name={n}]").input_value()) for n in ("latitude", "longitude")
    ]


def test_pin_is_dragged_and_moved_by_keys(at_the_map, clinic):
    visitor = at_the_map(lambda route: route.fulfill(body=PIXEL, content_type="image/png"))
    pin = visitor.page.locator(".map-pin")
    pin.scroll_into_view_if_needed()
    box = pin.bounding_box()
    visitor.page.mouse.move(box["x"] + 22, box["y"] + 20)
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 62, box["y"] - 20, steps=5)
    visitor.page.mouse.up()
    latitude, longitude = point(visitor)
    assert (latitude > -0.18, longitude > -78.48) == (True, True)
    pin.focus()
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("ArrowLeft")
    lower, further = point(visitor)
    assert (lower < latitude, further < longitude) == (True, True)
    visitor.press("Guardar los datos").reads("Guardamos los datos.")
    clinic.refresh_from_db()
    assert [float(clinic.latitude), float(clinic.longitude)] == [lower, further]


def test_pin_follows_what_is_typed(at_the_map):
    visitor = at_the_map(lambda route: route.abort())
    before = visitor.page.locator(".map-pin").bounding_box()
    visitor.write(latitude="-0,5").page.locator("[name=longitude]").focus()
    visitor.page.wait_for_timeout(500)
    assert visitor.page.locator(".map-pin").bounding_box() != before


def test_map_without_a_tile_server_shows_outlines_and_towns(at_the_map):
    visitor = at_the_map(lambda route: route.abort(), width=360)
    page = visitor.page
    expect(page.locator("[data-db-map-note]")).to_contain_text("No hay mapa de calles ahora")
    expect(page.locator(".map-town", has_text="Quito")).to_be_visible()
    land = page.locator("path.map-land").first
    assert land.evaluate("e => getComputedStyle(e).fill") == "rgb(251, 250, 246)"
    box = page.locator(".map svg").first.bounding_box()
    assert box["width"] > 300


def test_tile_server_learns_the_site_but_not_the_page(at_the_map):
    asked = []

    def answer(route):
        asked.append(route.request.headers.get("referer", ""))
        route.fulfill(body=PIXEL, content_type="image/png")

    visitor = at_the_map(answer)
    visitor.page.wait_for_timeout(300)
    assert {address.count("/") for address in asked} <= {0, 3}
    assert not any("consultorios" in address for address in asked)
    assert asked != []
