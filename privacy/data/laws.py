"""The laws of each country, by the names that they have there (privacy/countries.py)."""

from dataclasses import dataclass


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
