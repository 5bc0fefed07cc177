"""Keeping a time for one browser."""

from datetime import timedelta

import pytest

from appointments import refusals
from appointments.enums import Status
from appointments.models import Appointment, BookingDraft
from appointments.queries import is_offered
from appointments.services.holds import extend_hold
from core.models import Event
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)
TEN = timedelta(minutes=10)


def test_hold_keeps_the_time_for_ten_minutes(hold, clinic, slot, now):
    held = hold("hers").appointment
    assert (held.status, held.hold_expires_at) == (Status.HELD, now + TEN)
    assert (held.patient, held.code, held.booked_by) == (None, None, None)
    assert not is_offered(clinic, slot, now=now + TEN - timedelta(seconds=1))
    assert is_offered(clinic, slot, now=now + TEN)


def test_holding_tells_nobody(hold):
    hold("hers")
    assert Event.objects.count() == 0


def test_hold_again_changes_nothing(hold, now):
    first = hold("hers")
    again = hold("hers", now=now + timedelta(minutes=5))
    assert again.appointment == first.appointment
    assert again.appointment.hold_expires_at == now + TEN
    assert Appointment.objects.count() == 1


def test_one_browser_holds_one_time(hold, clinic, slot, now):
    first = hold("hers").appointment
    second = hold("hers", starts_at=slot + HALF_HOUR).appointment
    first.refresh_from_db()
    assert (first.status, second.status) == (Status.EXPIRED, Status.HELD)
    assert is_offered(clinic, slot, now=now)
    assert BookingDraft.objects.get().appointment == second


def test_a_refused_hold_keeps_the_one_before(hold, slot):
    first = hold("hers").appointment
    hold("his", starts_at=slot + HALF_HOUR)
    with pytest.raises(refusals.SlotTaken):
        hold("hers", starts_at=slot + HALF_HOUR)
    first.refresh_from_db()
    assert first.status == Status.HELD
    assert BookingDraft.objects.get(holder_key="hers").appointment == first


def test_held_by_another_browser(hold):
    hold("hers")
    with pytest.raises(refusals.SlotTaken):
        hold("his")
    assert BookingDraft.objects.count() == 1


def test_run_out_hold_goes_to_the_next_who_asks(hold, now):
    first = hold("hers").appointment
    second = hold("his", now=now + TEN).appointment
    first.refresh_from_db()
    assert (first.status, second.status) == (Status.EXPIRED, Status.HELD)


def test_run_out_hold_can_be_held_again(hold, now):
    hold("hers")
    again = hold("hers", now=now + TEN).appointment
    assert again.hold_expires_at == now + 2 * TEN


@pytest.mark.parametrize(
    ("minutes", "refusal"),
    [
        (7, refusals.SlotNotOffered),
        (12 * 60, refusals.SlotNotOffered),
        (-2 * 1440, refusals.SlotInThePast),
    ],
)
def test_time_that_is_not_offered(hold, slot, minutes, refusal):
    with pytest.raises(refusal):
        hold("hers", starts_at=slot + timedelta(minutes=minutes))
    assert BookingDraft.objects.count() == 0


def test_time_of_a_visit(hold, clinic, slot):
    AppointmentFactory(clinic=clinic, starts_at=slot)
    with pytest.raises(refusals.SlotTaken):
        hold("hers")


def test_doctor_is_elsewhere(hold, dr_chen, clinic, slot):
    other = ClinicFactory(doctor=dr_chen, name="Norte", slot_minutes=45)
    hold("hers")
    with pytest.raises(refusals.SlotTaken):
        hold("his", clinic=other, starts_at=slot - timedelta(minutes=15))


def test_holds_of_one_address_are_counted(hold, slot, settings, now):
    settings.HOLDS_PER_ADDRESS = 2
    hold("a")
    hold("b", starts_at=slot + HALF_HOUR)
    with pytest.raises(refusals.TooManyHolds):
        hold("c", starts_at=slot + 2 * HALF_HOUR)
    assert hold("d", starts_at=slot + 2 * HALF_HOUR, address="elsewhere")
    assert hold("b", starts_at=slot + 3 * HALF_HOUR), "its own hold does not count against it"
    assert hold("c", starts_at=slot + 4 * HALF_HOUR, now=now + TEN)


def test_extend_once(hold, now):
    hold("hers")
    later = now + timedelta(minutes=9)
    draft = extend_hold(holder_key="hers", now=later)
    draft.appointment.refresh_from_db()
    assert draft.appointment.hold_expires_at == later + TEN
    with pytest.raises(refusals.NoMoreTime):
        extend_hold(holder_key="hers", now=later)


def test_extend_again_for_another_time(hold, slot, now):
    hold("hers")
    extend_hold(holder_key="hers", now=now)
    hold("hers", starts_at=slot + HALF_HOUR)
    assert extend_hold(holder_key="hers", now=now).is_extended


def test_extend_what_ran_out(hold, now):
    hold("hers")
    with pytest.raises(refusals.HoldLost):
        extend_hold(holder_key="hers", now=now + TEN)


def test_extend_nothing(now, db):
    with pytest.raises(refusals.HoldLost):
        extend_hold(holder_key="nobody's", now=now)
