"""What the law of each country asks: how long records are kept, by which law, and who hears
complaints. To be confirmed by counsel before a country is opened; settings override the years.
"""

from django.conf import settings

from privacy.data.laws import TABLE, Country

# Of a country that is not in the table: as long as the longest of most.
OTHER = Country("", 15, "", 10, "", "", "", "112")
BY_CODE = {country.code: country for country in TABLE}


def rules_of(code: str) -> Country:
    return BY_CODE.get(code, OTHER)


def clinical_years(code: str) -> int:
    return int(settings.CLINICAL_YEARS.get(code, rules_of(code).clinical_years))


def receipt_years(code: str) -> int:
    return int(settings.RECEIPT_YEARS.get(code, rules_of(code).receipt_years))
