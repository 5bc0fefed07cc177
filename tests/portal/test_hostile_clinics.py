"""Every form of the consultorios x bad input: a sentence and 4xx, never a 5xx."""

import pytest
from django.urls import reverse

from clinics.forms.place import PlaceForm
from tests.clinics.forms.test_dates import GOOD as DATES
from tests.clinics.forms.test_rules import GOOD as RULES
from tests.clinics.forms.test_week import flat, row
from tests.factories import ClinicFactory
from tests.test_hostile import Door, assault, filters, logged_in, one

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def ana(frozen, dr_chen):
    return logged_in(dr_chen.user)()


def page(name, clinic):
    return reverse(f"portal:{name}", args=[clinic.public_id])


def test_places(ana, clinic):
    good = {name: str(value) for name, value in PlaceForm.initial_of(clinic).items()}
    good["city_search"] = ""
    names = ["name", "address", "latitude", "longitude", "phone", "directions"]
    for path in (reverse("portal:clinic_new"), page("clinic", clinic)):
        assault(Door(one(ana), path, good, [*names, "city", "zone"], singly=names))
    searched = {**good, "search": "1"}
    found = Door(one(ana), page("clinic", clinic), searched, ["city_search", "city"],
                 refuses=(), statuses=(200, 302, 400, 422))  # fmt: skip
    assault(found)


def test_cities(ana, clinic):
    assault(filters(ana, reverse("portal:cities"), ["city_search", "city"]))


def test_state(ana, clinic):
    assault(Door(one(ana), page("clinic_state", clinic), {"state": "paused"}, ["state"]))


def test_hours(ana, clinic):
    good = {**flat(row(1, "9", "13", "2026-12-01", "2026-12-31")), "act": "save"}
    names = ["opens_0", "closes_0", "since_0", "until_0"]
    assault(Door(one(ana), page("hours", clinic), good, names))
    # Buttons, and weekdays that are none, only change what the page shows.
    edits = Door(one(ana), page("hours", clinic), good, ["act", "day_0", "copy_1"],
                 refuses=(), statuses=(200, 302, 422))  # fmt: skip
    assault(edits)


def test_dates(ana, clinic):
    path = page("dates", clinic)
    assault(Door(one(ana), path, {**DATES, "act": "add"}, [*DATES]))
    assault(Door(one(ana), path, {"act": "holidays", "days": "2026-12-25"}, ["days"]))
    drop = {"kind": "closed", "since": "2026-12-24", "until": "2026-12-24", "opens": "",
            "closes": ""}  # fmt: skip
    assault(Door(one(ana), path, {**drop, "act": "drop"}, [*drop]))
    assault(filters(ana, path, ["ano"]))


def test_rules(ana, clinic):
    assault(Door(one(ana), page("booking_rules", clinic), RULES, [*RULES]))


def test_travel(ana, clinic, dr_chen):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    name = f"{clinic.public_id}_{other.public_id}"
    door = Door(one(ana), reverse("portal:travel"), {name: "30"}, [name])
    assault(door)
