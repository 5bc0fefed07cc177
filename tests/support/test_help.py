"""The help centre's pages."""

import pytest
from django.urls import reverse

from support.articles import articles

pytestmark = pytest.mark.django_db
HELP = reverse("help")


def test_help_is_open_to_everybody(client, as_, alice):
    assert client.get(HELP).status_code == 200
    assert as_(alice).get(HELP).status_code == 200
    assert client.post(HELP).status_code == 405


def test_help_names_every_article(client):
    html = client.get(HELP).content.decode()
    assert [a.slug for a in articles() if f'href="{a.path}"' not in html] == []
    assert html.count('<section class="stack') == 3


def test_help_answers_a_question(client):
    html = client.get(HELP, {"q": "olvide mi contrasena"}).content.decode()
    assert "Esto puede ayudarle" in html
    assert 'value="olvide mi contrasena"' in html
    assert "noindex" in html
    nothing = client.get(HELP, {"q": "xyzzy"}).content.decode()
    assert "No encontramos una respuesta" in nothing


def test_a_question_that_is_too_long_is_refused(client):
    answer = client.get(HELP, {"q": "x" * 101})
    assert answer.status_code == 400
    assert "Escriba 100 caracteres o menos" in answer.content.decode()


def test_an_article_is_read_in_both_languages(client):
    address = reverse("support:article", args=["recetas"])
    spanish = client.get(address).content.decode()
    english = client.get(address, {"idioma": "en"}).content.decode()
    assert "<h1>¿Dónde está mi receta, y cómo la comprueba la farmacia?</h1>" in spanish
    assert "<h1>Where is my prescription, and how does the pharmacy check it?</h1>" in english
    assert f'{address}?idioma=en"' in spanish
    assert client.post(address).status_code == 405


def test_an_article_that_there_is_not(client):
    assert client.get(reverse("support:article", args=["nada"])).status_code == 404


def test_the_sitemap_names_every_article(client):
    xml = client.get(reverse("sitemap_pages")).content.decode()
    assert [a.slug for a in articles() if f"{a.path}</loc>" not in xml] == []
