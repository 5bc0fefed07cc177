"""Mails about what a desk does are in their reader's language: the patient's, the doctor's."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import User
from appointments.enums import Status
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_booking import DeskBooking, book_for_patient
from appointments.services.desk_moving import move_visit
from appointments.services.requests import accept_request, decline_request, lapse_requests
from appointments.services.rescheduling import reschedule_appointment
from clinics.services.reception import invite_assistant
from doctors.facts import facts_of
from doctors.services.licences import check_licence
from notifications.models import Message
from notifications.services.planning import plan_messages
from notifications.tasks import relay
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, UserFactory
from tests.languages.browser import NAMES
from tests.languages.reading import foreign_texts, texts_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture(autouse=True)
def readers(language, alice, dr_chen, carla, frozen):
    """Both read one language, whatever reception reads."""
    User.objects.filter(pk__in=[alice.pk, dr_chen.user_id]).update(language=language)
    User.objects.filter(pk=carla.pk).update(language={"es": "en", "en": "es"}[language])


@pytest.fixture
def asked(clinic, alice, slot, frozen):
    clinic.requires_confirmation = True
    clinic.save()
    return book_appointment(request=wish_of(alice, clinic, slot), now=frozen)


@pytest.fixture
def visit(clinic, alice):
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get())


def moved(visit, by, now, *, hours=2, minutes=30, message="OK"):
    move_visit(appointment=visit, starts_at=visit.starts_at + timedelta(hours=hours),
               minutes=minutes, actor=by, now=now, message=message)  # fmt: skip


def read(language, count):
    """Nothing foreign in the mails that were sent, of which there are `count`."""
    relay()
    assert len(mail.outbox) == count
    for letter in mail.outbox:
        said = "<br>".join([letter.subject, *letter.body.split("\n"), letter.alternatives[0][0]])
        assert foreign_texts(texts_of(said, names=NAMES), language) == []
    mail.outbox.clear()


def test_booked_by_the_desk(language, clinic, alice, carla, slot, frozen):
    book_for_patient(
        booking=DeskBooking(actor=carla, clinic=clinic, starts_at=slot, minutes=30,
                            key=uuid.uuid4(), patient=alice.patients.get()),
        now=frozen,
    )  # fmt: skip
    read(language, 2)


def test_moved_and_cancelled_by_the_desk(language, visit, carla, dr_chen, frozen):
    moved(visit, carla, frozen)
    read(language, 2)
    moved(visit, dr_chen.user, frozen, hours=0, minutes=60, message="")
    read(language, 1)
    cancel_appointment(appointment=visit, actor=carla, status=Status.CANCELLED_BY_DOCTOR,
                       now=frozen, by_desk=True, message="OK")  # fmt: skip
    read(language, 2)


def test_request_moved_and_declined(language, asked, alice, carla, slot, frozen):
    read(language, 2)
    reschedule_appointment(
        appointment=asked, starts_at=slot + timedelta(hours=1), actor=alice, now=frozen
    )
    read(language, 2)
    decline_request(appointment=asked, actor=carla, now=frozen, message="OK")
    read(language, 2)


def test_request_accepted(language, asked, carla, frozen):
    read(language, 2)
    accept_request(appointment=asked, actor=carla, now=frozen)
    read(language, 2)


def test_request_accepted_at_another_time(language, asked, carla, frozen):
    read(language, 2)
    moved(asked, carla, frozen)
    read(language, 2)


def test_request_lapsed(language, asked, frozen):
    read(language, 2)
    lapse_requests(now=frozen + timedelta(days=1))
    plan_messages(now=frozen)
    Message.objects.filter(kind="lapsed").update(next_try_at=frozen)
    read(language, 2)


@pytest.mark.parametrize("has_account", [True, False])
def test_invitation_to_the_team(language, clinic, dr_chen, frozen, has_account):
    """Whose language nobody knows is written to in Spanish."""
    if has_account:
        UserFactory(email="otra@ejemplo.test", language=language)
    invite_assistant(doctor=dr_chen, name="Marcos Ríos", email="otra@ejemplo.test",
                     clinics=[clinic], by=dr_chen.user, now=frozen)  # fmt: skip
    read(language if has_account else "es", 1)


def test_licence(language, dr_chen, erin, frozen):
    dr_chen.user.refresh_from_db()
    for verdict, reason in (("verified", ""), ("refused", "404")):
        check_licence(doctor=dr_chen, shown=facts_of(dr_chen).mark, verdict=verdict,
                      reason=reason, actor=erin, now=frozen)  # fmt: skip
    read(language, 2)
