"""Bad input at the pages about messages, and behind the links in them."""

import pytest
from django.test import Client
from django.urls import reverse

from notifications.links import token_of
from notifications.models import Preferences
from tests.factories import AppointmentFactory, MessageFactory
from tests.test_hostile import VALUES, Door, assault, filters, logged_in, one, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
WISHES = {"first": "email", "second": "sms", "third": "", "phone": "+593991234567", "which": "own",
          "reminders": "1d", "wants_feedback": "on"}  # fmt: skip
MORE = ("actor", "recipient", "visit", "status", "starts_at", "next", "token", "now")


@pytest.fixture
def visit(clinic, alice):
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get())


def test_preferences(frozen, alice, settings):
    settings.PHONE_CHANNELS = ["sms", "whatsapp"]
    here = one(logged_in(alice)())
    assault(Door(here, reverse("notifications:preferences"), WISHES, [*WISHES]))
    kept = Preferences.objects.filter(account=alice).first()
    assert kept is None or set(kept.channels) <= {"email", "sms", "whatsapp"}


def test_inbox(frozen, alice, visit):
    MessageFactory(visit=visit, kind="reminder_1d", channel="inbox", address="")
    here = logged_in(alice)()
    assault(filters(here, reverse("notifications:inbox"), ["pagina"]))
    for word, value in VALUES.items():
        answer = here.post(reverse("notifications:read"), {"hasta": value})
        assert answer.status_code in (302, 400), word


def test_messages_of_a_visit(frozen, alice, visit):
    message = MessageFactory(visit=visit)
    here = logged_in(alice)()
    address = reverse("notifications:visit_resend", args=[visit.public_id, message.public_id])
    for word, value in VALUES.items():
        answer = here.post(address, dict.fromkeys(MORE, value))
        assert answer.status_code in (302, 400), word
        show(here.get(answer.url) if answer.status_code == 302 else answer)


def test_links(frozen, visit):
    """Whatever is sent along decides nothing, and whatever a token is made of is no token."""
    message = MessageFactory(visit=visit, kind="reminder_1d")
    here, token = Client(), token_of(message)
    for word, value in VALUES.items():
        asked = dict.fromkeys((*MORE, "semana", "List-Unsubscribe"), value)
        for name in ("link_attend", "link_reschedule", "link_cancel", "unsubscribe"):
            address = reverse(f"notifications:{name}", args=[token])
            answer = here.get(address, asked)
            show(answer)
            assert answer.status_code in (200, 400), (name, word)
        answer = here.post(reverse("notifications:link_attend", args=[token]), asked)
        show(answer)
        assert answer.status_code in (200, 400), word
        plain = value.replace("/", "").replace("\r", "").replace("\n", "").strip() or "x"
        for wrong in (plain, f"{plain}.{plain}", f"{token.partition('.')[0]}.{plain}"):
            address = f"/enlace/{wrong}/asistire/"
            answer = here.get(address)
            show(answer)
            assert answer.status_code in (400, 404), (word, wrong)
    visit.refresh_from_db()
    assert (visit.status, visit.sequence) == ("booked", 0)
