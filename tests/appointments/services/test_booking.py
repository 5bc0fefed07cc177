"""The one way to a booked visit: what it writes, and every "no"."""

import dataclasses
import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from appointments import refusals
from appointments.enums import ChangeKind, Status
from appointments.models import Appointment, BookingDraft, Submission
from appointments.services.booking import book_appointment, earlier_answer, terms_of
from appointments.services.cancelling import cancel_appointment
from core.models import Event
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


def test_book_writes_visit_line_event_and_answer(alice, wish, clinic, slot, now, happened):
    request = wish(alice, reason="dolor de pecho")
    visit = book_appointment(request=request, now=now)
    visit.refresh_from_db()
    assert (visit.status, visit.starts_at, visit.ends_at) == (
        Status.BOOKED,
        slot,
        slot + HALF_HOUR,
    )
    assert (visit.doctor, visit.clinic, visit.patient) == (clinic.doctor, clinic, request.patient)
    assert (visit.booked_by, visit.booked_at, visit.sequence) == (alice, now, 0)
    assert (str(visit.phone), visit.reason) == ("+593991234567", "dolor de pecho")
    line = visit.changes.get()
    assert (line.kind, line.actor, line.at) == (ChangeKind.BOOKED, alice, now)
    assert (line.from_status, line.to_status, line.to_starts_at) == ("", Status.BOOKED, slot)
    assert happened(visit) == ["appointment.booked"]
    assert Event.objects.get().data == {"change": line.pk}
    assert Submission.objects.get().appointment == visit


def test_reason_is_sealed_at_rest(alice, book):
    visit = book(alice, reason="dolor de pecho")
    assert b"dolor" not in bytes(visit.reason_sealed)


def test_terms_are_frozen(alice, book, clinic):
    visit = book(alice)
    clinic.price, clinic.payment_policy = Decimal("99.00"), "Otra."
    clinic.payment_methods, clinic.cancellation_notice_minutes = ["card"], 0
    clinic.save()
    visit.refresh_from_db()
    assert (visit.price, visit.currency) == (Decimal("45.00"), "USD")
    assert (visit.payment_policy, visit.payment_methods) == (
        "Se paga en el consultorio.",
        "cash,card",
    )
    assert visit.cancellation_notice_minutes == 720


def test_codes_are_short_and_without_look_alikes(alice, book, slot):
    codes = {book(alice, starts_at=slot + n * HALF_HOUR).code for n in range(3)}
    assert len(codes) == 3
    for code in codes:
        assert re.fullmatch(r"DB-[2-9A-HJ-KMNP-Z]{5}", code), code


def test_same_form_gets_same_answer(alice, wish, now):
    request = wish(alice)
    first = book_appointment(request=request, now=now)
    again = book_appointment(request=request, now=now + timedelta(days=3))
    assert (again, Appointment.objects.count(), Event.objects.count()) == (first, 1, 1)
    assert earlier_answer(request) == first


def test_same_form_after_cancelling_does_not_book_again(alice, wish, now):
    request = wish(alice)
    visit = book_appointment(request=request, now=now)
    cancel_appointment(appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=now)
    assert book_appointment(request=request, now=now).status == Status.CANCELLED_BY_PATIENT


def test_other_tab_with_same_wish_gets_same_answer(alice, wish, now):
    first = book_appointment(request=wish(alice), now=now)
    assert book_appointment(request=wish(alice), now=now) == first
    assert Event.objects.count() == 1


def test_form_of_another_time_is_refused(alice, wish, slot, now):
    request = wish(alice)
    book_appointment(request=request, now=now)
    other = dataclasses.replace(request, starts_at=slot + HALF_HOUR)
    with pytest.raises(refusals.KeyReused):
        book_appointment(request=other, now=now)
    assert Appointment.objects.count() == 1


def test_keys_are_each_accounts_own(alice, bob, wish, slot, now):
    key = uuid.uuid4()
    book_appointment(request=wish(alice, key=key), now=now)
    visit = book_appointment(request=wish(bob, key=key, starts_at=slot + HALF_HOUR), now=now)
    assert visit.booked_by == bob


def test_own_hold_becomes_the_visit(alice, hold, wish, now):
    held = hold("hers").appointment
    visit = book_appointment(request=wish(alice, holder_key="hers"), now=now)
    assert (visit.pk, visit.hold_expires_at) == (held.pk, None)
    assert BookingDraft.objects.count() == 0


def test_run_out_hold_does_not_matter_when_nobody_came(alice, hold, wish, now):
    held = hold("hers").appointment
    later = now + timedelta(minutes=10)
    visit = book_appointment(request=wish(alice, holder_key="hers"), now=later)
    held.refresh_from_db()
    assert (visit.status, held.status) == (Status.BOOKED, Status.EXPIRED)
    assert visit.pk != held.pk


def test_another_time_that_the_browser_holds_is_left_alone(alice, hold, wish, slot, now):
    draft = hold("hers", starts_at=slot + HALF_HOUR)
    book_appointment(request=wish(alice, holder_key="hers"), now=now)
    assert BookingDraft.objects.get() == draft
    assert Appointment.objects.get(status=Status.HELD).draft == draft


