"""Whoever searches without end waits; whoever looks for a doctor does not notice."""

import socket
import time
from datetime import timedelta

import pytest
import redis
import time_machine
from django.conf import settings as django_settings
from django.urls import reverse

from directory import limits
from tests.client import StrictClient
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SEARCH, SUGGESTIONS = reverse("search"), reverse("search_suggestions")


@pytest.fixture
def few(settings, frozen):
    settings.SEARCHES_PER_MINUTE, settings.WEB_WORKERS = 6, 2


@pytest.fixture
def limited(few, monkeypatch):
    """Counted in the broker, where all processes see it."""
    monkeypatch.setattr(limits, "_shared", limits.SharedMinute())
    broker = redis.from_url(django_settings.CELERY_BROKER_URL)
    for key in broker.scan_iter("searches:*"):
        broker.delete(key)
    return broker


@pytest.fixture(params=["away", "hangs"])
def without_broker(request, few, settings, monkeypatch):
    """Nobody listens there, or somebody who never answers."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        if request.param == "hangs":
            deaf.listen()
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        limits._broker.cache_clear()
        monkeypatch.setattr(limits, "_shared", limits.SharedMinute())
        monkeypatch.setattr(limits, "_own", limits.Minute())
        yield
    limits._broker.cache_clear()


def ask(browser, times, page=SEARCH):
    return [browser.get(page, {"q": "cardio"}).status_code for _ in range(times)]


def at(minutes):
    return time_machine.travel(NOW + timedelta(minutes=minutes), tick=False)


def without_cookies(times, **headers):
    return [StrictClient().get(SEARCH, headers=headers).status_code for _ in range(times)]


def test_so_many_in_a_minute_whatever_process_answers(limited, monkeypatch):
    with at(1):
        assert without_cookies(4) == [200] * 4
        monkeypatch.setattr(limits, "_shared", limits.SharedMinute())  # another process
        assert without_cookies(4) == [200] * 2 + [429] * 2
    with at(2):
        assert ask(StrictClient(), 1) == [200]


def test_without_a_broker_each_process_has_its_part(without_broker):
    with at(1):
        began = time.monotonic()
        assert without_cookies(5) == [200] * 3 + [429] * 2
        # It was asked once, and then left alone.
        assert limits._shared.rests_until > began
    with at(2):
        assert ask(StrictClient(), 1) == [200]


def test_nobodys_cookie_or_address_lies_in_the_broker(limited, alice):
    browser = StrictClient()
    browser.force_login(alice)
    with at(9):
        ask(browser, 2)
    keys = [key.decode() for key in limited.scan_iter("searches:*")]
    assert sorted(limited.mget(keys)) == [b"2", b"2"]
    assert all(0 < limited.ttl(key) <= 120 for key in keys)
    session = browser.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert [key for key in keys if session in key or "127.0.0.1" in key] == []


def test_it_says_so_clearly(limited):
    browser = StrictClient()
    with at(3):
        # The first page, which brings the cookie, and six with it.
        ask(browser, 7)
        answer = browser.get(SEARCH)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "Demasiados intentos seguidos" in answer.content.decode()


def test_strangers_behind_one_address_are_told_apart(limited):
    """All that a telephone company's customers share is its address."""
    browsers = [StrictClient() for _ in range(3)]
    with at(8):
        assert [ask(browser, 2) for browser in browsers] == [[200] * 2] * 3
        without_cookies(3)
        assert ask(StrictClient(), 1) == [429]
        assert [ask(browser, 6) for browser in browsers] == [[200] * 5 + [429]] * 3


def test_browsers_with_sessions_of_one_address_are_told_apart(limited, alice, bob):
    browsers = [StrictClient(), StrictClient()]
    with at(4):
        for browser, who in zip(browsers, (alice, bob), strict=True):
            browser.force_login(who)
            assert ask(browser, 7) == [200] * 6 + [429]


def test_made_up_sessions_help_nobody(limited):
    with at(5):
        answers = []
        for n in range(70):
            browser = StrictClient()
            browser.cookies[django_settings.SESSION_COOKIE_NAME] = f"inventada{n}"
            answers += ask(browser, 1)
    assert answers == [200] * 60 + [429] * 10


def test_suggestions_come_with_every_letter(limited):
    with at(6):
        assert ask(StrictClient(), 32, SUGGESTIONS) == [200] * 31 + [429]


def test_addresses_behind_the_proxy_are_told_apart(limited, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    with at(7):
        for n in (1, 2):
            seen = [
                StrictClient()
                .get(SEARCH, headers={"X-Forwarded-For": f"1.2.3.4, 203.0.113.{n}"})
                .status_code
                for _ in range(7)
            ]
            assert seen == [200] * 6 + [429]
        # What the browser itself wrote there counts for nothing.
        forged = StrictClient().get(SEARCH, headers={"X-Forwarded-For": "9.9.9.9, 203.0.113.1"})
        assert forged.status_code == 429
