"""One's own data and preferences."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Patient
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PROFILE = reverse("accounts:profile")
GOOD = {
    "first_names": "Alicia María",
    "last_names": "Vera",
    "birth_date_0": "3",
    "birth_date_1": "5",
    "birth_date_2": "1990",
    "sex": "female",
    "phone": "+593 99 123 4567",
    "id_country": "EC",
    "id_number": "171003406-5",
    "emergency_name": "Rosa Vera",
    "emergency_phone": "+57 321 1234567",
    "language": "es",
    "time_zone": "America/Guayaquil",
}


def test_profile_shows_what_is_known(as_, alice):
    html = as_(alice).get(PROFILE).content.decode()
    for value in ('value="Alicia"', 'value="Vera"', 'value="27"', 'value="1985"',
                  'value="+593 99 123 4567"'):  # fmt: skip
        assert value in html


def test_profile_saves(as_, alice):
    answer = as_(alice).post(PROFILE, GOOD)
    assert (answer.status_code, answer.url) == (302, PROFILE)
    me = alice.patients.get()
    assert (me.first_names, me.last_names, me.sex) == ("Alicia María", "Vera", "female")
    assert me.birth_date == date(1990, 5, 3)
    assert (str(me.phone), str(me.emergency_phone)) == ("+593991234567", "+573211234567")
    assert (me.id_country, me.id_number) == ("EC", "1710034065")
    alice.refresh_from_db()
    assert (alice.language, alice.time_zone) == ("es", "America/Guayaquil")


def test_profile_says_that_it_saved(as_, alice):
    assert "Guardamos sus datos." in as_(alice).post(PROFILE, GOOD, follow=True).content.decode()


def test_profile_needs_names_only(as_, alice):
    kept = {n: GOOD[n] for n in ("first_names", "last_names", "language", "time_zone")}
    assert as_(alice).post(PROFILE, kept).status_code == 302
    me = alice.patients.get()
    assert (me.birth_date, me.phone, me.sex, me.id_number) == (None, "", "unknown", "")


def test_profile_begins_with_the_names_of_the_account(as_):
    newcomer = UserFactory(first_names="Noa", last_names="Paz", is_patient=False)
    client = as_(newcomer)
    assert 'value="Noa"' in client.get(PROFILE).content.decode()
    assert not Patient.objects.exists()
    client.post(PROFILE, GOOD)
    assert newcomer.patients.get().relationship == "self"
    newcomer.refresh_from_db()
    assert newcomer.is_patient


def test_profile_in_english_answers_in_english(as_, alice):
    client = as_(alice)
    client.post(PROFILE, {**GOOD, "language": "en"})
    assert '<html lang="en">' in client.get(PROFILE).content.decode()


REFUSED = {
    "no name": ({"first_names": " "}, "Complete «Nombres»."),
    "long name": ({"first_names": "a" * 81}, "Escriba 80 caracteres o menos (tiene 81)."),
    "no such day": ({"birth_date_1": "13"}, "Escriba una fecha que exista"),
    "half a date": ({"birth_date_0": ""}, "Escriba una fecha que exista"),
    "future": ({"birth_date_2": "2090"}, "Escriba una fecha entre el 01/01/1900"),
    "ancient": ({"birth_date_2": "1899"}, "Escriba una fecha entre el 01/01/1900"),
    "unknown sex": ({"sex": "robot"}, "Elija una de las opciones de la lista."),
    "phone without country": ({"phone": "0991234567"}, "Escriba el celular con el código del país"),
    "number of no country": ({"id_country": ""}, "Elija el país que emitió el documento."),
    "mistyped number": ({"id_number": "1710034066"}, "no corresponde a un documento de ese país"),
    "unknown country": ({"id_country": "ZZ"}, "Elija una de las opciones de la lista."),
    "number that grows in capitals": ({"id_country": "US", "id_number": "ß" * 30},
                                      "Escriba 30 caracteres o menos"),
    "unknown zone": ({"time_zone": "Mars/Olympus"}, "Elija una de las opciones de la lista."),
    "unknown language": ({"language": "xx"}, "Elija una de las opciones de la lista."),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "sentence"), REFUSED.values(), ids=REFUSED)
def test_profile_refused_keeps_what_was_typed(as_, alice, changed, sentence):
    answer = as_(alice).post(PROFILE, {**GOOD, **changed})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert "Hay un problema" in html
    assert 'value="Rosa Vera"' in html
    assert alice.patients.get().emergency_name == ""


IDS = {
    "AR": "20.123.456", "CL": "12.531.909-2", "CO": "1020304050", "ES": "54362315-K",
    "MX": "BOXW310820HNERXN09", "PE": "10117410", "US": "AB 123456",
}  # fmt: skip


@pytest.mark.parametrize(("country", "number"), IDS.items(), ids=IDS)
def test_profile_takes_documents_of_many_countries(as_, alice, country, number):
    answer = as_(alice).post(PROFILE, {**GOOD, "id_country": country, "id_number": number})
    assert answer.status_code == 302
    assert alice.patients.get().id_country == country


def test_profile_changes_ones_own_only(as_, alice, bob):
    as_(alice).post(PROFILE, {**GOOD, "account": bob.pk, "id": bob.patients.get().pk})
    assert bob.patients.get().first_names == "Bruno"


def test_profile_makes_nobody_a_doctor(as_, alice):
    as_(alice).post(PROFILE, {**GOOD, "is_doctor": "1", "is_staff": "1", "email": "x@y.test"})
    alice.refresh_from_db()
    assert (alice.is_doctor, alice.is_staff, alice.email) == (False, False, "alice@ejemplo.test")


def test_profile_of_anonymous_goes_to_log_in(client):
    assert client.get(PROFILE).url == f"/cuenta/login/?next={PROFILE}"
    assert client.post(PROFILE, GOOD).url == f"/cuenta/login/?next={PROFILE}"


def test_profile_takes_get_and_post_only(as_, alice):
    assert as_(alice).delete(PROFILE).status_code == 405
