"""Feeds and other calendars in a browser, with and without scripts."""

from datetime import timedelta

import pytest
import requests
from django.utils import timezone
from playwright.sync_api import expect

from appointments.enums import CalendarTrouble
from appointments.models import CalendarFeed, ExternalBusy, ExternalCalendar
from appointments.services.external_calendars import read_due_calendars
from core.clock import current_time
from tests.appointments.ics import ics
from tests.core.web import a_web
from tests.factories import ClinicFactory, ExternalCalendarFactory
from tests.journeys.visitor import at, next_week


@pytest.fixture(autouse=True)
def _our_address(settings, live_server):
    settings.SITE_URL = live_server.url


@pytest.fixture
def ana(anyhow, dr_chen, clinic):
    return anyhow.go("/agenda/calendario/").enter(dr_chen.user.email).title("Calendarios")


def address_in(visitor, number=0):
    return visitor.page.locator(".feed-address input").nth(number).input_value()


def test_patient_subscribes_and_stops(anyhow, alice, visit):
    anyhow.go("/cuenta/perfil/").enter(alice.email)
    with anyhow.turning():
        anyhow.page.get_by_role("link", name="Calendario", exact=True).click()
    anyhow.title("Sus citas en su calendario").look("own feed, none")
    anyhow.press("Crear el enlace").reads("Ningún programa la ha leído todavía.")
    anyhow.look("own feed")
    first = address_in(anyhow)
    webcal = anyhow.page.get_by_role("link", name="Abrir en su calendario")
    assert webcal.get_attribute("href") == "webcal" + first.removeprefix("http")
    assert "Cita con Dra. Ana Molina Paz" in requests.get(first, timeout=10).text
    anyhow.press("Cambiar el enlace")
    assert requests.get(first, timeout=10).status_code == 404
    second = address_in(anyhow)
    assert requests.get(second, timeout=10).status_code == 200
    anyhow.press("Dejar de compartir")
    expect(anyhow.page.get_by_role("button", name="Crear el enlace")).to_be_visible()
    assert requests.get(second, timeout=10).status_code == 404


def test_address_is_copied_by_a_button(open_browser, alice):
    visitor = open_browser()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.go("/cuenta/calendario/").enter(alice.email).press("Crear el enlace")
    visitor.page.get_by_role("button", name="Copiar").click()
    expect(visitor.page.get_by_role("button", name="Copiada")).to_be_visible()
    expect(visitor.page.locator("#live")).to_contain_text("La dirección está copiada.")
    assert visitor.page.evaluate("navigator.clipboard.readText()") == address_in(visitor)


def test_desk_has_a_feed_for_each_clinic(ana, dr_chen):
    ClinicFactory(doctor=dr_chen, name="Cumbayá")
    ana.go("/agenda/calendario/").look("calendars, none")
    ana.press("Crear el enlace Cumbayá")
    ana.look("calendars with a feed")
    assert CalendarFeed.objects.get().clinic.name == "Cumbayá"
    assert requests.get(address_in(ana), timeout=10).status_code == 200


def test_another_calendar_closes_its_hours(ana, dr_chen, clinic, settings):
    settings.EXTERNAL_CALENDARS_ON_LOOPBACK = True
    ten = at(next_week(), 10)
    event = f"DTSTART:{ten:%Y%m%dT%H%M%SZ}\r\nDURATION:PT2H\r\nSUMMARY:Peluquería"
    ana.follow("Agregar un calendario").look("new calendar")
    ana.press("Agregar el calendario").look("new calendar with errors")
    ana.write(name="Personal", address="webcal://calendario.ejemplo.test/x.ics")
    ana.press("Agregar el calendario").reads("Por leer")
    ana.look("calendars to be read")
    with a_web() as web:
        calendar = ExternalCalendar.objects.get()
        calendar.address = web.serve("/x.ics", body=ics(event))
        calendar.save()
        read_due_calendars(clock=current_time)
    ana.go("/agenda/calendario/").reads("2 horas ocupadas en los próximos 30 días")
    ana.look("calendars read")
    ana.go(f"/agenda/?fecha={next_week()}&vista=dia").reads("Ocupado en su otro calendario")
    ana.look("agenda with another calendar")
    ana.go(f"/agenda/por-que/?consultorio={clinic.public_id}&inicio={ten:%Y%m%dT%H%M%SZ}")
    ana.reads("El médico está ocupado en su otro calendario")
    ana.look("why with another calendar")
    ana.go("/agenda/calendario/").follow("Quitar Personal").title("¿Quitar «Personal»?")
    ana.look("remove calendar").press("Sí, quitarlo")
    ana.reads("¿Lleva otra agenda?")
    assert not ExternalBusy.objects.exists()


def test_troubles_are_said(ana, dr_chen):
    now = timezone.now()
    for trouble in CalendarTrouble.values[:5]:
        ExternalCalendarFactory(
            doctor=dr_chen, name=f"Calendario {trouble} " + "largo " * 6, trouble=trouble,
            failures=2, fetched_at=now - timedelta(hours=30), address="http://ejemplo.test/x",
            next_fetch_at=now + timedelta(hours=1),
        )  # fmt: skip
    ana.go("/agenda/calendario/").reads("No se pudo leer:")
    ana.look("calendars with troubles")
    with ana.turning():
        ana.page.get_by_role("button", name="Leer ahora").first.click()
    ana.reads("Lo leemos en el próximo minuto.")
