"""Whoever searches without end waits; whoever looks for a doctor does not notice."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.urls import reverse

from tests.client import StrictClient
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SEARCH, SUGGESTIONS = reverse("search"), reverse("search_suggestions")


@pytest.fixture
def limited(settings, frozen):
    settings.SEARCHES_PER_MINUTE, settings.WEB_WORKERS = 6, 2


def ask(browser, times, page=SEARCH):
    return [browser.get(page, {"q": "cardio"}).status_code for _ in range(times)]


def at(minutes):
    return time_machine.travel(NOW + timedelta(minutes=minutes), tick=False)


def without_cookies(times, **headers):
    return [StrictClient().get(SEARCH, headers=headers).status_code for _ in range(times)]


def test_each_process_has_its_part_of_the_minute(limited):
    with at(1):
        assert without_cookies(5) == [200] * 3 + [429] * 2
    with at(2):
        assert ask(StrictClient(), 1) == [200]


def test_it_says_so_clearly(limited):
    browser = StrictClient()
    with at(3):
        # The first page, which brings the cookie, and three with it.
        ask(browser, 4)
        answer = browser.get(SEARCH)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "Demasiados intentos seguidos" in answer.content.decode()


def test_strangers_behind_one_address_are_told_apart(limited):
    """All that a telephone company's customers share is its address."""
    browsers = [StrictClient() for _ in range(3)]
    with at(8):
        assert [ask(browser, 1) for browser in browsers] == [[200]] * 3
        assert ask(StrictClient(), 1) == [429]
        assert [ask(browser, 4) for browser in browsers] == [[200] * 3 + [429]] * 3


def test_browsers_with_sessions_of_one_address_are_told_apart(limited, alice, bob):
    browsers = [StrictClient(), StrictClient()]
    with at(4):
        for browser, who in zip(browsers, (alice, bob), strict=True):
            browser.force_login(who)
            assert ask(browser, 4) == [200] * 3 + [429]


def test_made_up_sessions_help_nobody(limited):
    with at(5):
        answers = []
        for n in range(40):
            browser = StrictClient()
            browser.cookies[django_settings.SESSION_COOKIE_NAME] = f"inventada{n}"
            answers += ask(browser, 1)
    assert answers == [200] * 30 + [429] * 10


def test_suggestions_come_with_every_letter(limited):
    with at(6):
        assert ask(StrictClient(), 17, SUGGESTIONS) == [200] * 16 + [429]


def test_addresses_behind_the_proxy_are_told_apart(limited, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    with at(7):
        for n in (1, 2):
            seen = [
                StrictClient()
                .get(SEARCH, headers={"X-Forwarded-For": f"1.2.3.4, 203.0.113.{n}"})
                .status_code
                for _ in range(4)
            ]
            assert seen == [200] * 3 + [429]
        # What the browser itself wrote there counts for nothing.
        forged = StrictClient().get(SEARCH, headers={"X-Forwarded-For": "9.9.9.9, 203.0.113.1"})
        assert forged.status_code == 429
