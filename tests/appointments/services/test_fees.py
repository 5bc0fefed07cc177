"""Fees of late cancellations and missed visits: as they were agreed when the visit was booked."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from appointments import refusals
from appointments.balance import balance_of
from appointments.enums import Fee, Status
from appointments.models import Appointment
from appointments.rules import cancelling_costs
from appointments.services.booking import terms_of
from appointments.services.cancelling import cancel_appointment
from appointments.services.fees import charge_for, lift_charge
from clinics.terms import TERMS
from core.models import Event
from core.money import WHOLE
from tests.appointments.wishes import wish_of
from tests.conftest import NOW, SLOT
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)
# Nights on which the clocks of these zones change.
CHANGES = {
    "Europe/Madrid": [datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)],
    "America/Santiago": [datetime(2026, 9, 6, tzinfo=UTC), datetime(2027, 4, 4, tzinfo=UTC)],
    "America/Havana": [datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 14, tzinfo=UTC)],
    "America/Guayaquil": [NOW],
}
AGREED = {
    "late_cancellation_fee": Decimal(20), "no_show_fee": Decimal(30), "payment_time": "before",
    "deposit_terms": "La mitad al reservar.", "follow_up_days": 15,
}  # fmt: skip
NOTHING_ASKED = {
    "late_cancellation_fee": None, "no_show_fee": Decimal(1), "payment_time": "after",
    "deposit_terms": "", "follow_up_days": 0, "price": Decimal(99), "currency": "EUR",
    "payment_policy": "Otra", "payment_methods": ["transfer"], "cancellation_notice_minutes": 0,
}  # fmt: skip
FROZEN = (*TERMS, "price", "currency", "payment_policy", "payment_methods",
          "cancellation_notice_minutes", "visit_type", "booked_at")  # fmt: skip
OTHERS = NOTHING_ASKED | {
    "payment_methods": "transfer", "visit_type": "Control", "booked_at": None,
    "cancellation_notice_minutes": 7,
}  # fmt: skip


@pytest.fixture
def agreed(clinic):
    for name, value in AGREED.items():
        setattr(clinic, name, value)
    clinic.save()
    clinic.refresh_from_db()
    return clinic


def cancel(visit, now, told_fee="", **changes):
    return cancel_appointment(
        appointment=visit, actor=visit.booked_by, now=now, told_fee=told_fee,
        status=changes.pop("status", Status.CANCELLED_BY_PATIENT), **changes,
    )  # fmt: skip


def frozen_terms(visit):
    return Appointment.objects.values_list(*FROZEN).get(pk=visit.pk)


def test_terms_are_frozen_with_the_visit(agreed, alice, book):
    visit = book(alice)
    before = frozen_terms(visit)
    assert before[: len(TERMS)] == tuple(AGREED[name] for name in TERMS)
    for name, value in NOTHING_ASKED.items():
        setattr(agreed, name, value)
    agreed.save()
    assert frozen_terms(visit) == before
    late = cancel(visit, SLOT - timedelta(hours=1), "20.00")
    assert late.payment_lines.get().amount == 20
    assert frozen_terms(visit) == before


@pytest.mark.parametrize("name", FROZEN)
def test_not_even_sql_changes_the_terms_of_a_visit(agreed, alice, book, name):
    visit = book(alice)
    before = frozen_terms(visit)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Appointment.objects.filter(pk=visit.pk).update(**{name: OTHERS[name]})
    assert error.value.__cause__.diag.constraint_name == "appointment_terms_stay"
    assert frozen_terms(visit) == before


@pytest.mark.parametrize("name", TERMS)
def test_terms_that_changed_meanwhile_are_shown_again(agreed, alice, clinic, wish, name, now):
    request = wish(alice)
    before = terms_of(agreed)
    setattr(agreed, name, NOTHING_ASKED[name])
    agreed.save()
    assert terms_of(agreed) != before
    assert request.terms != terms_of(agreed)


def test_late_cancellation_writes_its_fee_with_it(agreed, alice, book, happened):
    late = SLOT - timedelta(hours=1)
    visit = cancel(book(alice), late, "20.00")
    line = visit.payment_lines.get()
    assert (line.kind, line.fee, line.amount, line.currency) == ("charge", "late", 20, "USD")
    assert (line.recorded_by, line.at) == (alice, late)
    assert balance_of(visit, [line]).owed == Decimal(20)
    assert happened(visit) == [
        "appointment.booked", "appointment.cancelled", "payment.charged",
    ]  # fmt: skip
    cancel(visit, late, "20.00")
    assert visit.payment_lines.count() == 1


@pytest.mark.parametrize("told", ["", "19.00", "0", "20"])
def test_nobody_is_charged_what_they_were_not_told(agreed, alice, book, told):
    visit = book(alice)
    with pytest.raises(refusals.FeeToTell) as refused:
        cancel(visit, SLOT - timedelta(hours=1), told)
    assert "cancelar ahora cuesta USD\xa020" in str(refused.value)
    visit.refresh_from_db()
    assert (visit.status, visit.payment_lines.count()) == (Status.BOOKED, 0)


@pytest.mark.parametrize("status", [Status.CANCELLED_BY_DOCTOR, Status.CANCELLED_BY_SUPPORT])
def test_cancelled_by_others_costs_nothing(agreed, alice, book, status):
    visit = cancel(book(alice), SLOT - timedelta(hours=1), status=status, by_desk=True)
    assert not visit.payment_lines.exists()


def test_without_a_fee_that_was_agreed_nothing_is_charged(alice, book):
    visit = cancel(book(alice), SLOT - timedelta(hours=1))
    assert visit.is_late_cancellation
    assert not visit.payment_lines.exists()
    assert charge_for(visit, kind=Fee.NO_SHOW, actor=alice, now=NOW) is None


def test_missed_visit_is_charged_once_and_lifted(agreed, alice, book, dr_chen):
    visit = book(alice)
    visit.status = Status.NO_SHOW
    visit.save()
    missed = {"kind": Fee.NO_SHOW, "actor": dr_chen.user, "now": NOW}
    first, again = charge_for(visit, **missed), charge_for(visit, **missed)
    assert first == again
    assert (first.amount, first.fee) == (30, "no_show")
    assert balance_of(visit, visit.payment_lines.all()).owed == 30
    assert lift_charge(visit, **missed).voids == first
    assert lift_charge(visit, **missed) is None
    assert balance_of(visit, visit.payment_lines.all()).owed == 0
    assert charge_for(visit, **missed).amount == 30
    assert Event.objects.filter(name="payment.charged").count() == 2


@st.composite
def cancellations(draw):
    """A visit on a night when clocks change, and a moment near its deadline."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    night = draw(st.sampled_from(CHANGES[zone]))
    starts_at = night + timedelta(minutes=draw(st.integers(-2 * 1440, 2 * 1440)))
    notice = draw(st.sampled_from([0, 60, 120, 720, 1440, 2880, 10080]))
    off = draw(st.one_of(
        st.sampled_from([timedelta(), MICROSECOND, -MICROSECOND]),
        st.timedeltas(timedelta(days=-10), timedelta(days=10)),
    ))  # fmt: skip
    currency = draw(st.sampled_from(["USD", "EUR", "CLP", "COP", "PYG"]))
    places = 0 if currency in WHOLE else 2
    fee = draw(st.one_of(st.none(), st.decimals("1", "99999", places=places)))
    return zone, starts_at, notice, starts_at - timedelta(minutes=notice) + off, fee, currency


