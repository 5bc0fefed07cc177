"""An account that asks for one thing after the other that is not its own."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tests.conftest import NOW
from tests.core.test_logs import lines  # noqa: F401 -- a fixture
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
LIMIT = 25


@pytest.fixture
def limited(settings, frozen):
    settings.REFUSALS_PER_MINUTE = LIMIT


def ask(browser, times=1, key=None):
    """Other people's visits, by numbers that one might guess."""
    pages = [reverse("appointments:appointment", args=[key or uuid.uuid4()]) for _ in range(times)]
    return [browser.get(page).status_code for page in pages]


def told(lines):  # noqa: F811
    return [line for line in lines if line["event"] == "account refused often"]


def test_somebody_is_told_after_twenty_in_a_minute(limited, as_, alice, lines):  # noqa: F811
    browser = as_(alice)
    assert ask(browser, 19) == [404] * 19
    assert told(lines) == []
    assert ask(browser, 2) == [404] * 2
    (line,) = told(lines)
    assert (line["level"], line["account"], line["refusals"]) == (
        "error", str(alice.public_id), 20,
    )  # fmt: skip


def test_beyond_the_limit_absent_and_anothers_look_alike(limited, as_, alice, bob, clinic, lines):  # noqa: F811
    foreign = AppointmentFactory(clinic=clinic, patient=bob.patients.get()).public_id
    browser = as_(alice)
    assert ask(browser, LIMIT) == [404] * LIMIT
    assert ask(browser, 2) + ask(browser, key=foreign) == [429] * 3
    answer = browser.get(reverse("appointments:appointment", args=[foreign]))
    assert (answer["Retry-After"], "no-store" in answer["Cache-Control"]) == ("60", True)
    assert str(bob.patients.get().last_names) not in answer.content.decode()
    assert [line["refusals"] for line in told(lines)] == [20, LIMIT + 1]


def test_ones_own_pages_go_on(limited, as_, alice, clinic):
    own = AppointmentFactory(clinic=clinic, patient=alice.patients.get()).public_id
    browser = as_(alice)
    ask(browser, LIMIT + 1)
    assert ask(browser, key=own) == [200]


def test_others_and_strangers_are_not_counted_with_it(limited, as_, alice, bob, client):
    ask(as_(alice), LIMIT + 1)
    assert ask(as_(bob)) == [404]
    assert [client.get("/no-hay/").status_code for _ in range(LIMIT + 5)] == [404] * (LIMIT + 5)


def test_the_next_minute_is_another_one(limited, as_, alice):
    browser = as_(alice)
    ask(browser, LIMIT + 1)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert ask(browser) == [404]


def test_it_can_be_turned_off(settings, frozen, as_, alice):
    settings.REFUSALS_PER_MINUTE = 0
    assert ask(as_(alice), 70) == [404] * 70
