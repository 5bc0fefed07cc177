"""Results: filters, a map in step with the list, what is near; and all of it without the map."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import CityFactory, ClinicFactory, DoctorFactory
from tests.journeys.conftest import NARROW, WIDE

BOTH = pytest.mark.parametrize(
    ("scripts", "width"), [(True, WIDE), (True, NARROW), (False, NARROW)]
)


@pytest.fixture
def colleagues(clinic):
    """A dozen cardiologists in Quito beside Ana, some cheap, one in Cuenca."""
    for n in range(12):
        doctor = DoctorFactory(last_names=f"Zeta {n}", title="dr" if n % 2 else "dra")
        ClinicFactory(
            doctor=doctor, price=20 + 5 * n, latitude=f"-0.{170 + 3 * n}", longitude="-78.481",
            min_notice_minutes=60 * n, sees_children=n % 3 == 0,
        )  # fmt: skip
    cuenca = CityFactory(slug="cuenca", name="Cuenca", latitude="-2.90", longitude="-79.00")
    ClinicFactory(
        doctor=DoctorFactory(last_names="Cuencana"), city=cuenca, latitude="-2.90001",
        longitude="-79.00001",
    )  # fmt: skip
    return cuenca


@BOTH
def test_filters_are_put_on_and_taken_off(open_browser, colleagues, scripts, width):
    visitor = open_browser(scripts=scripts, width=width)
    visitor.go("/buscar/?q=corazón&lugar=Quito").title("Cardiología en Quito")
    visitor.reads("13 especialistas")
    visitor.page.locator("details.filters summary").click()
    visitor.choose("Atiende a niños").write(precio_max="30")
    visitor.look("results with filters unfolded")
    visitor.press("Aplicar").reads("1 especialista")
    visitor.look("results with filters")
    visitor.follow("Quitar el filtro Precio hasta 30").reads("4 especialistas")
    visitor.go("/buscar/?q=corazón&lugar=Quito&precio_max=3&sexo=f")
    visitor.reads("Nadie cumple todos los filtros")
    visitor.look("results, filters too narrow")
    visitor.follow("Sin «Precio hasta 3»: 7 especialistas").reads("7 especialistas")


@BOTH
def test_nobody_in_a_city_leads_to_the_nearest(open_browser, colleagues, scripts, width):
    CityFactory(slug="azogues", name="Azogues", latitude="-2.74", longitude="-78.85")
    visitor = open_browser(scripts=scripts, width=width)
    visitor.go("/buscar/?especialidad=cardiologia&lugar=Azogues")
    visitor.reads("Todavía nadie en Azogues")
    visitor.look("results, nobody in the city")
    visitor.follow("Ver en Cuenca").title("Cardiología en Cuenca")


def test_errors_keep_what_was_typed(open_browser, colleagues):
    visitor = open_browser(width=NARROW)
    visitor.go("/buscar/?q=corazón&precio_min=50&precio_max=10").look("results with errors")
    expect(visitor.page.get_by_label("Precio hasta")).to_have_value("10")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_map_and_list_in_step(open_browser, colleagues, width):
    visitor = open_browser(width=width)
    visitor.go("/buscar/?q=corazón&lugar=Quito")
    page = visitor.page
    page.get_by_role("button", name="Mapa").click()
    status = page.locator("[data-db-map-note]")
    expect(status).to_contain_text("especialistas en esta zona")
    pins = page.locator(".map-pin")
    expect(pins).to_have_count(10)
    card = page.locator(".card--doctor").first
    card.hover()
    expect(page.locator(".map-pin--named")).to_have_count(1)
    page.locator(".card--doctor h2 a").nth(1).focus()
    expect(page.locator(".card--lit").last).to_contain_text("Zeta")
    visitor.look("results with a map")
    for _ in range(6):
        page.get_by_role("button", name="Alejar").click()
        page.wait_for_timeout(400)
    expect(status).to_contain_text("14 especialistas en esta zona")
    visitor.follow(page.get_by_role("link", name="Buscar en esta zona"))
    visitor.reads("14 especialistas")
    visitor.look("results of a part of the map")
    visitor.follow("Quitar el filtro En el recuadro del mapa").reads("14 especialistas")


def test_near_me_asks_when_it_is_pressed(open_browser, colleagues):
    visitor = open_browser(width=NARROW)
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation({"latitude": -2.904_321, "longitude": -79.003_21})
    visitor.go("/buscar/?q=corazón")
    visitor.page.locator("details.filters summary").click()
    with visitor.turning():
        visitor.page.get_by_role("button", name="Cerca de mí").click()
    assert {"lat=-2.90", "lng=-79.00", "orden=cerca"} <= set(visitor.page.url.split("&"))
    visitor.reads("1 especialista")
    visitor.reads("a 100 m")
    visitor.look("results near me")


def test_results_from_a_day_on(open_browser, colleagues):
    day = timezone.localdate() + timedelta(days=9)
    visitor = open_browser().go(f"/buscar/?q=corazón&lugar=Quito&desde={day}&momento=tarde")
    first = visitor.page.locator(".card--doctor .chips--times a").first
    address = visitor.take(first)
    assert address.startswith("/reservar/")
