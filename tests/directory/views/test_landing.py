"""A specialty in a city."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from clinics.models import Clinic
from tests.directory.views.test_head import links, meta
from tests.factories import CityFactory, ClinicFactory, SpecialtyFactory

pytestmark = pytest.mark.django_db
LANDING = reverse("landing", args=["cardiologia", "quito"])


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://citas.example"


def page(client, path=LANDING, **query):
    answer = client.get(path, query)
    assert answer.status_code == 200
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def children():
    return SpecialtyFactory(slug="pediatria", name="Pediatría", name_en="Paediatrics")


def test_landing_says_what_is_true_now(frozen, client, clinic):
    ClinicFactory(doctor__first_names="Rosa", price=30)
    away = ClinicFactory(doctor__takes_new_patients=False, price=60)
    html = page(client)
    for fact in ("<h1>Cardiología en Quito</h1>", "3 especialistas atienden en Quito.",
                 "2 reciben pacientes nuevos.", "La consulta cuesta de USD\xa030 a USD\xa060.",
                 "Hay horas libres el lunes 23 de noviembre.", "Dra. Rosa Molina Paz"):  # fmt: skip
        assert fact in html, fact
    Clinic.objects.exclude(pk=away.pk).update(price=60)
    away.doctor.takes_new_patients = True
    away.doctor.save()
    html = page(client)
    assert "La consulta cuesta USD\xa060." in html
    assert "reciben pacientes nuevos" not in html


def test_landing_leaves_others_out(frozen, client, clinic):
    ClinicFactory(doctor__first_names="Niña", doctor__specialty=children())
    ClinicFactory(doctor__first_names="Lejana", city=CityFactory(slug="cuenca", name="Cuenca"))
    ClinicFactory(doctor__first_names="Oculta", doctor__is_published=False)
    ClinicFactory(doctor__first_names="Cerrada", is_active=False, price=1)
    html = page(client)
    for name in ("Niña", "Lejana", "Oculta", "Cerrada"):
        assert name not in html
    assert "1 especialista atiende en Quito." in html
    assert "La consulta cuesta USD\xa045." in html


def test_landing_leads_to_neighbours_and_other_specialties(frozen, client, clinic):
    near = CityFactory(slug="sangolqui", name="Sangolquí", latitude="-0.33")
    far = CityFactory(slug="loja", name="Loja", latitude="-4.0")
    abroad = CityFactory(slug="pasto", name="Pasto", latitude="1.2", country="CO")
    CityFactory(slug="nadie", name="Nadie", latitude="-0.3")
    for city in (far, near, abroad):
        ClinicFactory(city=city)
    ClinicFactory(doctor__specialty=children())
    html = page(client)
    addresses = [reverse("landing", args=["cardiologia", c.slug]) for c in (near, far, abroad)]
    assert html.index(addresses[0]) < html.index(addresses[1])
    assert addresses[2] not in html
    assert "/nadie/" not in html
    assert reverse("landing", args=["pediatria", "quito"]) in html


def test_landing_of_few_is_nobodys_search_result(frozen, client, clinic):
    assert meta(page(client))["robots"] == "noindex"
    ClinicFactory()
    assert "robots" not in meta(page(client))


def test_landing_of_nobody_says_so(client, clinic):
    children()
    path = reverse("landing", args=["pediatria", "quito"])
    html = page(client, path)
    assert "Todavía no hay nadie aquí" in html
    assert meta(html)["robots"] == "noindex"
    assert LANDING in html


@pytest.mark.parametrize("slugs", [("nada", "quito"), ("cardiologia", "nada"), ("x" * 300, "y")])
def test_landing_of_what_is_not_is_404(client, clinic, slugs):
    assert client.get(reverse("landing", args=slugs)).status_code == 404


def test_second_page_belongs_to_the_first(frozen, client, clinic):
    for number in range(11):
        ClinicFactory(doctor__first_names=f"Bea {number:02}")
    html = page(client, pagina="2")
    assert html.count("card--doctor") == 2
    assert links(html)["canonical"] == f"https://citas.example{LANDING}"
    assert "12 especialistas" in html
    assert page(client, pagina="zzz").count("card--doctor") == 10


@pytest.mark.parametrize(
    ("query", "path", "is_thin"),
    [
        ({}, "/buscar/", False),
        ({"pagina": "2"}, "/buscar/", False),
        ({"especialidad": "cardiologia", "lugar": "Quito"}, LANDING, False),
        ({"especialidad": "cardiologia"}, "/buscar/?especialidad=cardiologia", False),
        ({"lugar": "quito"}, "/buscar/?lugar=quito", False),
        ({"q": "molina"}, "/buscar/", True),
        ({"q": "cardiologia", "lugar": "quito"}, "/buscar/", True),
        ({"lugar": "republica"}, "/buscar/", True),
        ({"especialidad": "pediatria"}, "/buscar/?especialidad=pediatria", True),
        ({"q": "x" * 101}, "/buscar/", True),
    ],
)
def test_results_belong_to_the_page_that_is_worth_finding(client, clinic, query, path, is_thin):
    children()
    html = client.get(reverse("search"), query).content.decode()
    canonical = "https://citas.example" + path
    assert links(html)["canonical"] == canonical
    english = canonical + ("&" if "?" in path else "?") + "idioma=en"
    assert links(html)["en"] == english
    assert (meta(html).get("robots") == "noindex") == is_thin


def test_profile_leads_to_its_landing_pages(frozen, client, dr_chen, clinic):
    ClinicFactory(doctor=dr_chen, city=CityFactory(slug="cuenca", name="Cuenca"))
    html = page(client, reverse("doctor", args=[dr_chen.slug]))
    assert LANDING in html
    assert "Cardiología en Cuenca" in html


def test_full_city_has_no_day_to_name(frozen, client, clinic):
    clinic.min_notice_minutes = int(timedelta(days=100).total_seconds() // 60)
    clinic.save()
    assert "Hay horas libres" not in page(client)


def test_landing_is_for_looking(client, clinic):
    assert client.post(LANDING).status_code == 405
