"""Pages about money speak one language, for the desk and for the patient."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from appointments.enums import Fee, LineKind
from tests.factories import AppointmentFactory, PaymentLineFactory
from tests.languages.browser import page

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
TYPED = {"amount": "5", "method": "cash", "note": "", "key": uuid.UUID(int=3)}
# A note is what somebody wrote, in their own language.
NOTE = "OK"


@pytest.fixture
def paid(visits, frozen):
    """A visit with a line of each kind, and its clinic's terms."""
    visit = AppointmentFactory(
        clinic=visits[0].clinic, patient=visits[0].patient, starts_at=frozen + timedelta(hours=49),
        late_cancellation_fee=Decimal(20), no_show_fee=Decimal(30), payment_time="before",
        follow_up_days=15, cancellation_notice_minutes=7 * 1440,
    )  # fmt: skip
    for fee in Fee:
        PaymentLineFactory(appointment=visit, kind=LineKind.CHARGE, fee=fee, amount=Decimal(9))
    PaymentLineFactory(appointment=visit, kind="waiver", note=NOTE, amount=Decimal(9))
    PaymentLineFactory(appointment=visit, kind="refund", amount=Decimal(2))
    first = PaymentLineFactory(appointment=visit, amount=Decimal(20))
    wrong = PaymentLineFactory(appointment=visit, amount=Decimal(3), method="card")
    PaymentLineFactory(appointment=visit, kind="void", amount=Decimal(3), effect=Decimal(3),
                       method="card", voids=wrong)  # fmt: skip
    return first


def test_account_speaks_one_language(desk, paid, visits):
    visit = paid.appointment
    for name in ("visit", "payment", "payment_refund", "payment_waive", "payment_price"):
        desk.get(page(name, visit))
    desk.part(page("visit", visit))
    for line in visit.payment_lines.exclude(kind="void"):
        desk.get(page("payment_void", visit, line))
        if line.receipt_number:
            desk.get(page("receipt", visit, line))
    for typed in ({}, {**TYPED, "amount": "x"}, {**TYPED, "amount": "0"}, {**TYPED, "amount": "-1"},
                  {**TYPED, "amount": "1,234"}, {**TYPED, "amount": "999999"},
                  {**TYPED, "amount": "9" * 20}, {**TYPED, "note": "x" * 130}):  # fmt: skip
        for name in ("payment", "payment_refund", "payment_waive", "payment_price"):
            desk.post(page(name, visit), typed)
    desk.post(page("payment", visit), TYPED)
    desk.post(page("payment_refund", visit), {**TYPED, "key": uuid.uuid4()})
    desk.post(page("payment_waive", visit), {**TYPED, "note": NOTE, "key": uuid.uuid4()})
    for _twice in range(2):
        desk.post(page("payment_void", visit, paid), {"key": uuid.uuid4(), "note": NOTE})
    for other in visits[1:]:
        for name in ("payment", "payment_refund", "payment_waive"):
            desk.get(page(name, other))
            desk.post(page(name, other), {**TYPED, "note": NOTE, "key": uuid.uuid4()})


def test_price_of_a_visit_speaks_one_language(desk, clinic, frozen, alice):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(), price=None,
                               status="attended", starts_at=frozen - timedelta(days=3))  # fmt: skip
    for address in (page("visit", visit), page("payment_price", visit)):
        desk.get(address)
    for _twice in range(2):
        desk.post(page("payment_price", visit), {**TYPED, "key": uuid.uuid4()})


def test_follow_up_speaks_one_language(desk, clinic, frozen, alice):
    hers = {"clinic": clinic, "patient": alice.patients.get()}
    AppointmentFactory(**hers, status="attended", follow_up_days=15,
                       starts_at=frozen - timedelta(days=9))  # fmt: skip
    visit = AppointmentFactory(**hers, starts_at=frozen + timedelta(days=1))
    desk.get(page("visit", visit))


def test_lists_of_money_speak_one_language(desk, paid, visits):
    for name in ("owed", "cash"):
        for query in ({}, {"ver": "devolver"}, {"desde": "x"}, {"consultorio": "x"},
                      {"desde": "2026-11-02", "hasta": "2026-11-01"},
                      {"desde": "2001-01-01", "hasta": "2026-11-30"},
                      {"desde": "2026-11-01", "hasta": "2026-11-30"}):  # fmt: skip
            desk.get(page(name), query)


def test_sheets_speak_one_language(desk, paid, language):
    for name in ("owed_csv", "cash_csv"):
        text = desk.client.get(page(name)).content.decode()
        assert ("Paciente" in text) == (language == "es")


def test_own_account_speaks_one_language(her_reader, paid):
    visit = paid.appointment
    her_reader.get(reverse("appointments:appointment", args=[visit.public_id]))
    her_reader.get(reverse("appointments:receipt", args=[visit.public_id, paid.public_id]))
    cancel = reverse("appointments:cancel", args=[visit.public_id])
    her_reader.get(cancel)
    her_reader.post(cancel)
    her_reader.post(cancel, {"cargo": "20.00"})


def test_paying_online_speaks_one_language(her_reader, visits, frozen):
    visit = AppointmentFactory(
        clinic=visits[0].clinic, patient=visits[0].patient, starts_at=frozen + timedelta(hours=49),
        payment_methods="cash,online",
    )  # fmt: skip
    own = reverse("appointments:appointment", args=[visit.public_id])
    pay = reverse("appointments:pay", args=[visit.public_id])
    her_reader.get(own)
    for act in ("fail", "pay"):
        checkout = her_reader.client.post(pay).url
        her_reader.get(f"{own}?pago={visit.online_payments.latest('pk').public_id}")
        her_reader.get(checkout)
        her_reader.get(her_reader.client.post(checkout, {"act": act}).url)
    her_reader.client.post(pay)
    her_reader.get(own)


def test_missed_visit_speaks_one_language(desk, her_reader, clinic, frozen, alice):
    missed = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), no_show_fee=Decimal(30),
        starts_at=frozen - timedelta(hours=2),
    )  # fmt: skip
    desk.get(page("visit", missed))
    desk.get(page("visit_attendance", missed))
    desk.get(page("unrecorded"))
    desk.post(page("visit_attendance", missed), {"said": "no_show"})
    desk.get(page("visit", missed))
    desk.get(page("visit_correction", missed))
    her_reader.get(reverse("appointments:appointment", args=[missed.public_id]))
    wrong = {"said": "attended", "reason": "mistake", "was": "no_show"}
    desk.post(page("visit_correction", missed), wrong)
    desk.get(page("visit", missed))
