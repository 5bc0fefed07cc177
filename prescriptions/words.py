"""A dose in words, as it is printed: «una tableta cada 24 horas por 30 días»."""

from unicodedata import category

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prescriptions.documents import Medicine
from prescriptions.enums import Rhythm, Route

LAST_LATIN = 0x24F
NO_FONT, IN_FONT = ("So", "Sk", "Lo", "Co", "Cn", "Cs"), "™№"


def dose_in_words(medicine: Medicine) -> str:
    parts = [medicine.dose, _rhythm(medicine)]
    if medicine.days and medicine.rhythm != Rhythm.ONCE:
        parts.append(_days(medicine.days))
    return " ".join(part for part in parts if part)


def route_in_words(medicine: Medicine) -> str:
    return str(Route(medicine.route).label)


def repeats_in_words(repeats: int) -> str:
    """How often a pharmacy may dispense it besides the first time."""
    if not repeats:
        return _("Se entrega una sola vez.")
    said = ngettext(
        "Se puede repetir %(n)s vez.", "Se puede repetir %(n)s veces.", repeats
    )  # fmt: skip
    return said % {"n": repeats}


def _rhythm(medicine: Medicine) -> str:
    if medicine.rhythm == Rhythm.ONCE:
        return _("en dosis única")
    every = _hours(medicine.hours) if medicine.hours else ""
    if medicine.rhythm == Rhythm.EVERY:
        return every
    if every:
        return _("cuando lo necesite, como máximo %(every)s") % {"every": every}
    return _("cuando lo necesite")


def _hours(hours: int) -> str:
    return ngettext("cada hora", "cada %(n)s horas", hours) % {"n": hours}


def _days(days: int) -> str:
    return ngettext("por %(n)s día", "por %(n)s días", days) % {"n": days}


def unprinted(text: str) -> str:
    """The signs of a text that the paper's fonts lack: pictures, and letters of other scripts than
    Latin, Greek and Cyrillic.
    """
    lacking = (sign for sign in text if ord(sign) > LAST_LATIN and category(sign) in NO_FONT)
    return "".join(sign for sign in dict.fromkeys(lacking) if sign not in IN_FONT)
