"""How an opinion is signed."""

import unicodedata

from accounts.models import Patient

# Before a surname that is not one by itself.
PARTICLES = frozenset({"de", "del", "la", "las", "los", "da", "do", "dos", "van", "von", "y"})


def initials_of(patient: Patient) -> str:
    """«M. P.»: of the first given name and the first surname."""
    letters = (_first_letter(names) for names in (patient.first_names, patient.last_names))
    return " ".join(f"{letter}." for letter in letters if letter) or "—"


def _first_letter(names: str) -> str:
    words = unicodedata.normalize("NFC", names).split()
    own = [word for word in words if word.lower() not in PARTICLES] or words
    letters = (sign for word in own for sign in word if sign.isalpha())
    return next(letters, "").upper()[:2]
