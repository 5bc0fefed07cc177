"""Reminders, digests and what comes after a visit are in their reader's language."""

from datetime import timedelta

import pytest

from accounts.models import User
from appointments.services.delays import announce_delay
from notifications.letters import letter_of, subject_of
from notifications.letters.paper import html_of, text_of
from notifications.models import Message
from notifications.readers import reader_of
from notifications.services.planning import plan_messages
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory
from tests.languages.browser import NAMES
from tests.languages.reading import foreign_texts, texts_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def visit(frozen, clinic, alice, slot):
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Madrid")
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=slot)


@pytest.fixture
def read(language):
    """Nothing foreign in a message's subject, HTML and text."""

    def one(message):
        message = Message.objects.get(pk=message.pk)
        letter = letter_of(message, reader_of(message))
        said = [letter.subject, subject_of(message), *text_of(letter).split("\n"), html_of(letter)]
        assert foreign_texts(texts_of("<br>".join(said), names=NAMES), language) == []
        return letter

    return one


@pytest.mark.parametrize("kind", ["reminder_7d", "reminder_1d", "reminder_2h"])
def test_reminders(read, visit, kind):
    # From the day before on it also leads to where one says «ya llegué».
    count = 3 if kind == "reminder_7d" else 4
    assert len(read(MessageFactory(visit=visit, kind=kind)).actions) == count


def test_delay(read, visit, dr_chen, frozen):
    AppointmentFactory(clinic=visit.clinic, starts_at=frozen)
    announce_delay(clinic=visit.clinic, minutes=20, actor=dr_chen.user, now=frozen)
    plan_messages(now=frozen)
    for message in Message.objects.filter(kind="delayed"):
        read(message)


def test_reminder_of_several(read, visit, clinic):
    first = MessageFactory(visit=visit, kind="reminder_1d")
    other = AppointmentFactory(
        clinic=clinic, patient=visit.patient, starts_at=visit.starts_at + timedelta(hours=2)
    )
    MessageFactory(visit=other, kind="reminder_1d", state="suppressed", why="joined", carrier=first)
    letter = read(first)
    assert (len(letter.more), len(letter.actions)) == (1, 1)


@pytest.mark.parametrize("phone", ["", "+59322345678"])
def test_reminder_of_somebody_without_an_account(read, clinic, frozen, phone):
    clinic.phone = phone
    clinic.save()
    guest = PatientFactory(
        account=None, first_names="Rosa", last_names="Vera", email="nadie@ejemplo.test"
    )
    visit = AppointmentFactory(clinic=clinic, patient=guest, booked_by=clinic.doctor.user)
    read(MessageFactory(visit=visit, kind="reminder_1d", address="nadie@ejemplo.test"))


@pytest.mark.parametrize("kind", ["feedback", "prescription", "rx_revoked"])
def test_what_comes_after_a_visit(read, visit, kind):
    read(MessageFactory(visit=visit, kind=kind))


def test_opinions(read, visit, dr_chen):
    read(MessageFactory(visit=visit, kind="opinion", audience="doctor", recipient=dr_chen.user))


def test_digests(read, visit, clinic, dr_chen, frozen):
    columns = {"visit": None, "version": None, "kind": "digest", "audience": "doctor",
               "recipient": dr_chen.user, "doctor": dr_chen, "day": "2026-11-24"}  # fmt: skip
    message = MessageFactory(**columns)
    read(message)
    at = visit.starts_at + timedelta(hours=2)
    more = {"clinic": clinic, "patient": visit.patient}
    AppointmentFactory(**more, starts_at=at, attendance_confirmed_at=frozen)
    for hours in (3, 4):
        AppointmentFactory(**more, starts_at=visit.starts_at + timedelta(hours=hours),
                           status="requested")  # fmt: skip
    read(message)
    assert read(MessageFactory(**{**columns, "day": "2026-11-23"}, copy=1)).facts == []
    for n in (1, 2):
        AppointmentFactory(**more, starts_at=frozen - timedelta(days=n))
        assert read(message).notes
