"""Suggestions: a fragment for the field's script, a page of links without it."""

import re

import pytest
from django.urls import reverse

from tests.client import StrictClient
from tests.directory.test_relevance import build_town

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
PATH = reverse("search_suggestions")


@pytest.fixture
def town(db):
    build_town()


def suggested(q, client=None):
    answer = (client or StrictClient()).get(PATH, {"q": q}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return re.findall(r'role="option"[^>]* href="([^"]+)"', answer.content.decode())


@pytest.mark.parametrize(
    ("q", "link"),
    [("card", "/buscar/?especialidad=cardiologia"), ("niñ", "/buscar/?especialidad=pediatria"),
     ("dolor de muel", "/buscar/?especialidad=odontologia"),
     ("cardilog", "/buscar/?especialidad=cardiologia"), ("an", "/medicos/ana-molina/"),
     ("ana mol", "/medicos/ana-molina/"), ("Dra. Moli", "/medicos/ana-molina/"),
     ("cardióloga ver", "/medicos/julia-vera/"), ("guaya", "/buscar/?lugar=Guayaquil%2C%20Guayas"),
     ("pediatra cuen", "/buscar/?lugar=Cuenca%2C%20Azuay&amp;especialidad=pediatria")],
)  # fmt: skip
def test_suggestions_of_what_is_half_typed(town, q, link):
    assert link in suggested(q)


def test_links_lead_to_what_they_say(client, town):
    page = client.get("/buscar/?lugar=Cuenca%2C%20Azuay&especialidad=pediatria").content.decode()
    assert "<h1>Pediatría en Cuenca</h1>" in page
    assert "Paula" in page


@pytest.mark.parametrize("q", ["", "a", "  ", "%", "_%", "\\", "'; --", "👩🏽‍⚕️", "xyzxyz"])
def test_no_suggestions(town, q):
    assert suggested(q) == []


def test_page_without_scripts(client, town):
    page = client.get(PATH, {"q": "molina"}).content.decode()
    assert "<h1>Sugerencias</h1>" in page
    assert 'href="/medicos/ana-molina/"' in page
    assert 'action="/buscar/"' in page


def test_too_long_is_refused_in_a_sentence(client):
    answer = client.get(PATH, {"q": "a" * 10_000})
    assert answer.status_code == 400
    assert "Hay un problema" in answer.content.decode()
    assert client.post(PATH).status_code == 405


def test_hidden_doctors_are_not_suggested(client, town, dr_chen):
    """Nobody who has no consultorio, or is not published."""
    assert "/medicos/ana-molina-paz/" not in suggested("ana")


def test_fields_are_bound_to_the_script(client):
    page = client.get("/").content.decode()
    assert f'data-db-suggest="{PATH}"' in page
    assert 'role="listbox"' in page
