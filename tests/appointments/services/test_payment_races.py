"""Two at the cash desk at one moment: what is owed is taken once, numbers come one by one."""

import uuid
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from appointments.balance import balance_of
from appointments.models import PaymentLine
from appointments.services.payments import Entry, record_payment, record_refund, void_line
from core.models import Event
from tests.appointments.crowd import at_once, kinds
from tests.conftest import SLOT
from tests.factories import AppointmentFactory, AssistantFactory, PaymentLineFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]
CROWD = 8


@pytest.fixture
def people(clinic):
    work = {"doctor": clinic.doctor, "clinics": [clinic]}
    return [AssistantFactory(**work).user for _ in range(CROWD)]


def paying(visit, actor, amount, now, act=record_payment, key=None):
    entry = Entry(visit=visit, actor=actor, key=key or uuid.uuid4(), amount=Decimal(amount),
                  currency="USD", method="cash")  # fmt: skip
    return partial(act, entry=entry, now=now)


def test_the_last_twenty_are_taken_once(visit, people, now):
    PaymentLineFactory(appointment=visit, amount=Decimal(25), receipt_number=1)
    answers = at_once(*(paying(visit, person, "20", now) for person in people))
    assert kinds(answers) == {"PaymentLine": 1, "MoreThanOwed": CROWD - 1}
    assert balance_of(visit, visit.payment_lines.all()).is_settled
    assert Event.objects.count() == 1


def test_the_same_form_at_once_is_one_line(visit, people, now):
    key = uuid.uuid4()
    answers = at_once(*(paying(visit, people[0], "20", now, key=key) for _ in range(CROWD)))
    assert len({answer.pk for answer in answers}) == 1
    assert visit.payment_lines.count() == 1


def test_receipts_come_one_by_one(clinic, people, now):
    visits = [
        AppointmentFactory(clinic=clinic, starts_at=SLOT + timedelta(hours=n)) for n in range(CROWD)
    ]
    crowd = zip(visits, people, strict=True)
    answers = at_once(*(paying(visit, person, "45", now) for visit, person in crowd))
    assert sorted(answer.receipt_number for answer in answers) == list(range(1, CROWD + 1))


def test_what_was_paid_is_given_back_once(visit, people, now):
    line = PaymentLineFactory(appointment=visit, receipt_number=1)
    refunds = [paying(visit, person, "45", now, record_refund) for person in people[:4]]
    voids = [
        partial(void_line, line=line, actor=person, key=uuid.uuid4(), now=now)
        for person in people[4:]
    ]
    answers = at_once(*refunds, *voids)
    assert kinds(answers)["PaymentLine"] == 1
    assert balance_of(visit, PaymentLine.objects.filter(appointment=visit)).paid == 0
