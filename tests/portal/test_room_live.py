"""Open pages of the room hear of each step: the desk in words, the screen only that it was."""

import json
import time

import pytest
from django.urls import reverse
from django.utils import timezone

from appointments import live
from appointments.enums import SaidBy
from appointments.live import RoomAudience
from appointments.services.days import check_in, say_on_the_way, start_consultation
from core.live.changes import Change, Position, position_now
from tests.factories import AppointmentFactory, ClinicFactory

CHANGES, NEWS = reverse("portal:changes"), reverse("portal:news")


@pytest.fixture
def alone_in_the_database(transactional_db):
    """Changes are told only when they are really committed."""


@pytest.fixture
def due(clinic, alice):
    """About noon at the consultorio, whenever a test runs."""
    clinic.zone = f"Etc/GMT{timezone.now().hour - 12:+d}"
    clinic.save()
    at = timezone.now().replace(second=0, microsecond=0)
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=at)


def said_after(client, position, count):
    """What was said and how far, once it is so much."""
    deadline = time.monotonic() + 60
    while True:
        told = client.get(CHANGES, {"desde": position}).json()
        if len(told["said"]) >= count or time.monotonic() > deadline:
            return told
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.usefixtures("alone_in_the_database")
def test_patients_own_word_is_said(as_, carla, due, alice, dr_chen):
    client, position, now = as_(carla), str(position_now()), timezone.now()
    say_on_the_way(appointment=due, actor=alice, now=now)
    first = said_after(client, position, 1)
    check_in(appointment=due, said_by=SaidBy.PATIENT, actor=alice, now=now)
    second = said_after(client, first["cursor"], 1)
    words = [piece["text"].split(": ")[0] for told in (first, second) for piece in told["said"]]
    assert words == ["En camino", "Está en la sala"]
    assert second["said"][0]["path"] == reverse("portal:room")
    assert "Alicia Vera" in second["said"][0]["text"]
    start_consultation(appointment=due, actor=dr_chen.user, now=timezone.now())
    third = said_after(client, second["cursor"], 1)
    assert [piece["text"].split(": ")[0] for piece in third["said"]] == ["Asistió"]
    # Of the moment: nobody asks afterwards who was on the way.
    html = client.get(NEWS).content.decode()
    assert "Asistió" in html
    assert "En camino" not in html


def change(clinic, kind=live.DAY):
    data = {"visit": "00000000-0000-4000-8000-000000000000", "clinic": clinic.pk}
    return Change(Position(1, 1), "doctor:1", kind, data, False, timezone.now())


@pytest.mark.django_db
def test_screen_hears_that_something_changed_and_no_more(clinic, dr_chen):
    audience = RoomAudience(clinic)
    [heard] = audience.hear([change(clinic), change(clinic, live.ARRIVED)])
    assert heard.decode().splitlines()[0] == "event: change"
    assert json.loads(heard.decode().splitlines()[1].removeprefix("data: ")) == {"kind": "room"}
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    assert audience.hear([change(other)]) == []
    assert audience.hear([]) == []