def test_price_of_the_day_is_booked_on_a_hold_of_before(alice, hold, wish, clinic, now):
    hold("hers")
    stale = wish(alice, holder_key="hers")
    clinic.price = Decimal("50.00")
    clinic.save()
    with pytest.raises(refusals.TermsChanged):
        book_appointment(request=stale, now=now)
    fresh = dataclasses.replace(stale, terms=terms_of(clinic))
    assert book_appointment(request=fresh, now=now).price == Decimal("50.00")


def test_time_held_by_another_browser(bob, hold, book):
    hold("hers")
    with pytest.raises(refusals.SlotTaken):
        book(bob)


def test_time_booked_by_another(alice, bob, book):
    book(alice)
    with pytest.raises(refusals.SlotTaken):
        book(bob)


def test_overlapping_time_of_the_other_clinic(alice, bob, book, dr_chen, slot):
    book(alice)
    other = ClinicFactory(doctor=dr_chen, name="Norte", slot_minutes=45)
    with pytest.raises(refusals.SlotTaken):
        book(bob, clinic=other, starts_at=slot - timedelta(minutes=15))


@pytest.mark.parametrize(
    ("minutes", "refusal"),
    [
        (7, refusals.SlotNotOffered),  # off the grid
        (12 * 60, refusals.SlotNotOffered),  # closed
        (90 * 1440, refusals.SlotNotOffered),  # beyond the horizon
        (-2 * 1440, refusals.SlotInThePast),
    ],
)
def test_time_that_is_not_offered(alice, book, slot, minutes, refusal):
    with pytest.raises(refusal):
        book(alice, starts_at=slot + timedelta(minutes=minutes))
    assert Appointment.objects.count() == 0
    assert Event.objects.count() == 0


def test_held_time_that_passed_meanwhile(alice, hold, wish, now):
    soon = now + timedelta(minutes=30)
    draft = hold("hers", starts_at=soon, now=now + timedelta(minutes=28))
    assert draft.appointment.starts_at == soon
    with pytest.raises(refusals.SlotInThePast):
        book_appointment(
            request=wish(alice, starts_at=soon, holder_key="hers"),
            now=soon + timedelta(seconds=1),
        )


@pytest.mark.parametrize("change", ["is_active", "is_published", "takes_new_patients"])
def test_clinic_that_closed_meanwhile(alice, hold, wish, clinic, dr_chen, now, change):
    hold("hers")
    request = wish(alice, holder_key="hers")
    thing = clinic if change == "is_active" else dr_chen
    setattr(thing, change, False)
    thing.save()
    with pytest.raises(refusals.SlotNotOffered):
        book_appointment(request=request, now=now)


def test_patient_elsewhere_at_that_time(alice, book, dr_diaz):
    book(alice)
    with pytest.raises(refusals.PatientBusy):
        book(alice, clinic=ClinicFactory(doctor=dr_diaz))


def test_two_people_of_one_account_at_one_time(alice, book, dr_diaz):
    child = PatientFactory(account=alice, relationship="child", first_names="Nina")
    book(alice)
    assert book(alice, clinic=ClinicFactory(doctor=dr_diaz), patient=child).patient == child


def test_many_bookings_in_an_hour(alice, wish, clinic, slot, now, settings, dr_diaz):
    settings.BOOKINGS_PER_HOUR = 1
    book_appointment(request=wish(alice), now=now)
    next_one = wish(alice, starts_at=slot + HALF_HOUR)
    with pytest.raises(refusals.TooManyBookings):
        book_appointment(request=next_one, now=now + timedelta(minutes=59))
    assert book_appointment(request=next_one, now=now + timedelta(minutes=61))


def test_many_open_visits_with_one_doctor(alice, book, slot, now, settings, dr_diaz):
    settings.OPEN_VISITS_PER_DOCTOR = 1
    first = book(alice)
    with pytest.raises(refusals.TooManyOpenVisits):
        book(alice, starts_at=slot + HALF_HOUR)
    assert book(alice, clinic=ClinicFactory(doctor=dr_diaz), starts_at=slot + HALF_HOUR)
    cancel_appointment(appointment=first, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=now)
    assert book(alice, starts_at=slot + 2 * HALF_HOUR)


def test_a_refusal_keeps_the_draft(alice, bob, hold, book, wish, now):
    hold("hers")
    later = now + timedelta(minutes=11)
    book(bob, now=later)
    with pytest.raises(refusals.SlotTaken):
        book_appointment(request=wish(alice, holder_key="hers"), now=later)
    assert BookingDraft.objects.get().holder_key == "hers"


def test_visit_of_the_last_minute_of_the_day_before(alice, now):
    """A visit that reaches past midnight blocks the next day's first times."""
    night = ClinicFactory(hours=[(d, 0, 1440) for d in range(1, 7)], slot_minutes=90)
    AppointmentFactory(
        clinic=night,
        starts_at=now.replace(hour=4) + timedelta(days=1),
        ends_at=now.replace(hour=6) + timedelta(days=1),
    )
    wish = wish_of(alice, night, now.replace(hour=5) + timedelta(days=1))
    with pytest.raises(refusals.SlotTaken):
        book_appointment(request=wish, now=now)
