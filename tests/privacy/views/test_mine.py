"""«Privacidad» of one's account: what was agreed to, and taking it back."""

import pytest
from django.urls import reverse

from accounts.consents import missing
from accounts.legal import FOR_HEALTH, LegalText

pytestmark = pytest.mark.django_db
PAGE, WITHDRAW = reverse("privacy:mine"), reverse("privacy:withdraw")


def test_shows_versions_and_dates(frozen, as_, alice):
    html = as_(alice).get(PAGE).content.decode()
    # On her clock, and whose: until she chooses one, the product's own.
    assert html.count("aceptada el domingo 1 de noviembre") == 3
    assert "Hora de Ecuador (GMT-5)" in html
    assert "/privacidad/versiones/health/1/" in html
    assert "Acuerdo de tratamiento de datos para médicos" not in html


def test_doctor_sees_the_doctors_agreement(frozen, as_, dr_chen):
    assert "para médicos" in as_(dr_chen.user).get(PAGE).content.decode()


def test_withdraws_consent_about_health(frozen, as_, alice):
    browser = as_(alice)
    for _twice in range(2):
        assert browser.post(WITHDRAW, {"text": "health"}).url == PAGE
    assert missing(alice, FOR_HEALTH) == [LegalText.HEALTH]
    html = browser.get(PAGE).content.decode()
    assert "retirada el lunes 23 de noviembre" in html
    assert "Retirar este consentimiento" not in html


@pytest.mark.parametrize("text", ["terms", "", "x", "\x00", "1' OR 1=1"])
def test_other_texts_cannot_be_withdrawn(frozen, as_, alice, text):
    answer = as_(alice).post(WITHDRAW, {"text": text}, follow=True)
    assert "Puede cerrarla abajo." in answer.content.decode()
    assert missing(alice, FOR_HEALTH) == []
