"""One visit as its doctor sees it."""

import uuid

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def address(visit):
    return reverse("portal:visit", args=[visit.public_id])


def test_visit_shows_who_comes_and_why(frozen, as_, dr_chen, visit):
    visit.reason = "dolor de pecho"
    visit.save()
    html = as_(dr_chen.user).get(address(visit)).content.decode()
    for fact in ("Alicia Vera", "Miércoles 25 de noviembre, 9:00", "dolor de pecho",
                 "+593 99 123 4567", visit.code, "27 de marzo de 1985"):  # fmt: skip
        assert fact.lower() in html.lower()


def test_visit_of_another_doctor_is_as_absent(as_, dr_diaz, visit):
    client = as_(dr_diaz.user)
    assert client.get(address(visit)).status_code == 404
    assert client.get(reverse("portal:visit", args=[uuid.uuid4()])).status_code == 404


def test_visit_is_closed_to_patients_and_staff(as_, alice, bob, erin, visit):
    for somebody in (alice, bob, erin):
        assert as_(somebody).get(address(visit)).status_code == 404


def test_hold_is_no_visit(walk, as_, dr_chen):
    walk.hold()
    held = dr_chen.appointments.get()
    assert as_(dr_chen.user).get(address(held)).status_code == 404


def test_visit_of_anonymous_goes_to_log_in(client, visit):
    assert client.get(address(visit)).url == f"/cuenta/login/?next={address(visit)}"


def test_visit_is_for_looking(as_, dr_chen, visit):
    assert as_(dr_chen.user).post(address(visit)).status_code == 405
