"""Every named constraint of the figures and of the hours that were."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from appointments.models import HoursVersion, OccupancyDay, OccupancyIncome
from tests.breaches import Breach, check
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
LISTS = {"leads": [0] * 7, "offered_hours": [0] * 24, "booked_hours": [0] * 24}
HOURS = {"until": NOW, "zone": "UTC", "is_active": True, "week": [], "special_days": [],
         "transaction": 7, "began_at": datetime(2026, 11, 20, tzinfo=NOW.tzinfo)}  # fmt: skip
INCOME = {"day": DAY, "currency": "USD", "expected": Decimal(1), "received": Decimal(0)}


def of(clinic):
    return clinic


BREACHES = {
    "hoursversion_once": Breach(HoursVersion, {"clinic": of, **HOURS}),
    "occupancyday_once": Breach(OccupancyDay, {"clinic": of, "day": DAY, **LISTS}),
    "occupancyday_parts_fit": Breach(
        OccupancyDay, {"clinic": of, "day": date(2026, 11, 21), "outside": 1, **LISTS}
    ),
    "occupancyincome_once": Breach(OccupancyIncome, {"clinic": of, **INCOME}),
}


@pytest.fixture
def there(clinic):
    HoursVersion.objects.create(clinic=clinic, **HOURS)
    OccupancyDay.objects.create(clinic=clinic, day=DAY, **LISTS)
    OccupancyIncome.objects.create(clinic=clinic, **INCOME)
    return clinic


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(there, name):
    check(name, BREACHES[name], there)


def test_no_more_is_refilled_than_was_lost(there):
    fields = {"clinic": of, "day": date(2026, 11, 21), "late": 30, "refilled": 31, **LISTS}
    check("occupancyday_parts_fit", Breach(OccupancyDay, fields), there)
