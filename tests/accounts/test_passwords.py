"""Which passwords are refused: the short ones, what others have lost, and what one's name tells."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.accounts.test_signup import GOOD
from tests.factories import UserFactory

LEAKED = "Esa contraseña ya se filtró en otros sitios y se prueba primero. Elija otra."


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
    assert len(refusals("mariaelena.paz", user)) == 1


@pytest.mark.django_db
def test_sign_up_says_so(client):
    answer = client.post("/cuenta/signup/", {**GOOD, "password1": "tequieromucho"})
    assert (answer.status_code, LEAKED in answer.content.decode()) == (422, True)
