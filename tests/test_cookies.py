"""Cookies as production gives them: of this host alone, over TLS, for no script."""

import pytest
from django import conf
from django.urls import reverse

from accounts.roles import SUPPORT, group_of
from tests.client import StrictClient
from tests.factories import PASSWORD, UserFactory
from tests.test_headers import production  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db
WHY = "No ve la hora que movió"
OURS = {"session", "csrf", "language", "messages", "device", "viewing"}


@pytest.fixture
def as_in_production(settings, production):  # noqa: F811
    """What production says of cookies, over the tests' settings."""
    theirs = production()
    for name in dir(theirs):
        if "COOKIE" in name:
            setattr(settings, name, getattr(theirs, name))


@pytest.fixture
def given(as_in_production, alice):
    """Every cookie that a day of a patient and of support brings, in the order of their coming."""
    cookies = []

    def go(browser, path, data=None):
        call = browser.get if data is None else browser.post
        answer = call(path, data, secure=True)
        assert answer.status_code in (200, 302), path
        cookies.extend(answer.cookies.values())

    browser = StrictClient()
    go(browser, reverse("account_login"))
    go(browser, reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    go(browser, reverse("set_language"), {"language": "en"})
    go(browser, reverse("account_logout"), {})
    staff = UserFactory(is_staff=True, is_patient=False)
    staff.groups.add(group_of(SUPPORT))
    desk = StrictClient()
    desk.force_login(staff)
    go(desk, reverse("admin:accounts_user_view_as", args=[alice.pk]), {"reason": WHY})
    go(desk, reverse("accounts:view_end"), {})
    return cookies


def test_each_name_in_the_settings_is_one_of_this_host(as_in_production):
    names = {name: getattr(conf.settings, name) for name in dir(conf.settings)
             if name.endswith("COOKIE_NAME")}  # fmt: skip
    assert {name: value for name, value in names.items() if not value.startswith("__Host-")} == {}
    assert {value.removeprefix("__Host-") for value in names.values()} == OURS


def test_each_cookie_that_is_set_keeps_what_its_name_says(given):
    """A browser refuses a `__Host-` cookie without Secure, with a domain, or of another path."""
    assert {cookie.key.removeprefix("__Host-") for cookie in given} == OURS
    for cookie in given:
        assert cookie.key.startswith("__Host-")
        assert cookie["secure"] is True, cookie.key
        assert (cookie["path"], cookie["domain"]) == ("/", ""), cookie.key
        if cookie["max-age"] != 0:
            assert cookie["httponly"] is True, cookie.key
            assert cookie["samesite"] == "Lax", cookie.key
