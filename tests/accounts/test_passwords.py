"""Which passwords are refused: the short ones, what others have lost, and what one's name tells."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from tests.accounts.test_signup import GOOD
from tests.factories import UserFactory

LEAKED = "Esa contraseña ya se filtró en otros sitios y se prueba primero. Elija otra."

OWN = "Su nombre, su correo y el nombre de este sitio no protegen. Agregue otras palabras."


def refusals(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return error.messages
    return []


@pytest.mark.parametrize(
    "password",
    [
        "tequieromucho", "TeQuieroMucho", "tequiéromucho", "contraseña".replace("ñ", "n") + "123",
        "barcelona10", "qwertyuiop", "mimamamemima", "colombia123",
    ],
)  # fmt: skip
def test_leaked_passwords_are_refused_however_they_are_spelt(password):
    assert LEAKED in refusals(password)


@pytest.mark.parametrize(
    "password",
    [
        "lápiz-nube-73-ventana",
        "caballo verde lluvia",
        "🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂",
        "x7#kQ9!mmzPw",
        "ñ" * 64,
    ],
)
def test_long_ones_of_ones_own_are_taken(password):
    assert refusals(password) == []


@pytest.mark.parametrize("password", ["corta", "x7#kQ9!mm", ""])
def test_short_ones_are_told_the_length_only(password):
    assert len(refusals(password)) == 1
    assert "10" in refusals(password)[0]


@pytest.mark.django_db
def test_ones_own_address_is_no_password():
    user = UserFactory(email="mariaelena.paz@ejemplo.test")
    assert refusals("mariaelena.paz", user) == [OWN]


@pytest.mark.parametrize(
    "password",
    [
        "guadalupebenavides", "Benavides-Guadalupe", "benavides guadalupe 26", "doctobooking2026",
        "Doctobooking!", "lupita99lupita99", "GUADALUPE.ejemplo",
    ],
)  # fmt: skip
def test_what_everybody_knows_of_somebody_is_no_password(password):
    user = User(email="lupita99@ejemplo.test", first_names="Guadalupe", last_names="Benavídes")
    assert refusals(password, user) == [OWN]


@pytest.mark.parametrize("password", ["guadalupe sueña con el mar", "doctobooking-tres-gatos"])
def test_ones_name_beside_words_of_ones_own_is_one(password):
    assert refusals(password, User(email="l@ejemplo.test", first_names="Guadalupe")) == []


@pytest.mark.django_db
def test_sign_up_knows_the_names_of_its_own_form(client):
    names = {"first_names": "Guadalupe", "last_names": "Benavides"}
    page = "/cuenta/signup/"
    answer = client.post(page, {**GOOD, **names, "password1": "guadalupebenavides"})
    assert (answer.status_code, OWN in answer.content.decode()) == (422, True)
    assert not User.objects.filter(email=GOOD["email"]).exists()


@pytest.mark.django_db
def test_sign_up_says_so(client):
    answer = client.post("/cuenta/signup/", {**GOOD, "password1": "tequieromucho"})
    assert (answer.status_code, LEAKED in answer.content.decode()) == (422, True)
