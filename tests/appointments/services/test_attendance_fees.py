"""Who did not come owes what was agreed; who came after all does not."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from appointments import refusals
from appointments.attendance import Attendance
from appointments.balance import balance_of
from appointments.enums import CorrectionReason, Status
from appointments.ledger import ledger_of
from appointments.models import Appointment
from appointments.services.attendance import correct_attendance, record_attendance
from appointments.services.payments import Entry, record_payment
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
CAME, MISSED = Attendance(Status.ATTENDED), Attendance(Status.NO_SHOW)
NOTHING = Attendance(Status.BOOKED)
FEE, PRICE = Decimal(30), Decimal(45)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def agreed(clinic, alice, slot):
    patient = alice.patients.get()
    return AppointmentFactory(
        clinic=clinic, patient=patient, starts_at=slot, price=PRICE, no_show_fee=FEE
    )


@pytest.fixture
def say(agreed, dr_chen):
    def act(said, *, was=None, now=agreed.starts_at + MINUTE, actor=dr_chen.user):
        acts = {"appointment": agreed, "said": said, "actor": actor, "now": now}
        if was is None:
            return record_attendance(**acts)
        return correct_attendance(**acts, was=was, reason=CorrectionReason.MISTAKE)

    return act


def account_of(visit):
    visit.refresh_from_db()
    lines = list(visit.payment_lines.order_by("pk"))
    rows = [(line.kind, line.fee, line.amount, line.effect) for line in lines]
    return rows, balance_of(visit, lines).owed


CHARGE = ("charge", "no_show", FEE, FEE)
LIFT = ("void", "", FEE, -FEE)


def test_missed_visit_owes_the_fee_and_not_the_price(agreed, say, dr_chen, happened):
    for _twice in range(2):
        say(MISSED)
    assert account_of(agreed) == ([CHARGE], FEE)
    line, change = agreed.payment_lines.get(), agreed.changes.get()
    assert (line.at, line.recorded_by) == (change.at, dr_chen.user)
    assert happened(agreed) == ["appointment.no_show", "payment.charged"]


def test_visit_that_was_attended_owes_its_price(agreed, say):
    say(CAME)
    assert account_of(agreed) == ([], PRICE)


@pytest.mark.parametrize("said", [CAME, Attendance(Status.ATTENDED, 1), NOTHING])
def test_correction_lifts_the_fee(agreed, say, said, happened):
    say(MISSED)
    for _twice in range(2):
        say(said, was=MISSED)
    assert account_of(agreed) == ([CHARGE, LIFT], PRICE)
    assert happened(agreed)[-1] == "payment.voided"


def test_correction_to_missed_charges_each_time_anew(agreed, say, carla):
    say(CAME)
    say(MISSED, was=CAME, actor=carla)
    assert account_of(agreed) == ([CHARGE], FEE)
    say(CAME, was=MISSED, now=agreed.starts_at + 2 * MINUTE)
    say(MISSED, was=CAME, now=agreed.starts_at + 3 * MINUTE)
    assert account_of(agreed) == ([CHARGE, LIFT, CHARGE], FEE)


def test_fee_that_was_paid_counts_for_the_visit_that_was_attended(agreed, say, dr_chen):
    say(MISSED)
    record_payment(
        entry=Entry(
            visit=agreed,
            actor=dr_chen.user,
            key=uuid.uuid4(),
            amount=FEE,
            currency="USD",
            method="cash",
        ),
        now=agreed.starts_at + 2 * MINUTE,
    )
    assert account_of(agreed)[1] == 0
    say(CAME, was=MISSED)
    assert account_of(agreed)[1] == PRICE - FEE


def test_what_the_clinic_asks_now_is_not_what_was_agreed(agreed, say, clinic):
    clinic.no_show_fee = Decimal(99)
    clinic.save()
    say(MISSED)
    assert account_of(agreed) == ([CHARGE], FEE)


def test_without_an_agreed_fee_nothing_is_charged(agreed, say, clinic):
    clinic.no_show_fee = FEE
    clinic.save()
    free = AppointmentFactory(clinic=clinic, starts_at=agreed.starts_at - timedelta(days=1))
    record_attendance(appointment=free, said=MISSED, actor=clinic.doctor.user, now=agreed.starts_at)
    assert account_of(free) == ([], 0)


def test_what_is_refused_charges_nothing(agreed, say):
    with pytest.raises(refusals.NotYetMissed):
        say(MISSED, now=agreed.starts_at - MINUTE)
    say(CAME)
    with pytest.raises(refusals.AttendanceRecorded):
        say(MISSED)
    with pytest.raises(refusals.AttendanceChanged):
        say(MISSED, was=NOTHING)
    assert account_of(agreed) == ([], PRICE)


def test_timeline_knows_which_act_a_fee_belongs_to(agreed, say):
    say(MISSED)
    say(CAME, was=MISSED, now=agreed.starts_at + 5 * MINUTE)
    found = ledger_of(Appointment.objects.get(pk=agreed.pk))
    assert [(m.at, str(m.fee), m.amount, m.is_lifted) for m in found.fees] == [
        (agreed.starts_at + MINUTE, "Inasistencia", FEE, False),
        (agreed.starts_at + 5 * MINUTE, "Inasistencia", FEE, True),
    ]
    assert found.missing_fee is None
