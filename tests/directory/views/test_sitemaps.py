"""sitemap.xml and its parts."""

import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from doctors.models import Doctor
from tests.factories import CityFactory, ClinicFactory, DoctorFactory, SpecialtyFactory

pytestmark = pytest.mark.django_db
SITE = "https://citas.example"
NAMES = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def paths_in(answer):
    assert answer["Content-Type"] == "application/xml"
    found = [e.text for e in ElementTree.fromstring(answer.content).iter(f"{NAMES}loc")]
    assert all(address.startswith(SITE + "/") for address in found)
    return [address.removeprefix(SITE) for address in found]


def read(client, path):
    return paths_in(client.get(path, headers={"host": "127.0.0.1"}))


def test_empty_site_has_its_pages(client):
    assert read(client, "/sitemap.xml") == ["/sitemap-paginas.xml"]
    own, articles = ["/", "/buscar/", "/ayuda/"], read(client, "/sitemap-paginas.xml")[3:]
    assert read(client, "/sitemap-paginas.xml") == [*own, *articles]
    assert all(re.fullmatch(r"/ayuda/[a-z-]+/", path) for path in articles)


def test_doctors_come_in_parts_by_primary_key(client, settings):
    settings.SITEMAP_CHUNK = 3
    doctors = [DoctorFactory(specialty=False) for _n in range(9)]
    hidden, closed = doctors[4], doctors[5]
    Doctor.objects.filter(pk=hidden.pk).update(is_published=False)
    closed.user.is_active = False
    closed.user.save()
    parts = read(client, "/sitemap.xml")[1:]
    assert len(parts) in (3, 4)  # where the keys begin is the database's business
    assert all(re.fullmatch(r"/sitemap-medicos-\d+\.xml", part) for part in parts)
    read_parts = [read(client, part) for part in parts]
    assert max(map(len, read_parts)) <= 3
    assert [path for part in read_parts for path in part] == [
        reverse("doctor", args=[d.slug]) for d in doctors if d not in (hidden, closed)
    ]


def test_parts_cost_the_same_with_many_doctors(client, settings, django_assert_num_queries):
    settings.SITEMAP_CHUNK = 2
    for _n in range(7):
        DoctorFactory(specialty=False)
    with django_assert_num_queries(2):
        parts = read(client, "/sitemap.xml")
    with django_assert_num_queries(1):
        client.get(parts[-1])


@pytest.mark.parametrize(
    ("number", "status"),
    [(0, 200), (10**11, 200), (10**12, 404), (10**40, 404), ("x", 404), ("-1", 404), ("1_0", 404)],
)
def test_part_of_nobody_is_empty_or_absent(client, number, status):
    assert client.get(f"/sitemap-medicos-{number}.xml").status_code == status


def test_landing_pages_are_those_with_enough_doctors(client, clinic):
    assert read(client, "/sitemap-especialidad-cardiologia.xml") == []
    ClinicFactory()
    ClinicFactory(city=CityFactory(slug="cuenca", name="Cuenca"))
    assert read(client, "/sitemap.xml")[-1] == "/sitemap-especialidad-cardiologia.xml"
    assert read(client, "/sitemap-especialidad-cardiologia.xml") == [
        "/medicos/especialidad/cardiologia/quito/"
    ]
    SpecialtyFactory(slug="pediatria")
    assert read(client, "/sitemap-especialidad-pediatria.xml") == []
    assert client.get("/sitemap-especialidad-nada.xml").status_code == 404


def test_robots_name_the_sitemap(client):
    assert f"Sitemap: {SITE}/sitemap.xml" in client.get("/robots.txt").content.decode().split("\n")
