"""The room, a patient's day and the screen ask a fixed number of questions, however many wait."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from appointments.enums import SaidBy
from appointments.models import DelayNotice
from appointments.rooms import screen_url
from appointments.services.days import check_in, start_consultation
from appointments.services.screens import make_screen
from tests.client import StrictClient
from tests.factories import AppointmentFactory, ClinicFactory
from tests.test_queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
MINUTE = timedelta(minutes=1)
FEW, MANY = 1, 12
# Those of the session, of who asks, and of the unread messages in the page's head included.
ASKED = {"room": 10, "day": 5, "appointment": 11, "screen": 2}


@pytest.fixture
def world(frozen, clinic, alice, dr_chen):
    return World(frozen, clinic, alice, dr_chen)


class World:
    """Alicia waits, and others with her: more on demand, at further consultorios, too."""

    def __init__(self, now, clinic, alice, dr_chen):
        self.now, self.clinic, self.doctor = now, clinic, dr_chen
        self.patient, self.office = StrictClient(), StrictClient()
        self.patient.force_login(alice)
        self.office.force_login(dr_chen.user)
        self.visit = AppointmentFactory(
            clinic=clinic, patient=alice.patients.get(), starts_at=now + 60 * MINUTE
        )
        inside = AppointmentFactory(clinic=clinic, starts_at=now - 30 * MINUTE)
        start_consultation(appointment=inside, actor=dr_chen.user, now=now)
        self._come(self.visit)
        made = make_screen(clinic=clinic, actor=dr_chen.user, now=now)
        self.screen = urlsplit(screen_url(made)).path
        self.size = 0

    def _come(self, visit):
        check_in(appointment=visit, said_by=SaidBy.DESK, actor=None, now=self.now)

    def grow(self, size):
        for n in range(self.size, size):
            at = self.now + (100 + 10 * n) * MINUTE
            for clinic, minutes in ((self.clinic, 0), (ClinicFactory(doctor=self.doctor), 5)):
                start = at + minutes * MINUTE
                self._come(
                    AppointmentFactory(clinic=clinic, starts_at=start, ends_at=start + 5 * MINUTE)
                )
                if minutes:
                    DelayNotice.objects.create(
                        clinic=clinic, minutes=10, at=self.now, quiet_until=self.now + 30 * MINUTE
                    )
        self.size = size

    def ask(self, page):
        visit = [self.visit.public_id]
        client, path = {
            "room": (self.office, reverse("portal:room")),
            "day": (self.patient, reverse("appointments:day", args=visit)),
            "appointment": (self.patient, reverse("appointments:appointment", args=visit)),
            "screen": (Client(), self.screen),
        }[page]
        return len(queries_of(client, path))


@pytest.mark.parametrize("page", ["room", "day", "appointment", "screen"])
def test_as_many_for_few_as_for_many(world, page):
    few = world.grow(FEW) or world.ask(page)
    many = world.grow(MANY) or world.ask(page)
    assert (few, many) == (ASKED[page], ASKED[page])
