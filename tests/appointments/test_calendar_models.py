"""Every named constraint of feeds and of other calendars."""

import uuid
from datetime import timedelta

import pytest

from appointments.enums import CalendarTrouble
from appointments.models import CalendarFeed, ExternalBusy, ExternalCalendar
from core.crypto import Unreadable
from tests.breaches import Breach, check
from tests.conftest import NOW
from tests.factories import ExternalCalendarFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
BUSY = {"calendar": lambda world: world, "doctor": lambda world: world.doctor}
OTHER = {"doctor": lambda world: world.doctor, "name": "Otro", "address_sealed": b"x"}
BREACHES = {
    "calendarfeed_one_live": Breach(CalendarFeed, {"owner": lambda world: world.doctor.user}),
    "externalcalendar_trouble_agrees": Breach(ExternalCalendar, {**OTHER, "trouble": "broken"}),
    "externalcalendar_named": Breach(ExternalCalendar, {**OTHER, "name": ""}),
    "externalbusy_ends_after_start": Breach(
        ExternalBusy, {**BUSY, "starts_at": NOW + HOUR, "ends_at": NOW + HOUR}
    ),
    "externalbusy_once": Breach(
        ExternalBusy, {**BUSY, "starts_at": NOW, "ends_at": NOW + 2 * HOUR}
    ),
}


@pytest.fixture
def there(clinic):
    """A calendar with a busy hour, and its doctor's feed of one's own visits."""
    calendar = ExternalCalendarFactory(doctor=clinic.doctor)
    ExternalBusy.objects.create(
        calendar=calendar, doctor=calendar.doctor, starts_at=NOW, ends_at=NOW + HOUR
    )
    CalendarFeed.objects.create(owner=clinic.doctor.user)
    return calendar


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(there, name):
    check(name, BREACHES[name], there)


def test_feeds_that_stand_beside_each_other(there, clinic, alice):
    owner = clinic.doctor.user
    CalendarFeed(owner=owner, clinic=clinic).save()
    CalendarFeed(owner=alice).save()
    CalendarFeed(owner=owner, revoked_at=NOW).save()
    CalendarFeed.objects.filter(owner=owner, clinic=None).update(revoked_at=NOW)
    CalendarFeed(owner=owner).save()


@pytest.mark.parametrize("trouble", CalendarTrouble.values)
def test_every_trouble_has_failures_and_a_sentence(there, trouble):
    assert refused(there, trouble=trouble, failures=0)
    assert refused(there, trouble="", failures=1)
    there.trouble, there.failures = trouble, 1
    there.save()
    assert there.get_trouble_display().endswith(".")


def refused(calendar, **fields):
    values = {"doctor": calendar.doctor, "name": "Otro", "address_sealed": b"x", **fields}
    check("externalcalendar_trouble_agrees", Breach(ExternalCalendar, values), calendar)
    return True


def test_address_is_sealed_and_bound_to_its_row(there):
    there.address = "https://ejemplo.test/secreto.ics"
    there.save()
    there.refresh_from_db()
    assert there.address == "https://ejemplo.test/secreto.ics"
    assert b"secreto" not in bytes(there.address_sealed)
    there.public_id = uuid.uuid4()
    with pytest.raises(Unreadable):
        _ = there.address
