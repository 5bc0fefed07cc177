"""A copy of one's data, in a browser, with and without scripts."""

import io
import json
import zipfile

from django.core import mail
from playwright.sync_api import expect

from core.clock import current_time
from notifications.tasks import relay
from privacy.services.exporting import make_due_exports
from tests.factories import PASSWORD, AppointmentFactory


def test_copy_is_asked_for_told_and_fetched(anyhow, clinic, alice):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    visitor = anyhow.go("/cuenta/privacidad/").enter(alice.email).title("Privacidad")
    visitor.look("privacy").press("Pedir una copia").title("Confirme que es usted")
    visitor.write(password=PASSWORD).press("Continuar").title("Privacidad")
    visitor.reads("Estamos preparando su copia")
    visitor.look("privacy, a copy is being made")
    assert make_due_exports(now=current_time()) == 1
    relay()
    (letter,) = [one for one in mail.outbox if alice.email in one.to]
    assert visit.code not in letter.body
    visitor.go("/cuenta/privacidad/").look("privacy, a copy is ready")
    with visitor.page.expect_download() as coming:
        visitor.page.get_by_role("link", name="Bajar mis datos").click()
    bundle = zipfile.ZipFile(io.BytesIO(coming.value.path().read_bytes()))
    data = json.loads(bundle.read("data.json"))
    assert [row["code"] for row in data["visits"]] == [visit.code]
    assert data["account"][0]["email"] == alice.email
    assert "http" not in bundle.read("index.html").decode()


def test_consent_is_taken_back_and_asked_for_again(open_browser, alice):
    visitor = open_browser(width=360).go("/cuenta/privacidad/").enter(alice.email)
    visitor.press("Retirar este consentimiento").reads("Lo retiró.")
    visitor.look("privacy, a consent was taken back")
    visitor.go("/cuenta/perfil/")
    expect(visitor.page.locator("[name=accepts]")).to_be_visible()
    visitor.look("profile that asks for a consent")
