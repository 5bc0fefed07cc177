"""The first page."""

import pytest
from django.urls import reverse

from doctors.services.catalogue import load_specialties

pytestmark = pytest.mark.django_db
HOME = reverse("home")


def test_home_offers_the_search_and_what_is_looked_for_most(client):
    load_specialties()
    html = client.get(HOME).content.decode()
    assert 'action="/buscar/"' in html
    assert 'name="q"' in html
    assert 'name="lugar"' in html
    for slug in ("medicina-general", "pediatria", "cardiologia"):
        assert f"/buscar/?especialidad={slug}" in html


def test_home_without_a_catalogue(client):
    assert client.get(HOME).status_code == 200


def test_home_is_for_looking(client):
    assert client.head(HOME).status_code == 200
    assert client.post(HOME).status_code == 405
