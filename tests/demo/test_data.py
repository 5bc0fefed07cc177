"""The files of doctobooking/demo/data fit each other and the product."""

import csv
import gzip

import phonenumbers
import pytest

from clinics.enums import Currency
from clinics.services.gazetteer import FILE
from doctobooking.demo import source
from doctobooking.demo.chance import Chance
from doctors.services.catalogue import FILE as SPECIALTIES

COUNTRIES = sorted(source.countries())


@pytest.mark.parametrize("code", COUNTRIES)
@pytest.mark.parametrize("kind", ["mobile", "landline"])
def test_every_made_up_number_could_be_dialled_in_its_country(code, kind):
    chance = Chance(f"phones of {code}")
    pattern = getattr(source.countries()[code], kind)

    for _ in range(50):
        number = phonenumbers.parse(chance.fill(pattern))
        assert phonenumbers.is_valid_number_for_region(number, code), number


@pytest.mark.parametrize("code", COUNTRIES)
def test_each_country_has_words_for_everything(code):
    country = source.countries()[code]

    assert country.currency in Currency.values
    assert country.price_low < country.price_high
    assert len(source.listed("streets.csv", code)) >= 2
    assert source.listed("universities.csv", code)
    assert source.listed("hospitals.csv", code)
    assert len(source.listed("surnames.csv", country.names)) > 30
    assert len(source.first_names(country.names, "f")) >= 30
    assert len(source.first_names(country.names, "m")) >= 30


def test_every_specialty_is_practised_and_has_words():
    with SPECIALTIES.open(encoding="utf-8", newline="") as file:
        slugs = {row["slug"] for row in csv.DictReader(file)}

    assert set(source.practices()) == slugs
    for group in {practice.group for practice in source.practices().values()}:
        assert source.sentences(group, "middle")
        assert source.listed("reasons.csv", group)


def test_every_district_is_near_its_city_of_the_gazetteer():
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        cities = {row["slug"]: row for row in csv.DictReader(file)}

    for district in source.districts():
        city = cities[district.city]
        assert abs(float(city["latitude"]) - district.latitude) < 0.2, district
        assert abs(float(city["longitude"]) - district.longitude) < 0.2, district
    assert {cities[d.city]["country"] for d in source.districts()} == set(COUNTRIES)
