"""A new person for whom the account books."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
ADD = reverse("accounts:add_dependant")
GOOD = {
    "first_names": "Mateo",
    "last_names": "Vera",
    "relationship": "child",
    "birth_date_0": "3",
    "birth_date_1": "5",
    "birth_date_2": "2018",
}


def test_add_dependant_adds(as_, alice):
    client = as_(alice)
    assert client.get(ADD).status_code == 200
    assert client.post(ADD, GOOD).url == reverse("accounts:dependants")
    child = alice.patients.exclude(relationship="self").get()
    assert (child.full_name, child.relationship) == ("Mateo Vera", "child")
    assert child.birth_date == date(2018, 5, 3)


def test_add_dependant_twice_is_one_person(as_, alice):
    client = as_(alice)
    client.post(ADD, GOOD)
    client.post(ADD, GOOD)
    assert alice.patients.count() == 2


def test_add_dependant_of_the_same_name_as_another_accounts(as_, alice, bob):
    PatientFactory(account=bob, relationship="child", first_names="Mateo", last_names="Vera")
    as_(alice).post(ADD, GOOD)
    assert alice.patients.count() == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"relationship": "self"}, "Elija una de las opciones de la lista."),
        ({"relationship": ""}, "Elija una opción en «¿Qué es esta persona para usted?»."),
        ({f"birth_date_{n}": "" for n in range(3)}, "Escriba el día, el mes y el año."),
        ({"birth_date_2": "2030"}, "Escriba una fecha entre el"),
        ({"last_names": ""}, "Complete «Apellidos»."),
    ],
)
def test_add_dependant_refused_keeps_what_was_typed(as_, alice, changed, sentence):
    answer = as_(alice).post(ADD, {**GOOD, **changed})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert 'value="Mateo"' in html
    assert alice.patients.count() == 1


def test_add_dependant_by_anonymous_goes_to_log_in(client):
    assert client.post(ADD, GOOD).url == f"/cuenta/login/?next={ADD}"


def test_add_dependant_takes_get_and_post_only(as_, alice):
    assert as_(alice).put(ADD).status_code == 405


def test_add_dependant_up_to_so_many(as_, alice, settings):
    settings.PEOPLE_PER_ACCOUNT = 1
    client = as_(alice)
    client.post(ADD, GOOD)
    answer = client.post(ADD, {**GOOD, "first_names": "Sofía"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Su cuenta ya tiene el máximo de personas a su cargo." in html
    assert 'value="Sofía"' in html
    assert [child.first_names for child in alice.patients.exclude(relationship="self")] == ["Mateo"]
    assert client.post(ADD, GOOD).url == reverse("accounts:dependants")
