"""Finding doctors: words, names and places; and times on the cards that can be booked."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from appointments.models import Appointment
from appointments.queries import free_times
from clinics.models import Clinic
from core.converters import InstantConverter
from doctors.models import Specialty
from doctors.services.catalogue import load_specialties
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CityFactory,
    ClinicFactory,
    DoctorFactory,
    SpecialtyFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SEARCH = reverse("search")


def found(client, **query):
    """Slugs of the cards, in their order."""
    answer = client.get(SEARCH, query)
    assert answer.status_code == 200, query
    return re.findall(
        r'<h2 class="doctor-name"[^>]*><a href="/medicos/([^/]+)/', answer.content.decode()
    )


def doctor(slug, first="Luis", last="Paz", specialty=None, **fields):
    """A published doctor with a consultorio in Quito."""
    person = DoctorFactory(
        slug=slug, title="dr", first_names=first, last_names=last, specialty=specialty
    )
    ClinicFactory(doctor=person, **fields)
    return person


@pytest.fixture
def skin(db):
    return SpecialtyFactory(
        slug="dermatologia", name="Dermatología", name_en="Dermatology",
        practitioner_f="Dermatóloga", practitioner_m="Dermatólogo",
        practitioner_en="Dermatologist", synonyms=["piel", "manchas en la piel"],
    )  # fmt: skip


@pytest.fixture
def town(clinic, skin, frozen):
    """Ana, cardióloga in Quito; José Núñez, dermatólogo in Bogotá."""
    bogota = CityFactory(slug="bogota", name="Bogotá", country="CO", zone="America/Bogota",
                         population=7_000_000)  # fmt: skip
    doctor("jose-nunez", "José Ángel", "Núñez Güell", skin, city=bogota, zone="America/Bogota",
           address="Calle 100 # 8a-49, Chapinero")  # fmt: skip


def test_search_for_nothing_shows_everybody(client, town):
    assert found(client) == ["ana-molina-paz", "jose-nunez"]


@pytest.mark.parametrize(
    "words",
    ["cardiología", "Cardiologia", "CARDIOLOGÍA", "cardióloga", "cardiólogo", "cardiologo",
     "cardio", "corazón", "CORAZON", "  corazón ", "Cardiology", "cardiologist", "presión alta",
     "cardióloga Vera"],
)  # fmt: skip
def test_search_by_specialty_in_many_words(client, town, words):
    assert found(client, q=words) == ["ana-molina-paz"]


def test_search_by_specialty_of_the_link(client, town):
    assert found(client, especialidad="cardiologia") == ["ana-molina-paz"]
    assert found(client, especialidad="dermatologia") == ["jose-nunez"]
    page = client.get(SEARCH, {"especialidad": "cardiologia"}).content.decode()
    assert "<h1>Cardiología</h1>" in page


def test_search_by_specialty_and_name_asks_for_both(client, town, skin):
    doctor("luz-piel", "Luz", "Piel", skin)
    assert found(client, especialidad="dermatologia", q="núñez") == ["jose-nunez"]
    assert found(client, especialidad="cardiologia", q="núñez") == []


def test_search_by_a_name_that_is_a_word_of_a_specialty(client, town, skin):
    """«piel» is an everyday word, and somebody's name: who bears it is not lost among the many."""
    doctor("luz-piel", "Luz", "Piel", SpecialtyFactory())
    assert found(client, q="piel") == ["luz-piel", "jose-nunez"]


@pytest.mark.parametrize(
    "words",
    ["núñez", "nunez", "NUÑEZ", "nuñez guell", "Güell Núñez", "jose angel", "angel nun",
     "Dr. Núñez", "doctor José Núñez", "nu\u0301n\u0303ez", "núñez%' --", "Núñez, José"],
)  # fmt: skip
def test_search_by_name_hides_accents_case_and_titles(client, town, words):
    assert found(client, q=words) == ["jose-nunez"]


@pytest.mark.parametrize("words", ["núñez pérez", "xyz", "josé molina", "%", "_", "n_nez", "n%z",
                                   "\\", "a\\%", "' OR 1=1 --", "..*"])  # fmt: skip
def test_search_finds_nobody(client, town, words):
    assert found(client, q=words) == []
    page = client.get(SEARCH, {"q": words}).content.decode()
    assert "Nadie coincide con su búsqueda" in page


def test_search_shows_what_was_typed_as_text(client, town):
    page = client.get(SEARCH, {"q": "<b>x</b>", "lugar": "<i>y</i>"}).content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page
    assert "<i>y</i>" not in page


@pytest.mark.parametrize("place", ["Bogotá", "bogota", "BOGOTÁ", " bogotá "])
def test_search_by_city(client, town, place):
    assert found(client, lugar=place) == ["jose-nunez"]
    assert "<h1>Médicos en Bogotá</h1>" in client.get(SEARCH, {"lugar": place}).content.decode()


@pytest.mark.parametrize("place", ["Chapinero", "calle 100", "100 chapinero", "CHAPI"])
def test_search_by_part_of_the_address(client, town, place):
    assert found(client, lugar=place) == ["jose-nunez"]


@pytest.mark.parametrize("place", ["Lima", "%", "_", "100%", "Calle_100"])
def test_search_in_a_place_where_nobody_is(client, town, place):
    assert found(client, lugar=place) == []


