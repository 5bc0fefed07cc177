"""Every page that the journeys do not pass, from all sides; and what a first view weighs."""

import gzip
import uuid
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from doctors.photos import prepare, store
from tests.factories import ClinicFactory, DoctorFactory
from tests.journeys.audit import audit
from tests.journeys.visitor import letters_to

MOST_REQUESTS = 10
MOST_BYTES = 130_000
FIRST_VIEWS = ["/", "/buscar/?q=cardiologa&lugar=Quito", "/medicos/ana-molina-paz/"]


def test_audit_sees_what_is_wrong(open_browser, town):
    """A control: a name taken away, a word too pale, a line too long."""
    visitor = open_browser()
    for harm, complaint in (
        ("document.querySelector('[for=id_q]').remove()", "label"),
        ("document.querySelector('h1').style.color = '#9cc'", "color-contrast"),
        ("document.querySelector('h1').style.whiteSpace = 'nowrap'", "scrolls sideways"),
    ):
        visitor.go("/").page.evaluate(harm)
        with pytest.raises(AssertionError, match=complaint):
            audit(visitor.page, "harmed")


def test_public_pages(open_browser, town):
    visitor = open_browser()
    for address, heading, name in (
        ("/buscar/?q=zzzz", "Médicos", "no results"),
        ("/ayuda/", "Ayuda", "help"),
        ("/nada/", "No encontramos esa página", "404"),
        ("/cuenta/login/", "Entrar", "login"),
        ("/cuenta/password/reset/", "Recuperar la contraseña", "password reset"),
    ):
        visitor.go(address).title(heading).look(name)
    visitor.open_profile()
    visitor.go(visitor.times.first.get_attribute("href")).look("hold")


def test_forms_with_errors(open_browser, town, alice):
    visitor = open_browser()
    visitor.go("/cuenta/login/").write(login=alice.email, password="otra-cosa-larga")
    visitor.press("Entrar").look("login with an error")
    visitor.go("/cuenta/signup/").press("Crear cuenta").look("signup with errors")
    expect(visitor.page.locator(".errors")).to_contain_text("Hay un problema")


def test_account_pages(open_browser, alice):
    visitor = open_browser().go("/cuenta/perfil/")
    visitor.enter(alice.email).title("Sus datos").look("profile form")
    visitor.press("Guardar").look("profile saved")
    visitor.write(birth_date_0="31", birth_date_1="2").press("Guardar").look("profile with errors")
    for address, name in (
        ("/cuenta/personas/", "dependants, none"),
        ("/cuenta/personas/nueva/", "new dependant"),
        ("/cuenta/actividad/", "activity"),
        ("/cuenta/email/", "e-mail"),
        ("/cuenta/password/change/", "password"),
        ("/cuenta/logout/", "logout"),
    ):
        visitor.go(address).look(name)


def test_menus(open_browser, alice):
    """The account's menu on a desk, the whole one on a phone."""
    wide, narrow = open_browser(), open_browser(width=360)
    wide.go("/cuenta/login/").enter(alice.email)
    wide.page.locator(".nav:not(.nav--menu) summary").click()
    wide.look("account menu")
    narrow.go("/").page.locator(".nav--menu summary").click()
    narrow.look("phone menu")


def test_doctor_pages(open_browser, visit, dr_chen):
    visitor = open_browser().go("/agenda/")
    visitor.enter(dr_chen.user.email).title("Agenda").look("agenda")
    visitor.go(f"/agenda/citas/{visit.public_id}/").title("Alicia Vera").look("visit of a doctor")


def test_support_pages(open_browser, clinic, root):
    """Django's own, in our colours."""
    visitor = open_browser().go("/admin/")
    visitor.enter(root.email).look("admin")
    visitor.go("/admin/clinics/clinic/").look("admin list")


@pytest.fixture
def full(clinic):
    """A page of results that is full, with photos as heavy as photos get."""
    doctors = [DoctorFactory(slug=f"cardiologa-{number}") for number in range(12)]
    for doctor in doctors:
        ClinicFactory(doctor=doctor, name="El Batán")
    noise = BytesIO()
    Image.effect_noise((800, 800), 90).convert("RGB").save(noise, "JPEG")
    for doctor in (*doctors, clinic.doctor):
        noise.seek(0)
        doctor.photo = uuid.uuid4()
        store(doctor.photo, prepare(noise))
        doctor.save(update_fields=["photo"])
    return clinic


def weigh(visitor, address):
    """Requests and bytes of a first view, as the browser counts them.

    Style sheets and scripts count compressed, as they are sent (the test's own server does not);
    pages as they are, since they are never compressed.
    """
    asked, came, saved = set(), {}, 0
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.on("Network.requestWillBeSent", lambda event: asked.add(event["requestId"])
               if event["request"]["url"].startswith("http") else None)  # fmt: skip
    session.on("Network.loadingFinished", lambda event: came.update(
        {event["requestId"]: event["encodedDataLength"]}))  # fmt: skip
    files = []
    visitor.page.on("response", lambda response: files.append(response))
    visitor.page.goto(address, wait_until="networkidle")
    for _try in range(100):  # what came is told a moment later
        if asked <= set(came):
            break
        visitor.page.wait_for_timeout(50)
    for response in files:
        if response.request.resource_type in ("stylesheet", "script"):
            saved += len(response.body()) - len(gzip.compress(response.body(), 6))
    return len(asked), round(sum(came[request] for request in asked)) - saved


@pytest.mark.parametrize("address", FIRST_VIEWS)
def test_first_view_is_light(open_browser, full, address):
    requests, size = weigh(open_browser(width=360), address)
    assert (requests <= MOST_REQUESTS, size <= MOST_BYTES) == (True, True), (requests, size)


def test_confirmation_prints(open_browser, visit, alice):
    """Black on white, without what a sheet cannot do."""
    visitor = open_browser(theme="dark").go(f"/citas/{visit.public_id}/")
    visitor.enter(alice.email).page.emulate_media(media="print", color_scheme="dark")
    shown = "e => getComputedStyle(e).display"
    for part in (".action-bar", ".site-header .nav", ".site-footer"):
        assert visitor.page.locator(part).first.evaluate(shown) == "none"
    colours = visitor.page.locator("body").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    visitor.reads(visit.code)


def test_letters_can_be_read(open_browser, visit, alice):
    """A mail's HTML in a browser, which is kinder than most mail programs."""
    visitor = open_browser()
    for address in (alice.email, visit.doctor.user.email):
        visitor.page.set_content(letters_to(address)[-1].alternatives[0].content)
        visitor.look(f"letter to {address}")


def test_booking_refused_for_a_reason_of_ones_own(open_browser, visit, alice, settings):
    settings.OPEN_VISITS_PER_DOCTOR = 1
    visitor = open_browser().open_profile()
    visitor.take(visitor.times.first)
    visitor.enter(alice.email).press("Revisar la cita").press("Confirmar la cita")
    visitor.title("No pudimos reservar").look("refused")
