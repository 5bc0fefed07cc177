"""The day of a visit behind a message's link, without an account."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.enums import SaidBy, Stage
from appointments.models import VisitDay
from notifications.letters import letter_of
from notifications.links import token_of
from notifications.readers import reader_of
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
MINUTE = timedelta(minutes=1)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def message(frozen, clinic):
    """A reminder to Rosa, who has no account, of her visit in half an hour."""
    rosa = PatientFactory(
        account=None, first_names="Rosa", last_names="Zutanita", email="rosa@ejemplo.test"
    )
    visit = AppointmentFactory(
        clinic=clinic, patient=rosa, booked_by=clinic.doctor.user, starts_at=frozen + 30 * MINUTE
    )
    return MessageFactory(
        visit=visit, kind="reminder_2h", recipient=None, address="rosa@ejemplo.test"
    )


@pytest.fixture
def page(message):
    return reverse("notifications:link_day", args=[token_of(message)])


def test_she_says_that_she_is_here(client, page, message):
    assert "Ya llegué" in text_of(client.get(page))
    assert not VisitDay.objects.exists()
    answer = client.post(page, {"step": "here"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    day = VisitDay.objects.get()
    assert (day.appointment, day.stage) == (message.visit, Stage.WAITING)
    assert day.arrival_said_by == SaidBy.PATIENT
    assert f"Turno {day.code}" in text_of(answer)
    assert "Zutanita" not in answer.content.decode()


def test_who_comes_late_comes_all_the_same(client, frozen, page, message):
    with time_machine.travel(message.visit.starts_at + 10 * MINUTE, tick=False):
        client.post(page, {"step": "here"})
        assert VisitDay.objects.get().stage == Stage.WAITING
    with time_machine.travel(frozen + timedelta(days=1), tick=False):
        assert client.get(page).status_code == 404


def test_before_its_day_there_is_nothing_to_say(client, page, message):
    with time_machine.travel(message.visit.starts_at - timedelta(days=2), tick=False):
        assert "Ese día podrá avisar aquí" in text_of(client.get(page))
        assert client.post(page, {"step": "here"}).status_code == 409


def test_hostile_steps_get_a_sentence(client, page):
    answer = client.post(page, {"step": "x"})
    assert (answer.status_code, "Ese paso no existe." in text_of(answer)) == (422, True)
    assert not VisitDay.objects.exists()


def test_desks_letters_open_nothing(client, frozen, message):
    other = MessageFactory(visit=message.visit, audience="doctor", kind="booked",
                           recipient=message.visit.doctor.user)  # fmt: skip
    assert client.get(reverse("notifications:link_day", args=[token_of(other)])).status_code == 404


def test_fragment_is_the_part_that_refreshes(client, page):
    html = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert html.lstrip().startswith('<div id="sala-viva"')


@pytest.mark.parametrize(("kind", "is_near"), [("reminder_7d", False), ("reminder_1d", True)])
def test_reminders_that_are_near_lead_to_it(frozen, message, kind, is_near):
    message.kind = kind
    letter = letter_of(message, reader_of(message))
    labels = [label for label, _url in letter.actions]
    assert ("Avisar que llegué" in labels) == is_near