def test_search_of_two_cities_of_one_name_means_the_bigger(client, town):
    small = CityFactory(slug="bogota-2", name="Bogotá", country="EC", population=900)
    doctor("en-la-pequena", city=small)
    assert found(client, lugar="Bogotá") == ["jose-nunez"]
    assert found(client, lugar="bogota 2") == ["en-la-pequena"]


def test_search_by_specialty_and_city(client, town):
    assert found(client, q="corazón", lugar="Quito") == ["ana-molina-paz"]
    assert found(client, q="corazón", lugar="Bogotá") == []


def test_search_shows_neither_hidden_nor_closed(client, town, dr_chen, clinic):
    hidden = doctor("oculto")
    hidden.is_published = False
    hidden.save()
    closed = doctor("cerrado")
    closed.user.is_active = False
    closed.user.save()
    doctor("sin-consultorio", is_active=False)
    DoctorFactory(slug="sin-nada")
    assert found(client) == ["ana-molina-paz", "jose-nunez"]
    for slug in ("oculto", "cerrado", "sin-consultorio", "sin-nada"):
        assert found(client, q=slug.replace("-", " ")) == []


def test_search_puts_those_who_take_nobody_last_and_without_times(client, town, dr_chen):
    dr_chen.takes_new_patients = False
    dr_chen.save()
    assert found(client) == ["jose-nunez", "ana-molina-paz"]
    page = client.get(SEARCH, {"q": "corazón"}).content.decode()
    assert "No recibe pacientes nuevos por ahora." in page
    assert "/reservar/" not in page


def test_search_goes_page_by_page_without_losing_anybody(client, town):
    for n in range(21):
        doctor(f"medico-{n:02}", last=f"Zeta {n:02}")
    pages = [found(client, pagina=n) for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [10, 10, 3]
    assert len({slug for page in pages for slug in page}) == 23
    html = client.get(SEARCH, {"pagina": 2, "lugar": "Quito"}).content.decode()
    assert "Página 2 de 3" in html
    assert "lugar=Quito" in html.split('rel="prev"')[0].rsplit("<a", 1)[1]


@pytest.mark.parametrize("number", ["0", "-3", "99", "x", "1.5", "", "9" * 5000])
def test_search_of_a_page_that_is_none(client, town, number):
    assert len(found(client, pagina=number)) == 2


@pytest.mark.parametrize("name", ["q", "lugar", "especialidad"])
def test_search_refuses_what_is_too_long(client, town, name):
    answer = client.get(SEARCH, {name: "a" * 101})
    assert answer.status_code == 400
    assert "Hay un problema" in answer.content.decode()


def shown(html, clinic):
    """The instants of the clinic's chips."""
    texts = re.findall(rf'href="/reservar/{clinic.public_id}/(\w+)/"', html)
    return [InstantConverter().to_python(text) for text in texts]


def test_search_shows_the_engines_own_times(client, clinic, frozen):
    """Busy, held, past the notice: a time on a card is one that the engine gives."""
    clinic.min_notice_minutes = 90
    clinic.save()
    AppointmentFactory(clinic=clinic, starts_at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    AppointmentFactory(clinic=clinic, starts_at=datetime(2026, 11, 24, 14, 0, tzinfo=UTC))
    times = shown(client.get(SEARCH).content.decode(), clinic)
    read = Clinic.objects.with_schedule().get()
    free = free_times([read], now=NOW, since=NOW, until=NOW + timedelta(days=14))[clinic.pk]
    assert len(times) == 8
    assert times[0] == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    assert set(times) <= set(free)
    assert times[:4] == free[:4]
    for time in times:
        assert (
            client.get(reverse("appointments:hold", args=[clinic.public_id, time])).status_code
            == 200
        )


def test_search_shows_the_consultorio_that_is_free_first(client, dr_chen, clinic, frozen):
    clinic.min_notice_minutes = 3 * 24 * 60
    clinic.save()
    sooner = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    html = client.get(SEARCH).content.decode()
    assert shown(html, clinic) == []
    assert len(shown(html, sooner)) == 8
    assert "Cumbayá, Quito" in html
    assert "y otro consultorio" in html


def test_search_by_city_shows_the_consultorio_of_that_city(client, town, dr_chen, clinic):
    lima = CityFactory(slug="lima", name="Lima", country="PE", zone="America/Lima")
    there = ClinicFactory(doctor=dr_chen, name="Miraflores", city=lima, zone="America/Lima")
    html = client.get(SEARCH, {"lugar": "lima"}).content.decode()
    assert len(shown(html, there)) == 8
    assert shown(html, clinic) == []


def test_search_says_when_nothing_is_free(client, dr_chen, frozen):
    ClinicFactory(doctor=dr_chen, hours=[])
    assert "Sin horas libres por ahora." in client.get(SEARCH).content.decode()


def test_search_keeps_nothing_and_books_nothing(client, town):
    client.get(SEARCH)
    assert not Appointment.objects.exists()
    assert client.post(SEARCH).status_code == 405


@pytest.mark.parametrize(
    ("words", "slug"),
    [("corazón", "cardiologia"), ("niños", "pediatria"), ("dentista", "odontologia"),
     ("piel", "dermatologia"), ("ojos", "oftalmologia"), ("dermatóloga", "dermatologia"),
     ("psicólogo", "psicologia"), ("paediatrician", "pediatria")],
)  # fmt: skip
def test_everyday_words_of_the_catalogue(client, frozen, words, slug):
    load_specialties()
    wanted = Specialty.objects.get(slug=slug)
    doctor("quien-toca", specialty=wanted)
    assert found(client, q=words) == ["quien-toca"]
