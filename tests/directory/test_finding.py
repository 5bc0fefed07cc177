"""Filters and orders beside a brute force that looks at every doctor in turn."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest

from appointments.models import IndexEntry
from appointments.queries import free_times
from appointments.services.indexing import renew, renew_due
from clinics.models import Clinic, OpeningHours
from core.spelling import key_of
from directory.cards import cards_of
from directory.filters import MOMENTS, Box, Filters, Order, Point, When
from directory.finding import Search
from directory.marks import COLUMNS, EDGE, ROWS, marks_of
from directory.queries import Wanted
from doctors.models import DoctorSpecialty
from reviews.models import Rating, Review
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    AttendedFactory,
    CityFactory,
    ClinicFactory,
    DoctorFactory,
    ReviewFactory,
    SpecialtyFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ZONES = ("America/Guayaquil", "America/Mexico_City", "Europe/Madrid")
DOCTORS = 24
LOOK = timedelta(days=60)


@pytest.fixture
def country(frozen):
    """Two dozen doctors with one to three consultorios, of every sort."""
    chance = random.Random(20)
    cities = [
        CityFactory(slug=f"ciudad-{n}", name=f"Ciudad {n}", latitude=Decimal(n), zone=zone,
                    longitude=Decimal(-78 + n))
        for n, zone in enumerate(ZONES)
    ]  # fmt: skip
    specialties = [SpecialtyFactory(slug=f"rama-{n}", name=f"Rama {n}") for n in range(3)]
    for n in range(DOCTORS):
        doctor = DoctorFactory(
            title=chance.choice(["dr", "dra"]), languages=chance.sample(["es", "en", "qu"], 2),
            takes_new_patients=chance.random() > 0.1, specialty=chance.choice(specialties),
        )  # fmt: skip
        if n % 5 == 0:
            DoctorSpecialty.objects.get_or_create(doctor=doctor, specialty=specialties[n % 3])
        for _ in range(chance.randint(1, 3)):
            clinic = _clinic(chance, doctor, chance.choice(cities))
        for _ in range(chance.choice([0, 0, 1, 4])):
            _opinion(chance, clinic)
    renew_due(clock=lambda: NOW)
    return cities, specialties


def _clinic(chance, doctor, city):
    begin = chance.choice([480, 720, 1080, 1200])
    clinic = ClinicFactory(
        doctor=doctor, city=city, zone=city.zone, price=chance.choice([None, 20, 35, 50, 90]),
        latitude=city.latitude + Decimal(chance.randint(-90, 90)) / 1000 + Decimal("0.0001"),
        longitude=city.longitude + Decimal(chance.randint(-90, 90)) / 1000,
        payment_methods=chance.sample(["cash", "card", "insurance"], 2),
        agreements=chance.choice([[], ["Salud Álamo"], ["IESS", "Mutual"]]),
        sees_children=chance.random() > 0.5, is_accessible=chance.random() > 0.5,
        offers_telehealth=chance.random() > 0.7, min_notice_minutes=chance.choice([0, 120, 2880]),
        hours=[(d, begin, begin + 180) for d in chance.sample(range(1, 8), chance.randint(0, 4))],
    )  # fmt: skip
    if chance.random() > 0.6:
        for hours in OpeningHours.objects.filter(clinic=clinic)[:1]:
            day = NOW.date() + timedelta(days=(hours.weekday - NOW.isoweekday()) % 7)
            start = datetime.combine(day, datetime.min.time(), ZoneInfo(clinic.zone))
            AppointmentFactory(
                clinic=clinic, starts_at=start + timedelta(minutes=begin),
                ends_at=start + timedelta(minutes=begin + 30),
            )  # fmt: skip
    return clinic


def _opinion(chance, clinic):
    """Of a visit long ago."""
    start = NOW - timedelta(days=chance.randint(30, 3000), minutes=30 * chance.randint(0, 40))
    ReviewFactory(
        visit=AttendedFactory(clinic=clinic, starts_at=start), general=chance.randint(2, 5)
    )


def wishes(cities, specialties):
    """Random searches; most have two or three filters."""
    chance = random.Random(21)
    offers = {
        "when": [When.TODAY, When.WEEK], "since": [date(2026, 11, 26), date(2026, 12, 20)],
        "moments": [("manana",), ("tarde", "noche"), ("noche",)],
        "price_min": [Decimal(30)], "price_max": [Decimal(40), Decimal(90)],
        "language": ["en", "qu"], "sex": ["f", "m"], "payment": ["card", "insurance"],
        "agreement": ["alamo", "MUTUAL", "nada"], "children": [True], "accessible": [True],
        "telehealth": [True], "rating_min": [Decimal(3), Decimal("4.5")],
        "near": [Point(0.05, -78.02), Point(2.0, -76.0)],
        "box": [Box(-78.5, -0.5, -76.5, 1.5)],
    }  # fmt: skip
    for _ in range(120):
        names = chance.sample(sorted(offers), chance.randint(0, 3))
        filters = {name: chance.choice(offers[name]) for name in names}
        if "since" in filters:
            filters.pop("when", None)
        wanted = {"filters": Filters(**filters, order=chance.choice(list(Order)))}
        if chance.random() > 0.4:
            wanted |= {"specialties": [chance.choice(specialties)], "is_chosen": True}
        if chance.random() > 0.5:
            wanted["city"] = chance.choice(cities)
        yield Wanted(**wanted)


def fits(clinic, wanted, times):
    filters, doctor = wanted.filters, clinic.doctor
    zone = ZoneInfo(clinic.zone)
    if wanted.specialties and wanted.specialties[0] not in doctor.specialties.all():
        return False
    lat, lng = float(clinic.latitude), float(clinic.longitude)
    if filters.box:
        box = filters.box
        if not (box.south <= lat <= box.north and box.west <= lng <= box.east):
            return False
    elif filters.near:
        # A square of 50 km to each side.
        if abs(lat - filters.near.latitude) > 0.4497 or abs(lng - filters.near.longitude) > 0.45:
            return False
    elif wanted.city and clinic.city != wanted.city:
        return False
    if filters.price_min is not None and not (clinic.price and clinic.price >= filters.price_min):
        return False
    if filters.price_max is not None and not (clinic.price and clinic.price <= filters.price_max):
        return False
    facts = [
        not filters.language or filters.language in doctor.languages,
        not filters.sex or doctor.is_female == (filters.sex == "f"),
        not filters.payment or filters.payment in clinic.payment_methods,
        not filters.agreement
        or any(key_of(filters.agreement) in key_of(name) for name in clinic.agreements),
        clinic.sees_children or not filters.children,
        clinic.is_accessible or not filters.accessible,
        clinic.offers_telehealth or not filters.telehealth,
        filters.rating_min is None or stars_of(doctor) >= filters.rating_min,
    ]
    return all(facts) and (not filters.is_about_days or bool(fitting(times, filters, zone)))


def stars_of(doctor):
    """Counted from the opinions; none are no stars."""
    grades = [review.general for review in Review.objects.filter(doctor=doctor)]
    return sum(grades) / len(grades) if grades else 0


def fitting(times, filters, zone):
    today = NOW.astimezone(zone).date()
    first = filters.since or today
    last = {When.TODAY: today, When.WEEK: today + timedelta(days=6)}.get(filters.when, date.max)
    hours = {"manana": range(12), "tarde": range(12, 18), "noche": range(18, 24)}
    asked = [hour for name in filters.moments or MOMENTS for hour in hours[name]]
    walls = [(time, time.astimezone(zone)) for time in times]
    return [t for t, wall in walls if first <= wall.date() <= last and wall.hour in asked]


def test_every_search_finds_whom_it_should(country):
    clinics = list(Clinic.objects.with_schedule().prefetch_related("doctor__specialties"))
    free = free_times(clinics, now=NOW, since=NOW, until=NOW + LOOK)
    empty = 0
    for wanted in wishes(*country):
        good = [c for c in clinics if fits(c, wanted, free[c.pk])]
        expected = {c.doctor_id for c in good}
        search = Search(wanted, NOW)
        hits = search[0:100]
        assert {hit.doctor_id for hit in hits} == expected, wanted
        assert search.count() == len(expected), wanted
        assert len(hits) == len(expected), "each doctor once"
        assert {h.clinic_id for h in hits} <= {c.pk for c in good}, wanted
        others = {h.doctor_id: h.others for h in hits}
        assert others == {d: sum(c.doctor_id == d for c in good) - 1 for d in expected}
        empty += not expected
        _cards_keep_their_word(hits, wanted, good, free)
    assert empty < 60, "most searches find somebody"


def _cards_keep_their_word(hits, wanted, good, free):
    """What a card shows is the engine's, fits, and begins with the first that does."""
    for card in cards_of(hits, wanted.filters, now=NOW):
        zone = ZoneInfo(card.clinic.zone)
        fit = fitting(free[card.clinic.pk], wanted.filters, zone)
        shown = [time for _day, times in card.days for time in times]
        assert shown == [time for time in fit if time in shown], wanted
        assert shown[:1] == fit[:1], wanted
        if wanted.filters.order == Order.SOONEST and fit:
            mine = [c for c in good if c.doctor_id == card.clinic.doctor_id]
            walls = [fitting(free[c.pk], wanted.filters, ZoneInfo(c.zone))[:1] for c in mine]
            if not wanted.filters.is_about_days:
                assert fit[0] == min(times[0] for times in walls if times)