@given(cancellations(), st.sampled_from(["booked", "requested"]), st.booleans())
@example(
    (
        "Europe/Madrid",
        datetime(2026, 10, 25, 8, tzinfo=UTC),
        720,
        datetime(2026, 10, 24, 20, tzinfo=UTC),
        Decimal(9),
        "EUR",
    ),
    "booked",
    False,
)
@settings(max_examples=300, deadline=None)
def test_fee_by_the_time_of_cancellation(drawn, status, is_moved_by_desk):
    """Counted in real hours, whatever the clocks on the wall do meanwhile; at the limit is free."""
    zone, starts_at, notice, now, fee, currency = drawn
    visit = AppointmentFactory.build(
        clinic__zone=zone, starts_at=starts_at, cancellation_notice_minutes=notice, status=status,
        late_cancellation_fee=fee, currency=currency, booked_by=None,
    )  # fmt: skip
    is_late = (starts_at - now).total_seconds() < notice * 60
    expected = fee if is_late and status == "booked" and not is_moved_by_desk else None
    local = now.astimezone(ZoneInfo(zone))
    for moment in (now, local):
        assert cancelling_costs(visit, moment, is_moved_by_desk=is_moved_by_desk) == expected


@given(st.timedeltas(timedelta(hours=-13), timedelta(hours=-1)))
@example(timedelta(hours=-12))
@example(timedelta(hours=-12) + MICROSECOND)
@example(timedelta(hours=-12) - MICROSECOND)
@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_cancelling_charges_what_the_page_says(agreed, alice, off):
    patient = alice.patients.get()
    visit = AppointmentFactory(clinic=agreed, patient=patient, starts_at=SLOT, **AGREED)
    now = SLOT + off
    costs = cancelling_costs(visit, now, is_moved_by_desk=False)
    cancelled = cancel(visit, now, str(costs or ""))
    assert [line.amount for line in cancelled.payment_lines.all()] == ([costs] if costs else [])
    assert (costs is not None) == (off > timedelta(hours=-12))
    assert wish_of(alice, agreed, SLOT).clinic == agreed
