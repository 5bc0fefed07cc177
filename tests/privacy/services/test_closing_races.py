"""Somebody books at the moment when their account is emptied: a visit of nobody never stands."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.models import Patient
from appointments.enums import STANDING
from appointments.models import Appointment
from appointments.refusals import PatientGone
from appointments.services.booking import book_appointment
from privacy.services.closing import close_due, request_closing
from tests.appointments.crowd import at_once, kinds
from tests.appointments.wishes import wish_of
from tests.factories import PatientFactory

GRACE = timedelta(hours=12)


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(4))
def test_booking_and_closing_at_once(clinic, slot, now, _round):
    account = PatientFactory().account
    request_closing(account=account, now=now - GRACE)
    wish = wish_of(account, clinic, slot)
    answers = at_once(partial(book_appointment, request=wish, now=now), partial(close_due, now=now))
    if kinds(answers)["PatientGone"] == 0 and answers[1] == 0:
        # The visit came between: the worker's next run finds it.
        assert close_due(now=now) == 1
    assert Patient.objects.get(account=account).erased_at == now
    assert Appointment.objects.filter(status__in=STANDING).count() == 0


@pytest.mark.django_db
def test_nobody_books_for_who_has_left(clinic, slot, frozen):
    account = PatientFactory().account
    wish = wish_of(account, clinic, slot)
    request_closing(account=account, now=frozen - GRACE)
    close_due(now=frozen)
    with pytest.raises(PatientGone):
        book_appointment(request=wish, now=frozen)
    assert Appointment.objects.count() == 0
