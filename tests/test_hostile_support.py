"""Bad input at the pages of the help desk: a sentence and 4xx, nothing unescaped, never a 5xx."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from support.guarding import Stamp
from support.models import Ticket, TicketMessage
from support.tokens import token_of
from tests.conftest import NOW
from tests.support.world import asked
from tests.test_hostile import SCRIPT, VALUES, Door, assault, logged_in, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
GOOD = {"name": "Rosa", "email": "rosa@ejemplo.test", "about": "other", "subject": "Hola",
        "text": "Una pregunta", "act": "reply"}  # fmt: skip
MORE = ("state", "owner", "requester", "priority", "visit", "author", "is_internal", "code")


def stamped(data):
    return {**data, "stamp": str(Stamp(uuid.uuid4(), NOW - timedelta(minutes=1)))}


@pytest.fixture(autouse=True)
def without_limits(frozen, settings):
    settings.SUPPORT_PER_ADDRESS = settings.SUPPORT_PER_PERSON = 10_000
    settings.SUPPORT_REPLIES_PER_HOUR = 10_000


def test_contact():
    """Refused each time: the form was made nowhere."""
    assault(Door(Client, reverse("support:contact"), GOOD, [*GOOD, "stamp", "website", *MORE]))
    assert not Ticket.objects.exists()


def test_contact_with_a_stamp():
    for value in VALUES.values():
        for name in GOOD:
            show(Client().post(reverse("support:contact"), stamped({**GOOD, name: value})))
        show(
            Client().post(
                reverse("support:contact"), stamped({**GOOD, **dict.fromkeys(MORE, value)})
            )
        )
    states = set(Ticket.objects.values_list("state", "owner", "requester", "priority", "visit"))
    assert states == {("open", None, None, 2, None)}


@pytest.mark.parametrize("value", [SCRIPT, VALUES["right to left"], VALUES["template"]])
def test_what_was_written_is_text(alice, value):
    ticket = asked(alice, text=value, subject=value[:100])
    for page in (reverse("support:tickets"), reverse("support:ticket", args=[ticket.public_id])):
        show(logged_in(alice)().get(page))


def test_conversation(alice):
    rosas, hers = asked(), asked(alice)
    doors = (
        (Client, reverse("support:link", args=[token_of(rosas)])),
        (logged_in(alice), reverse("support:ticket", args=[hers.public_id])),
    )
    for who, page in doors:
        for value in VALUES.values():
            for act in ("reply", "rate", value):
                fields = dict.fromkeys(("text", "mark", "remark", "attachments", *MORE), value)
                answer = who().post(page, stamped({**fields, "act": act}))
                show(answer)
                assert answer.status_code in (302, 409, 422)
    assert set(TicketMessage.objects.values_list("author", "is_internal")) == {("person", False)}


def test_addresses_of_links():
    for value in VALUES.values():
        if value and "/" not in value and "\x00" not in value and "\r" not in value:
            answer = Client().get(reverse("support:link", args=[value]))
            assert answer.status_code in (400, 404)


def test_questions_to_the_help_centre():
    for value in VALUES.values():
        answer = Client().get(reverse("help"), {"q": value})
        show(answer)
        assert answer.status_code in (200, 400)
