"""A patient's account that becomes a doctor's, too."""

import pytest
from django.urls import reverse

from doctors.models import Doctor

pytestmark = pytest.mark.django_db
PAGE, SETUP = reverse("portal:become_doctor"), reverse("portal:setup")


def test_patient_becomes_a_doctor_whom_nobody_sees(as_, alice):
    browser = as_(alice)
    assert PAGE in browser.get(reverse("home")).content.decode()
    assert "Atender con Doctobooking" in browser.get(PAGE).content.decode()
    assert browser.get(SETUP).status_code == 404
    assert browser.post(PAGE).url == SETUP
    alice.refresh_from_db()
    assert (alice.is_doctor, alice.is_patient) == (True, True)
    assert browser.get(SETUP).status_code == 200
    assert not Doctor.objects.exists()
    assert PAGE not in browser.get(reverse("home")).content.decode()


def test_doctor_goes_on_where_the_set_up_is(as_, dr_chen):
    for method in ("get", "post"):
        assert getattr(as_(dr_chen.user), method)(PAGE).url == SETUP


def test_reception_keeps_its_agenda(as_, carla):
    browser = as_(carla)
    browser.post(PAGE)
    html = browser.get(reverse("portal:agenda")).content.decode()
    assert "Dra. Ana Molina Paz" in html


def test_become_doctor_needs_an_account(client):
    assert client.get(PAGE).url == f"/cuenta/login/?next={PAGE}"
    assert client.post(PAGE).url == f"/cuenta/login/?next={PAGE}"


@pytest.mark.parametrize(
    ("rol", "chosen"), [("doctor", "doctor"), ("x", "patient"), ("", "patient")]
)
def test_sign_up_from_the_doctors_link_says_so(client, rol, chosen):
    page = client.get(reverse("account_signup"), {"rol": rol})
    assert page.context["form"]["role"].value() == chosen
    assert "?rol=doctor" in client.get(reverse("home")).content.decode()
