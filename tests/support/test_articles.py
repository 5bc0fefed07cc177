"""The articles: complete in both languages, true to the product's routes, safe, and found."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from support.articles import FOLDER, LINK, Article, Topic, articles, by_topic, find_article
from support.searching import search

LANGUAGES = ("es", "en")


def files(language):
    return sorted(path.stem for path in (FOLDER / language).glob("*.md"))


def test_each_article_is_in_both_languages():
    assert files("es") == files("en")
    assert len(files("es")) >= 20
    for slug in files("es"):
        spanish, english = (find(slug, language) for language in LANGUAGES)
        assert spanish.topic == english.topic, slug
        targets = [[m[2] for m in LINK.finditer(one.text)] for one in (spanish, english)]
        assert sorted(targets[0]) == sorted(targets[1]), slug
        blocks = [one.text.count("\n\n") for one in (spanish, english)]
        assert blocks[0] == blocks[1], slug


def find(slug, language):
    with translation.override(language):
        return find_article(slug)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_article_opens_pages_that_there_are(language):
    with translation.override(language):
        for article in articles():
            hrefs = re.findall(r'href="([^"]+)"', article.html)
            assert len(hrefs) == len(LINK.findall(article.text)), article.slug
            assert article.summary and len(article.summary) <= 161


def test_pages_of_the_account_are_links_and_not_paths_in_words():
    for slug, route in (("verificacion-en-dos-pasos", "mfa_index"),
                        ("mis-datos-y-cerrar-la-cuenta", "privacy:mine")):  # fmt: skip
        for language in LANGUAGES:
            assert f'href="{reverse(route)}"' in find(slug, language).html
    for language in LANGUAGES:
        with translation.override(language):
            assert [a.slug for a in articles() if " > " in a.text] == []


def test_each_topic_has_articles():
    assert [topic for topic, _rows in by_topic()] == list(Topic)
    assert all(len(rows) >= 5 for _topic, rows in by_topic())


def test_a_text_is_no_markup():
    text = "<script>alert(1)</script> **fuerte** [Ayuda](help)\n\n- uno\n- dos & tres\n\n1. a"
    article = Article("x", "x", Topic.ACCOUNT, (), text)
    assert article.html == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; <strong>fuerte</strong> "
        f'<a href="{reverse("help")}">Ayuda</a></p>\n'
        "<ul><li>uno</li><li>dos &amp; tres</li></ul>\n<ol><li>a</li></ol>"
    )


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("no me llegó el correo", "no-llega-el-correo"),
        ("NO ME LLEGO EL CORREO", "no-llega-el-correo"),
        ("borrar cuenta", "mis-datos-y-cerrar-la-cuenta"),
        ("olvide mi contrasena", "olvide-mi-contrasena"),
        ("contrseña", "olvide-mi-contrasena"),
        ("canselar sita", "cambiar-o-cancelar"),
        ("resivo", "pagos-y-recibos"),
        ("resepta", "recetas"),
        ("mi hijo", "para-mi-hijo"),
        ("vacaciones", "ausencias"),
        ("secretaria", "asistentes"),
        ("google calendar", "calendarios"),
        ("quién vio mi historia", "historia-clinica"),
        ("2FA", "verificacion-en-dos-pasos"),
        ("videollamada", "consulta-por-video"),
    ],
)
def test_search_finds_what_people_call_it(typed, slug):
    assert search(typed)[0].slug == slug


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("delete account", "mis-datos-y-cerrar-la-cuenta"),
        ("forgot pasword", "olvide-mi-contrasena"),
        ("cancel apointment", "cambiar-o-cancelar"),
        ("waiting list", "lista-de-espera"),
    ],
)
def test_search_speaks_english(typed, slug):
    with translation.override("en"):
        assert search(typed)[0].slug == slug


@pytest.mark.parametrize("typed", ["", " ", "xyzzy", "de la", "¿¿??", "a" * 100, "' OR 1=1 --"])
def test_search_finds_nothing_where_nothing_fits(typed):
    assert search(typed) == []
