"""Public holidays of a country, by name; the doctor decides which of them are kept."""

from datetime import date
from functools import cache
from typing import NamedTuple

# Ours -> the library's.
LANGUAGES = {"es": "es", "en": "en_US"}


class Holiday(NamedTuple):
    day: date
    name: str


@cache
def holidays_of(country: str, year: int, language: str = "es") -> tuple[Holiday, ...]:
    """In the order of the year; none of a country that the library does not know."""
    import holidays  # noqa: PLC0415 -- half a second, for one page of the portal only

    if country not in holidays.list_supported_countries():
        return ()
    known = holidays.country_holidays(country, years=year, language=LANGUAGES[language])
    return tuple(Holiday(day, name) for day, name in sorted(known.items()) if day.year == year)
