"""Missed visits: what the doctor is told of them, and the next booking."""

from datetime import timedelta

import pytest

from appointments import refusals
from appointments.enums import Status
from appointments.models import Appointment
from appointments.no_shows import Past, Way, past_of, way_to_book
from appointments.services.booking import book_appointment, terms_of
from appointments.services.desk_booking import DeskBooking, book_for_patient
from appointments.services.rescheduling import reschedule_appointment
from clinics.models import Clinic
from tests.appointments.test_models import status_fields
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PHONE = "+59322345678"


@pytest.fixture
def patient(alice):
    return alice.patients.get()


@pytest.fixture
def missed(clinic, patient, now):
    """`missed(2)`: as many visits of Alicia's with Ana, a month ago."""

    def make(count, *, clinic=clinic, patient=patient, ago=30 * DAY):
        return [
            AppointmentFactory(
                clinic=clinic, patient=patient, status="no_show", starts_at=now - ago - n * DAY
            )
            for n in range(count)
        ]

    return make


def rule_of(clinic, rule, limit=2, phone=""):
    Clinic.objects.filter(pk=clinic.pk).update(no_show_rule=rule, no_show_limit=limit, phone=phone)
    clinic.refresh_from_db()


def test_past_counts_the_last_twelve_months(clinic, patient, now, missed):
    for n, (status, more) in enumerate(
        [("attended", {}), ("attended", {"minutes_late": 10}), ("booked", {}),
         ("cancelled_patient", {"is_late_cancellation": True}), ("cancelled_patient", {}),
         ("cancelled_doctor", {})]
    ):  # fmt: skip
        fields = {**status_fields(status), **more}
        AppointmentFactory(clinic=clinic, patient=patient, starts_at=now - (n + 2) * DAY, **fields)
    AppointmentFactory(
        clinic=clinic, patient=PatientFactory(), starts_at=now - 9 * DAY, status="no_show"
    )
    missed(2)
    missed(1, ago=366 * DAY)
    past = past_of(Appointment.objects.filter(doctor=clinic.doctor), patient, now)
    assert past == Past(attended=2, late=1, missed=2, cancelled_late=1)
    assert past.has_missed_several


def test_nothing_is_said_of_who_is_new(clinic, patient, now, visit):
    assert not past_of(Appointment.objects.all(), patient, now)


@pytest.mark.parametrize(
    ("rule", "limit", "count", "way"),
    [
        ("", 1, 5, Way.AT_ONCE),
        ("ask", 2, 1, Way.AT_ONCE),
        ("ask", 2, 2, Way.ON_REQUEST),
        ("ask", 3, 2, Way.AT_ONCE),
        ("prepay", 2, 2, Way.PREPAID),
        ("prepay", 2, 1, Way.AT_ONCE),
        ("phone", 1, 1, Way.BY_PHONE),
        ("phone", 2, 1, Way.AT_ONCE),
    ],
)
def test_way_to_book(clinic, patient, now, missed, rule, limit, count, way):
    missed(count)
    rule_of(clinic, rule, limit)
    assert way_to_book(clinic, patient, now) is way
    assert way_to_book(clinic, PatientFactory(), now) is Way.AT_ONCE
    assert way_to_book(clinic, None, now) is Way.AT_ONCE


def test_what_is_long_ago_or_elsewhere_does_not_count(clinic, patient, now, missed):
    rule_of(clinic, "phone", 1)
    missed(1, ago=365 * DAY)
    missed(1, clinic=ClinicFactory(), ago=40 * DAY)
    assert way_to_book(clinic, patient, now) is Way.AT_ONCE
    missed(1, clinic=ClinicFactory(doctor=clinic.doctor, name="Norte"))
    assert way_to_book(clinic, patient, now) is Way.BY_PHONE


def test_where_all_are_asked_so_are_these(clinic, patient, now, missed):
    missed(1)
    clinic.requires_confirmation = True
    assert way_to_book(clinic, patient, now) is Way.ON_REQUEST


def test_booking_becomes_a_request(clinic, alice, slot, now, missed):
    missed(2)
    rule_of(clinic, "ask")
    with pytest.raises(refusals.TermsChanged):  # nobody sends a request unawares
        book_appointment(request=wish_of(alice, clinic, slot), now=now)
    wish = wish_of(alice, clinic, slot, terms=terms_of(clinic, Way.ON_REQUEST))
    visit = book_appointment(request=wish, now=now)
    assert (visit.status, visit.answer_by) == (Status.REQUESTED, now + DAY)
    assert visit.changes.get().kind == "requested"


def test_booking_asks_to_be_paid_beforehand(clinic, alice, bob, slot, now, missed):
    """Of who missed visits; whoever else books there pays as the clinic says."""
    missed(2)
    rule_of(clinic, "prepay")
    Clinic.objects.update(payment_time="after")
    clinic.refresh_from_db()
    for told in (Way.AT_ONCE, Way.ON_REQUEST):
        with pytest.raises(refusals.TermsChanged):
            terms = terms_of(clinic, told)
            book_appointment(request=wish_of(alice, clinic, slot, terms=terms), now=now)
    wish = wish_of(alice, clinic, slot, terms=terms_of(clinic, Way.PREPAID))
    visit = book_appointment(request=wish, now=now)
    visit.refresh_from_db()
    assert (visit.status, visit.payment_time) == (Status.REQUESTED, "before")
    other = book_appointment(request=wish_of(bob, clinic, slot + DAY), now=now)
    assert (other.status, other.payment_time) == (Status.BOOKED, "after")


def test_booking_by_phone_only(clinic, alice, bob, slot, now, missed):
    missed(2)
    rule_of(clinic, "phone", phone=PHONE)
    with pytest.raises(refusals.ByPhoneOnly, match=r"\+593 2-234-5678"):
        book_appointment(request=wish_of(alice, clinic, slot), now=now)
    assert not Appointment.objects.standing().exists()
    assert book_appointment(request=wish_of(bob, clinic, slot), now=now).status == Status.BOOKED


def test_a_child_is_not_its_parent(clinic, alice, slot, now, missed):
    missed(2)
    rule_of(clinic, "phone")
    child = PatientFactory(account=alice, relationship="child")
    visit = book_appointment(request=wish_of(alice, clinic, slot, patient=child), now=now)
    assert visit.status == Status.BOOKED


def test_the_desk_books_for_anybody(clinic, patient, slot, now, missed):
    missed(2)
    rule_of(clinic, "phone")
    booking = DeskBooking(
        actor=clinic.doctor.user, clinic=clinic, starts_at=slot, minutes=30,
        key="6d8e5f0e-52a5-4a58-9a3b-0d6f6c3f5b11", patient=patient,
    )  # fmt: skip
    assert book_for_patient(booking=booking, now=now).status == Status.BOOKED


@pytest.mark.parametrize(("rule", "status"), [("ask", "requested"), ("phone", "booked")])
def test_another_time_follows_the_rule(clinic, alice, visit, slot, now, missed, rule, status):
    missed(2)
    rule_of(clinic, rule)

    def move():
        return reschedule_appointment(appointment=visit, starts_at=slot, actor=alice, now=now)

    if rule == "phone":
        with pytest.raises(refusals.ByPhoneOnly):
            move()
    else:
        move()
    visit.refresh_from_db()
    assert visit.status == status
