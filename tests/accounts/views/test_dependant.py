"""One dependant's data."""

import uuid

import pytest
from django.urls import reverse

from tests.accounts.views.test_add_dependant import GOOD
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(alice):
    return PatientFactory(account=alice, relationship="child", first_names="Mateo")


def address(patient):
    return reverse("accounts:dependant", args=[patient.public_id])


def test_dependant_shows_and_saves(as_, alice, child):
    client = as_(alice)
    assert 'value="Mateo"' in client.get(address(child)).content.decode()
    answer = client.post(address(child), {**GOOD, "first_names": "Tomás", "relationship": "other"})
    assert answer.url == reverse("accounts:dependants")
    child.refresh_from_db()
    assert (child.first_names, child.relationship) == ("Tomás", "other")


def test_dependant_names_nobody_in_the_page_title(as_, alice, child):
    """A title goes into histories, screen shares and referrers of the browser."""
    html = as_(alice).get(address(child)).content.decode()
    assert "Mateo" not in html.split("</title>")[0]
    assert "Mateo" in html.split("<h1>")[1].split("</h1>")[0]


def test_dependant_refused_keeps_what_was_typed(as_, alice, child):
    answer = as_(alice).post(address(child), {**GOOD, "first_names": "", "last_names": "Otro"})
    assert answer.status_code == 422
    assert 'value="Otro"' in answer.content.decode()
    child.refresh_from_db()
    assert child.last_names == "Andrade"


def test_dependant_cannot_become_oneself(as_, alice, child):
    assert as_(alice).post(address(child), {**GOOD, "relationship": "self"}).status_code == 422


def test_dependant_of_another_account_is_as_absent(as_, bob, child):
    client = as_(bob)
    absent = reverse("accounts:dependant", args=[uuid.uuid4()])
    for path in (address(child), absent):
        assert client.get(path).status_code == 404
        assert client.post(path, GOOD).status_code == 404
    child.refresh_from_db()
    assert child.last_names == "Andrade"


def test_oneself_is_no_dependant(as_, alice):
    assert as_(alice).get(address(alice.patients.get())).status_code == 404


def test_dependant_of_anonymous_goes_to_log_in(client, child):
    assert client.get(address(child)).url == f"/cuenta/login/?next={address(child)}"


def test_dependant_takes_get_and_post_only(as_, alice, child):
    assert as_(alice).delete(address(child)).status_code == 405
