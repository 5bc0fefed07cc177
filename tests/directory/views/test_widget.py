"""The frame for other people's sites."""

import re

import pytest
from django.urls import reverse

from tests.client import StrictClient
from tests.directory.views.test_head import links, meta
from tests.directory.views.test_slots import shown
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db
WIDGET = reverse("widget", args=["ana-molina-paz"])


def test_widget_shows_the_times_of_the_picker(frozen, client, dr_chen, clinic):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    for chosen in (clinic, other):
        query = {"consultorio": chosen.public_id, "semana": "2026-W49"}
        html = client.get(WIDGET, query).content.decode()
        slots = client.get(reverse("slots", args=[dr_chen.slug]), query).content.decode()
        assert shown(html, chosen) == shown(slots, chosen) != []
        assert re.search(r'aria-current="page">([^<]+)', html).group(1) == chosen.name


def test_times_open_beside_the_other_site(frozen, client, clinic):
    html = client.get(WIDGET).content.decode()
    outward = re.findall(r'<a [^>]*href="(?:/reservar/|/medicos/|/")[^>]*>', html)
    assert len(outward) == 7 * 16 + 2
    assert all('target="_blank" rel="noopener"' in link for link in outward)
    within = re.findall(r'<a [^>]*href="/widget/[^>]*>', html)
    assert within
    assert all("target=" not in link for link in within)


def test_widget_needs_neither_cookie_nor_form_nor_script(frozen, client, clinic):
    answer = client.get(WIDGET)
    html = answer.content.decode()
    assert dict(answer.cookies) == {}
    for part in ("<script", "<form", "csrf", "hx-"):
        assert part not in html, part
    assert 'target="_blank"' not in client.get("/medicos/ana-molina-paz/").content.decode()


@pytest.mark.parametrize(
    ("theme", "attribute"),
    [("claro", ' data-theme="light"'), ("oscuro", ' data-theme="dark"'), ("dark", ""), ("", "")],
)
def test_widget_keeps_theme_and_language_from_week_to_week(
    frozen, client, clinic, theme, attribute
):
    html = client.get(WIDGET, {"tema": theme, "idioma": "en"}).content.decode()
    assert f'<html lang="en"{attribute}>' in html
    kept = f"?tema={theme}&amp;idioma=en&amp;consultorio={clinic.public_id}&amp;semana=2026-W49"
    assert f'href="{WIDGET}{kept}"' in html


def test_widget_keeps_what_is_odd_inside_its_addresses(frozen, client, clinic):
    html = client.get(WIDGET, {"tema": '"><b>&x=1#y'}).content.decode()
    assert '"><b>&x' not in html
    assert "?tema=%22%3E%3Cb%3E%26x%3D1%23y&amp;consultorio=" in html


def test_widget_is_nobodys_search_result(frozen, client, clinic, settings):
    settings.SITE_URL = "https://citas.example"
    html = client.get(WIDGET).content.decode()
    assert meta(html)["robots"] == "noindex"
    assert links(html)["canonical"] == "https://citas.example/medicos/ana-molina-paz/"


def test_widget_of_who_has_nothing_to_offer(frozen, client, dr_chen):
    assert "Todavía no tiene consultorios" in client.get(WIDGET).content.decode()
    ClinicFactory(doctor=dr_chen)
    dr_chen.takes_new_patients = False
    dr_chen.save()
    assert "No recibe pacientes nuevos por ahora." in client.get(WIDGET).content.decode()
    dr_chen.is_published = False
    dr_chen.save()
    assert client.get(WIDGET).status_code == 404


def test_widget_is_for_looking(client, clinic):
    assert client.post(WIDGET).status_code == 405


def test_doctor_gets_the_code(as_, dr_chen, clinic, settings):
    settings.SITE_URL = "https://citas.example"
    dr_chen.last_names = 'O"Neill <b>'
    dr_chen.save()
    html = as_(dr_chen.user).get(reverse("portal:profile")).content.decode()
    code = re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.S).group(1)
    assert code.startswith(
        "&lt;iframe src=&quot;https://citas.example/widget/ana-molina-paz/&quot; title=&quot;"
        "Reservar una cita con Dra. Ana O&amp;quot;Neill &amp;lt;b&amp;gt;&quot;"
    )
    assert f'src="{WIDGET}"' in html
    dr_chen.is_published = False
    dr_chen.save()
    assert "Para su sitio web" not in as_(dr_chen.user).get("/perfil/").content.decode()
    assert StrictClient().get("/perfil/").status_code == 302