def test_soonest_first_and_those_without_times_last(country):
    hits = Search(Wanted(), NOW)[0:100]
    known = [hit.next_at for hit in hits if hit.next_at]
    assert known == sorted(known)
    assert [hit.next_at for hit in hits[: len(known)]] == known


def test_nearest_and_cheapest_first(country):
    cities, _specialties = country
    wanted = Wanted(city=cities[1], filters=Filters(order=Order.NEAREST))
    ways = [hit.kilometres for hit in Search(wanted, NOW)[0:100]]
    assert ways == sorted(ways) and ways[0] < 15
    prices = [card.clinic.price for card in cards_of(
        Search(Wanted(filters=Filters(order=Order.CHEAPEST)), NOW)[0:100],
        Filters(order=Order.CHEAPEST), now=NOW)]  # fmt: skip
    known = [price for price in prices if price is not None]
    assert known == sorted(known)
    assert prices[len(known) :] == [None] * (len(prices) - len(known))


def test_best_rated_first_and_those_without_opinions_last(country):
    hits = Search(Wanted(filters=Filters(order=Order.BEST_RATED)), NOW)[0:100]
    bounds = dict(Rating.objects.values_list("doctor", "lower"))
    found = [bounds.get(hit.doctor_id) for hit in hits]
    known = [bound for bound in found if bound is not None]
    assert len(set(known)) > 4
    assert known == sorted(known, reverse=True)
    assert found[len(known) :] == [None] * (DOCTORS - len(known))


