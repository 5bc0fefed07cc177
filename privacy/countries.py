"""What the law of each country asks: how long records are kept, by which law, and who hears
complaints. To be confirmed by counsel before a country is opened; settings override the years.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings


@dataclass(frozen=True)
class Country:
    """Years from the last visit. Proper names stay in the language of the law."""

    code: str
    clinical_years: int
    clinical_source: str
    receipt_years: int
    receipt_source: str
    law: str
    authority: str
    emergency: str


TABLE = (
    Country("EC", 15, "Acuerdo Ministerial 00115-2020", 7, "Ley del RUC / Código Tributario",
            "Ley Orgánica de Protección de Datos Personales (2021)",
            "Superintendencia de Protección de Datos Personales", "911"),
    Country("CO", 15, "Resolución 839 de 2017, art. 3", 10, "Ley 962 de 2005, art. 28",
            "Ley 1581 de 2012", "Superintendencia de Industria y Comercio", "123"),
    Country("PE", 20, "NTS 139-MINSA/2018/DGAIN", 5, "Código Tributario, art. 87",
            "Ley 29733", "Autoridad Nacional de Protección de Datos Personales", "106"),
    Country("MX", 5, "NOM-004-SSA3-2012, 5.4", 5, "Código Fiscal de la Federación, art. 30",
            "LFPDPPP (2025)", "Secretaría Anticorrupción y Buen Gobierno", "911"),
    Country("AR", 10, "Ley 26.529, art. 18", 10, "Código Civil y Comercial, art. 328",
            "Ley 25.326", "Agencia de Acceso a la Información Pública", "107"),
    Country("CL", 15, "Ley 20.584, art. 13", 6, "Código Tributario, arts. 17 y 200",
            "Ley 19.628, modificada por la Ley 21.719", "Agencia de Protección de Datos Personales",
            "131"),
    Country("ES", 5, "Ley 41/2002, art. 17.1", 6, "Código de Comercio, art. 30",
            "RGPD y Ley Orgánica 3/2018", "Agencia Española de Protección de Datos", "112"),
)  # fmt: skip
# Of a country that is not in the table: as long as the longest of most.
OTHER = Country("", 15, "", 10, "", "", "", "112")
BY_CODE = {country.code: country for country in TABLE}


def rules_of(code: str) -> Country:
    return BY_CODE.get(code, OTHER)


def clinical_years(code: str) -> int:
    return int(settings.CLINICAL_YEARS.get(code, rules_of(code).clinical_years))


def receipt_years(code: str) -> int:
    return int(settings.RECEIPT_YEARS.get(code, rules_of(code).receipt_years))


def keep_until(code: str, last: datetime) -> datetime:
    """When a clinical record whose last visit was at `last` may go, with its receipts."""
    return years_after(last, max(clinical_years(code), receipt_years(code)))


def years_after(moment: datetime, years: int) -> datetime:
    """The same day of a later year; of 29 February, where there is none, the day after it."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)
