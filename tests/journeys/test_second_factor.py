"""Passkeys and codes of an app, in a browser: set up, used to log in, taken away."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import expect

from notifications.tasks import relay
from tests.accounts.factor import code_of, with_app
from tests.factories import PASSWORD

KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
# Who is asked for a key turns away, once.
REFUSE_ONCE = """() => {
  const ask = navigator.credentials.get.bind(navigator.credentials);
  navigator.credentials.get = () => {
    navigator.credentials.get = ask;
    return Promise.reject(new DOMException("", "NotAllowedError"));
  };
}"""


@pytest.fixture
def with_key(open_browser, live_server):
    """A visitor whose computer has a fingerprint reader. Passkeys need a name, not a number."""
    visitor = open_browser()
    device = visitor.context.new_cdp_session(visitor.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    visitor.home = live_server.url.replace("127.0.0.1", "localhost")
    return visitor


def log_out(visitor):
    visitor.page.context.clear_cookies()


def test_passkey_is_added_and_logs_in(with_key, alice):
    visitor = with_key
    visitor.go(f"{visitor.home}/cuenta/2fa/").enter(alice.email).title("Verificación en dos pasos")
    visitor.look("two steps, nothing set up")
    visitor.follow("Agregar una llave").write(password=PASSWORD)
    visitor.press("Continuar").title("Agregar una llave de acceso").look("add a passkey")
    visitor.write(name="Portátil").press("Crear la llave").title("Códigos de recuperación")
    visitor.look("recovery codes")
    visitor.follow("Listo").reads("Portátil")
    visitor.look("two steps with a passkey")
    log_out(visitor)
    visitor.go(f"{visitor.home}/cuenta/login/").press("Entrar con una llave de acceso")
    expect(visitor.page).to_have_url(re.compile(r"localhost:\d+/$"))
    visitor.go(f"{visitor.home}/cuenta/2fa/").follow("Quitar Portátil")
    visitor.write(password=PASSWORD).press("Continuar").title("¿Quitar «Portátil»?")
    visitor.look("remove a passkey").press("Quitar la llave").reads("Quitamos la llave de acceso.")
    assert not Authenticator.objects.exists()
    relay()
    assert [m.subject for m in mail.outbox][-1] == "Quitó una llave de acceso"


def test_passkey_as_the_second_step(with_key, alice):
    visitor = with_key
    visitor.go(f"{visitor.home}/cuenta/2fa/webauthn/add/").enter(alice.email)
    visitor.write(password=PASSWORD).press("Continuar").press("Crear la llave")
    log_out(visitor)
    visitor.go(f"{visitor.home}/mis-citas/").enter(alice.email).title("Segundo paso")
    visitor.press("Usar una llave de acceso").title("Mis citas")


def test_app_is_set_up_and_asked_for(anyhow, alice):
    visitor = anyhow.go("/cuenta/2fa/").enter(alice.email)
    visitor.follow("Activar la aplicación").look("asked for the password again")
    visitor.write(password=PASSWORD).press("Continuar")
    visitor.title("Activar la aplicación de códigos").look("set up the code app")
    visitor.write(code="000000").press("Activar").look("set up the code app, wrong code")
    visitor.page.get_by_text("No puedo escanearlo").click()
    secret = visitor.page.locator("details code").inner_text()
    visitor.write(code=code_of(secret)).press("Activar").title("Códigos de recuperación")
    spare = visitor.page.locator(".codes code").first.inner_text()
    visitor.follow("Listo").reads("Activa: al entrar")
    visitor.look("two steps with the app")
    log_out(visitor)
    visitor.go("/mis-citas/").enter(alice.email).title("Segundo paso").look("second step")
    visitor.write(code="000000").press("Entrar").look("second step, wrong code")
    visitor.write(code=spare).press("Entrar").title("Mis citas")


def test_doctor_is_led_to_it_and_back(open_browser, settings, dr_chen):
    settings.SECOND_FACTOR_FOR = ["doctors"]
    with_app(dr_chen.user)
    visitor = open_browser().go("/agenda/recetas/plantillas/").enter("chen@ejemplo.test")
    visitor.title("Segundo paso").write(code=code_of()).press("Entrar")
    expect(visitor.page).to_have_url(re.compile(r"/agenda/recetas/plantillas/$"))


def test_browsers_are_seen_and_logged_out(open_browser, alice):
    elsewhere = open_browser(width=360).go("/mis-citas/").enter(alice.email)
    visitor = open_browser().go("/cuenta/dispositivos/").enter(alice.email).title("Dónde entró")
    visitor.look("where one is logged in")
    visitor.press("Cerrar todas las demás").reads("No hay otras sesiones abiertas.")
    elsewhere.go("/mis-citas/").title("Entrar")
    relay()
    assert [m.subject for m in mail.outbox] == ["Entraron a su cuenta desde otro navegador"]


def test_passkey_is_asked_for_again_after_one_said_no(with_key, alice):
    visitor = with_key
    visitor.go(f"{visitor.home}/cuenta/2fa/webauthn/add/").enter(alice.email)
    visitor.write(password=PASSWORD).press("Continuar").press("Crear la llave")
    log_out(visitor)
    visitor.go(f"{visitor.home}/cuenta/login/")
    visitor.page.evaluate(REFUSE_ONCE)
    button = visitor.page.get_by_role("button", name="Entrar con una llave de acceso")
    button.click()
    visitor.reads("No se pudo usar la llave.")
    expect(button).not_to_have_attribute("aria-busy", "true", timeout=2000)
    visitor.press("Entrar con una llave de acceso")
    expect(visitor.page).to_have_url(re.compile(r"localhost:\d+/$"))
