"""Each page of a doctor's consultorios speaks one language, its refusals and questions too."""

import pytest

from tests.clinics.forms.test_dates import GOOD as GOOD_DATES
from tests.clinics.forms.test_rules import GOOD as GOOD_RULES
from tests.clinics.forms.test_week import flat, row
from tests.factories import CityFactory
from tests.languages.browser import page, stamp

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
LONG_AGO = "2001-01-01"
PLACE = {
    "name": "Cumbayá", "address": "Av. República 123", "city_search": "", "city": "quito",
    "latitude": "-0.2", "longitude": "-78.43", "zone": "", "phone": "", "directions": "",
}  # fmt: skip


def test_places_speak_one_language(ana, clinic):
    new = page("clinic_new")
    for address in (page("clinics"), new, page("clinic", clinic)):
        ana.get(address)
    for typed in (
        {}, {**PLACE, "city": "", "city_search": "Qui", "search": "1"},
        {**PLACE, "city": "", "city_search": "zzzz", "search": "1"},
        {**PLACE, "name": "", "city": "", "latitude": "x", "phone": "1"},
        {**PLACE, "latitude": "91", "longitude": "", "city": "zzz"},
        {**PLACE, "latitude": "40", "longitude": "-3"}, PLACE,
    ):  # fmt: skip
        ana.post(new, typed)
    for query in ({}, {"city_search": "zzzz"}, {"city_search": "Qui"}):
        ana.part(page("cities"), query)


def test_another_clock_speaks_one_language(ana, clinic, visits):
    CityFactory(slug="puerto-ayora", name="Puerto Ayora", zone="Pacific/Galapagos")
    place = page("clinic", clinic)
    ana.get(place)
    ana.post(place, {**PLACE, "zone": "America/Bogota"})
    for wish in ("", "keep"):
        ana.post(place, {**PLACE, "zone": "Pacific/Galapagos", "settle": "1", "settle-all": wish})


def test_states_of_clinics_speak_one_language(ana, clinic, visits, other):
    state = page("clinic_state", clinic)
    for act in ("", "zzz", "paused", "active"):
        ana.post(state, {"state": act})
        ana.get(state)
        ana.get(page("clinics"))
    ana.post(state, {"state": "archived"})
    ana.post(page("clinic_state", other), {"state": "archived"})
    ana.get(page("clinic_state", other))
    ana.get(page("clinics"))
    ana.post(page("clinic", other), PLACE)


def test_hours_speak_one_language(ana, clinic, visits):
    hours = page("hours", clinic)
    ana.get(hours)
    monday = row(1, "9", "13")
    for typed in (
        {}, {**flat(row(1, "x", "13")), "act": "save"}, {**flat(row(1, "24", "9")), "act": "save"},
        {**flat(monday, row(1, "12", "15")), "act": "save"},
        {**flat(row(1, "9", "9")), "act": "save"},
        {**flat(row(1, "9", "13", since="2026-12-24", until="2026-12-01")), "act": "save"},
        {**flat(*(row(n, "0", "24") for n in range(1, 8))), "act": "save"},
        {**flat(monday), "act": "add:2"}, {**flat(monday), "act": "copy:1", "copy_1": ["2"]},
        {**flat(monday), "act": "drop:0"}, {**flat(monday), "act": "preview"},
        {**flat(monday), "act": "save"},
    ):  # fmt: skip
        ana.post(hours, typed)


def test_changes_that_touch_visits_speak_one_language(ana, clinic, visits):
    dates = page("dates", clinic)
    close = {**GOOD_DATES, "act": "add", "since": "2026-11-23", "until": "2026-11-27", "note": ""}
    ana.post(dates, {**close, "settle": "1"})
    for wish in ("keep", "cancel", "move"):
        ana.post(dates, {**close, "settle": "1", "settle-all": wish})
    booked = visits[0]
    keys = {
        f"settle-{v.public_id}-{stamp(v.starts_at)}": wish
        for v, wish in zip(
            (booked, visits[1], visits[2], visits[-1]), ("keep", "cancel", "cancel", "keep"),
            strict=True,
        )
    }  # fmt: skip
    ana.post(dates, {**close, "settle": "1", "settle-message": "x" * 2000, **keys})
    ana.post(dates, {**close, "settle": "1", **keys})
    for visit in visits[:3]:
        ana.get(page("visit", visit))
    ana.get(page("agenda"))


def test_special_dates_speak_one_language(ana, clinic):
    dates, good = page("dates", clinic), {**GOOD_DATES, "act": "add", "note": ""}
    ana.get(dates)
    ana.get(dates, {"ano": "2027"})
    for typed in (
        {}, {"act": "add"}, {**good, "until": "2026-12-01"}, {**good, "until": "2028-11-01"},
        {**good, "opens": "9"}, {**good, "opens": "24", "closes": "9"}, {**good, "since": LONG_AGO},
        {**good, "kind": "extra"}, {**good, "opens": "9", "closes": "9"}, {"act": "holidays"},
        good, {**good, "kind": "extra", "since": "2026-12-28", "opens": "9", "closes": "11"},
        {**good, "since": "2026-12-29", "until": "2026-12-31"},
        {"act": "holidays", "days": ["2026-12-25"]},
    ):  # fmt: skip
        ana.post(dates, typed)
    for address in (page("hours", clinic), page("clinics")):
        ana.get(address)


def test_rules_speak_one_language(ana, clinic):
    rules = page("booking_rules", clinic)
    ana.get(rules)
    good = {**GOOD_RULES, "payment_policy": ""}
    for typed in ({}, {**good, "price": "x"}, {**good, "price": "-1"}, {**good, "price": "45.000"},
                  {**good, "price": "1.5", "currency": "CLP"}, {**good, "slot_minutes": "7"},
                  good):  # fmt: skip
        ana.post(rules, typed)
    for address in (page("hours", clinic), page("clinics"), page("why")):
        ana.get(address)


def test_travel_speaks_one_language(ana, clinic, other):
    ana.get(page("travel"))
    for minutes in ("x", "-1", "9999", "45"):
        ana.post(page("travel"), {f"{clinic.public_id}_{other.public_id}": minutes})
