"""No request of any page leaves for others: what the browser itself writes down of the network.

Only the map's tiles come from elsewhere; that they learn no page is in test_clinic_pages.py.
"""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import AttendedFactory, ConsultationFactory
from tests.journeys.visitor import Visitor

TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ff"
    "ff3f0005fe02fe0def46b80000000049454e44ae426082"
)
PUBLIC = (
    "/", "/buscar/?q=cardiologa&lugar=Quito", "/medicos/ana-molina-paz/",
    "/medicos/especialidad/cardiologia/quito/", "/ayuda/", "/ayuda/contacto/", "/opiniones/reglas/",
    "/cuenta/login/", "/cuenta/signup/", "/cuenta/password/reset/", "/nada/",
)  # fmt: skip
PATIENT = (
    "appointments:mine", "appointments:waiting", "notifications:inbox", "records:history",
    "prescriptions:mine", "accounts:profile", "accounts:dependants", "accounts:sessions",
    "accounts:activity", "privacy:mine", "support:tickets", "mfa_index",
)  # fmt: skip
DOCTOR = (
    "portal:agenda", "portal:agenda_print", "portal:room", "portal:waiting_list", "portal:clinics",
    "portal:calendars", "portal:team", "portal:profile", "portal:preview", "portal:occupancy",
    "portal:cash", "portal:owed", "portal:opinions", "portal:setup",
)  # fmt: skip


class Wire:
    """Every request that the browser makes for a page, frames and workers with it."""

    def __init__(self, visitor: Visitor) -> None:
        self.asked: list[str] = []
        session = visitor.context.new_cdp_session(visitor.page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._hear)
        session.on("Network.webSocketCreated", lambda event: self.asked.append(event["url"]))
        visitor.context.on("request", lambda request: self.asked.append(request.url))
        visitor.context.route("https://tile.openstreetmap.org/**", self._tile)

    def _hear(self, event: dict) -> None:
        self.asked.append(event["request"]["url"])

    @staticmethod
    def _tile(route) -> None:
        route.fulfill(body=PIXEL, content_type="image/png")

    def hosts(self) -> set[str]:
        """Of whoever was asked; what a page carries in itself has none."""
        return {urlsplit(url).hostname or "" for url in self.asked} - {""}


@pytest.fixture
def at_work(open_browser, settings):
    """A browser with the tiles of every day, and what it asks for."""
    settings.LEAFLET_CONFIG = {**settings.LEAFLET_CONFIG, "TILES": TILES}
    visitor = open_browser()
    return visitor, Wire(visitor)


def look_at(visitor, addresses):
    for address in addresses:
        visitor.go(address if address.startswith("/") else reverse(address))
        visitor.page.wait_for_load_state("load")


def test_public_pages_ask_nobody_else(at_work, town):
    visitor, wire = at_work
    look_at(visitor, PUBLIC)
    assert wire.hosts() == {"localhost"}
    visitor.go(PUBLIC[1]).page.get_by_role("button", name="Mapa").click()
    expect(visitor.page.locator(".map-pin").first).to_be_visible()
    expect(visitor.page.locator(".leaflet-tile-loaded").first).to_be_visible()
    assert wire.hosts() == {"localhost", "tile.openstreetmap.org"}


def test_patients_pages_ask_nobody_else(at_work, visit, alice):
    visitor, wire = at_work
    visitor.go(reverse(PATIENT[0])).enter(alice.email)
    own = reverse("appointments:appointment", args=[visit.public_id])
    look_at(visitor, (*PATIENT, own, f"{own}reprogramar/", f"{own}cancelar/"))
    assert wire.hosts() == {"localhost"}
    assert len(wire.asked) > 3 * len(PATIENT)


def test_doctors_pages_ask_nobody_else(at_work, visit, dr_chen):
    past = AttendedFactory(clinic=visit.clinic, patient=visit.patient)
    ConsultationFactory(visit=past)
    visitor, wire = at_work
    visitor.go(reverse(DOCTOR[0])).enter(dr_chen.user.email)
    pages = [
        reverse("portal:visit", args=[visit.public_id]),
        reverse("portal:consultation", args=[past.public_id]),
        reverse("portal:prescription_new", args=[past.public_id]),
        reverse("portal:history", args=[visit.patient.public_id]),
        reverse("portal:hours", args=[visit.clinic.public_id]),
    ]
    look_at(visitor, (*DOCTOR, *pages))
    assert wire.hosts() == {"localhost"}
    # As that of a new one, this page has a map from the start.
    look_at(visitor, [reverse("portal:clinic", args=[visit.clinic.public_id])])
    expect(visitor.page.locator(".leaflet-tile-loaded").first).to_be_visible()
    assert wire.hosts() == {"localhost", "tile.openstreetmap.org"}


def test_pages_of_the_team_ask_nobody_else(at_work, visit, root):
    visitor, wire = at_work
    visitor.go(f"/{settings.ADMIN_PATH}").enter(root.email)
    look_at(visitor, [reverse("admin:find"), reverse("admin:appointments_appointment_changelist")])
    assert wire.hosts() == {"localhost"}


def test_the_wire_is_not_blind(at_work):
    """A page without our policy, which asks for a picture, a style and a script's errand."""
    visitor, wire = at_work
    visitor.context.route("http://*.invalid/**", lambda route: route.abort())
    visitor.page.set_content(
        '<img src="http://foto.invalid/x.png"><link rel="stylesheet" href="http://css.invalid/x">'
    )
    visitor.page.evaluate("fetch('http://errand.invalid/').catch(() => 0)")
    visitor.page.wait_for_timeout(300)
    visitor.trouble.clear()
    assert wire.hosts() == {"foto.invalid", "css.invalid", "errand.invalid"}
