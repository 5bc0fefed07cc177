"""Bad input on the day of a visit: the desk's taps, the patient's, the link's, the screen's."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from appointments.models import DelayNotice, VisitDay, WaitingScreen
from appointments.rooms import screen_url
from appointments.services.screens import make_screen
from notifications.links import token_of
from tests.factories import AppointmentFactory, MessageFactory
from tests.test_hostile import VALUES, Door, assault, filters, logged_in, one, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
MORE = ("actor", "visit", "clinic", "status", "now", "code", "arrived_at", "said_by", "next")


@pytest.fixture
def due(frozen, clinic, alice):
    """Alicia's visit in half an hour."""
    patient = alice.patients.get()
    return AppointmentFactory(
        clinic=clinic, patient=patient, starts_at=frozen + timedelta(minutes=30)
    )


def test_steps_at_the_desk(due, carla):
    here = one(logged_in(carla)())
    path = reverse("portal:room_step", args=[due.public_id])
    fields = ["step", "was", "volver"]
    assault(Door(here, path, {"step": "back", "was": "done"}, [*fields, *MORE], singly=fields))
    assert not VisitDay.objects.exists()


def test_way_back_is_one_of_ours(due, carla):
    browser = logged_in(carla)()
    path = reverse("portal:room_step", args=[due.public_id])
    for word, value in VALUES.items():
        answer = browser.post(path, {"step": "arrived", "volver": value})
        show(answer)
        assert answer.status_code in (302, 422), word
        assert answer.status_code == 422 or answer.url == reverse("portal:room"), word


def test_delays(due, clinic, carla):
    here = one(logged_in(carla)())
    path = reverse("portal:room_delay", args=[clinic.public_id])
    assault(Door(here, path, {"minutes": "2"}, ["minutes", *MORE], singly=["minutes"]))
    # «٣٤» is a number, too.
    assert set(DelayNotice.objects.values_list("minutes", flat=True)) <= {34}


def test_room(due, carla):
    assault(filters(logged_in(carla)(), reverse("portal:room"), ["fecha", "consultorio"]))


def test_steps_of_the_patient(due, alice):
    here = one(logged_in(alice)())
    path = reverse("appointments:day_step", args=[due.public_id])
    fields = ["step", "was"]
    assault(Door(here, path, {"step": "back", "was": "done"}, [*fields, *MORE], singly=fields))
    assert not VisitDay.objects.exists()


def test_steps_behind_a_link(due):
    message = MessageFactory(visit=due, kind="reminder_2h")
    path = reverse("notifications:link_day", args=[token_of(message)])
    fields = ["step", "was"]
    assault(Door(Client, path, {"step": "x"}, [*fields, *MORE], singly=fields))
    assault(filters(Client(), path, ["step", "desde"]))
    assert not VisitDay.objects.exists()


def test_screen(frozen, due, clinic, dr_chen):
    path = urlsplit(screen_url(make_screen(clinic=clinic, actor=dr_chen.user, now=frozen))).path
    assault(filters(Client(), path, ["tema", "idioma", "desde"]))
    for word, value in VALUES.items():
        plain = value.replace("/", "").replace("\r", "").replace("\n", "").strip() or "x"
        for wrong in (plain, f"{plain}.{plain}", f"{path.split('/')[2].partition('.')[0]}.{plain}"):
            for start in ("sala", "sse/salas"):
                answer = Client().get(f"/{start}/{wrong}/")
                show(answer)
                assert answer.status_code in (400, 404), (word, start)


def test_page_of_the_screen(frozen, clinic, dr_chen):
    here = one(logged_in(dr_chen.user)())
    path = reverse("portal:clinic_screen", args=[clinic.public_id])
    assault(Door(here, path, {"act": "x"}, ["act", *MORE], singly=["act"]))
    assert not WaitingScreen.objects.exists()