BOXES = [
    Box(-180, -90, 180, 90), Box(-78.2, -0.2, -77.9, 0.2), Box(10, 10, 11, 11),
    Box(-78, 0, -78, 0), Box(-78.6, -0.4, -78.3, 0), Box(-79, -1, -76, 2),
]  # fmt: skip


@pytest.fixture
def roamer(country):
    """A doctor who stands in three cells of most rectangles."""
    doctor = Clinic.objects.earliest("pk").doctor
    for n in range(3):
        latitude, longitude = Decimal(n - 3) / 10, Decimal("-78.5") + Decimal(n) / 30
        ClinicFactory(doctor=doctor, latitude=latitude, longitude=longitude)
    renew([doctor.pk], now=NOW)


def marks_by_hand(box):
    """Of each cell its doctors, each at the least latitude and longitude of theirs there."""
    where = defaultdict(dict)
    entries = IndexEntry.objects.filter(
        latitude__range=(box.south, box.north), longitude__range=(box.west, box.east)
    )
    for doctor, lat, lng in entries.values_list("doctor_id", "latitude", "longitude"):
        down = int((lat - box.south) / (box.north + EDGE - box.south) * ROWS)
        across = int((lng - box.west) / (box.east + EDGE - box.west) * COLUMNS)
        before = where[down, across].get(doctor, (lat, lng))
        where[down, across][doctor] = min(before[0], lat), min(before[1], lng)
    cells = [
        (fmean(lat for lat, _ in there.values()), fmean(lng for _, lng in there.values()),
         len(there))
        for there in where.values()
    ]  # fmt: skip
    return rounded(cells), len({doctor for there in where.values() for doctor in there})


def rounded(cells):
    return sorted((round(lat, 9), round(lng, 9), doctors) for lat, lng, doctors in cells)


@pytest.mark.parametrize("box", BOXES)
def test_marks_count_everybody_in_the_rectangle(roamer, box):
    marks = marks_of(Wanted(), box, now=NOW)
    assert (rounded(marks.cells), marks.doctors) == marks_by_hand(box)
    assert len(marks.cells) <= ROWS * COLUMNS


@pytest.mark.parametrize("box", BOXES)
def test_marks_are_of_those_whom_the_list_has(roamer, box):
    wanted = Wanted(filters=Filters(when=When.WEEK, price_max=Decimal(50)))
    marks = marks_of(wanted, box, now=NOW)
    there = replace(wanted, filters=replace(wanted.filters, box=box))
    assert marks.doctors == Search(there, NOW).count()
    assert sum(mark.doctors for mark in marks.cells) >= marks.doctors
