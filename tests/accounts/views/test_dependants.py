"""The people for whom an account books."""

import pytest
from django.urls import reverse

from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
PEOPLE = reverse("accounts:dependants")


def test_dependants_lists_ones_people(as_, alice):
    PatientFactory(account=alice, relationship="child", first_names="Mateo")
    html = as_(alice).get(PEOPLE).content.decode()
    assert "Mateo Andrade" in html
    assert "Hijo o hija" in html
    assert "Alicia Vera</a>" not in html


def test_dependants_of_nobody_says_what_to_do(as_, alice):
    assert "Agregue a sus hijos, a sus padres" in as_(alice).get(PEOPLE).content.decode()


def test_dependants_of_others_are_not_shown(as_, alice, bob):
    PatientFactory(account=bob, relationship="child", first_names="Mateo")
    assert "Mateo" not in as_(alice).get(PEOPLE).content.decode()


def test_dependants_of_anonymous_goes_to_log_in(client):
    assert client.get(PEOPLE).url == f"/cuenta/login/?next={PEOPLE}"


def test_dependants_is_for_looking(as_, alice):
    assert as_(alice).post(PEOPLE).status_code == 405
