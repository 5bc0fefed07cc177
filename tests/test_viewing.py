"""«Ver como»: what support sees as somebody else, what it never sees, and who is told."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.roles import MODERATORS, SUPPORT, group_of
from appointments.feeds import FeedAddress
from appointments.services.feeds import make_feed
from doctobooking.viewing import OWN, VIEWABLE
from tests.conftest import NOW
from tests.marks import marks_in
from tests.matrix import addresses, browsers, own_names, same_browser, things  # noqa: F401 -- fixtures
from tests.sights import CLINICAL
from tests.tables import changed, digests

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
WHY = "No ve la hora que movió, ticket A7K2"
MINE = reverse("appointments:mine")


def page_of(person):
    return reverse("admin:accounts_user_view_as", args=[person.pk])


@pytest.fixture
def support(as_, erin):
    erin.groups.add(group_of(SUPPORT))
    return as_(erin)


def view(browser, person, why=WHY):
    return browser.post(page_of(person), {"reason": why})


def test_support_sees_what_the_person_sees(frozen, support, alice):
    assert view(support, alice).url == "/"
    html = support.get(MINE).content.decode()
    assert "Está viendo el sitio como <strong>Alicia Vera</strong>" in html
    assert "hasta las 14:15" in html
    assert support.get(reverse("admin:index")).status_code == 200


def test_person_can_see_that_it_happened_and_why(frozen, support, as_, alice, erin):
    view(support, alice)
    entry = AuditEntry.objects.filter(person=alice).get(act="viewed")
    assert (entry.actor, entry.what, entry.at) == (erin, WHY, NOW)
    html = as_(alice).get(reverse("accounts:activity")).content.decode()
    assert "Soporte vio la cuenta como usted la ve, sin cambiar nada" in html
    assert f"Por qué: {WHY}" in html


@pytest.mark.parametrize("why", ["", "   ", "corto", "x" * 201, "a\x00b" * 5])
def test_it_needs_a_reason(frozen, support, alice, why):
    assert view(support, alice, why).status_code == 422
    assert not AuditEntry.objects.filter(act="viewed").exists()
    assert support.get(MINE).content.decode().count("Está viendo el sitio como") == 0


def test_nothing_can_be_changed(frozen, things, support, alice):  # noqa: F811
    view(support, alice)
    # A strict one would renew the search index, as a task does.
    support, before = same_browser(support), digests()
    for name, path in addresses(things):
        if name not in OWN:
            assert support.post(path, {"x": "1"}).status_code == 403, name
    assert changed(before, digests()) == []


@pytest.mark.parametrize("whom", ["alice", "dr_chen"])
def test_no_page_says_anything_clinical(frozen, things, browsers, support, whom):  # noqa: F811
    view(support, browsers[whom].user)
    seen = set()
    for name, path in addresses(things):
        for headers in ({}, {"HX-Request": "true"}):
            answer = support.get(path, headers=headers)
            if name not in VIEWABLE:
                if name not in OWN:
                    assert answer.status_code == 403, name
                continue
            seen.add((name, answer.status_code))
            assert marks_in(answer) & CLINICAL == set(), name
    assert set(OWN) == {"account_logout", "accounts:view_end", "csp_report", "set_language"}
    assert {"home", "appointments:mine"} <= {name for name, status in seen if status == 200}


def test_each_page_that_can_be_seen_exists():
    assert set(own_names()) >= VIEWABLE


def test_it_ends_by_hand(frozen, support, alice):
    view(support, alice)
    answer = support.post(reverse("accounts:view_end"))
    assert answer.url == reverse("admin:accounts_user_change", args=[alice.pk])
    assert "Está viendo" not in support.get(MINE).content.decode()


def test_no_secret_address_of_a_calendar_is_shown(frozen, things, support, dr_chen, clinic):  # noqa: F811
    """It would go on being read when the viewing is over."""
    feeds = [make_feed(owner=dr_chen.user, clinic=place, now=NOW) for place in (clinic, None)]
    keys = [urlsplit(FeedAddress(feed).url).path for feed in feeds]
    view(support, dr_chen.user)
    assert support.get(reverse("portal:calendars")).status_code == 403
    for name, path in addresses(things):
        if name in VIEWABLE:
            answer = support.get(path)
            html = "" if answer.streaming else answer.content.decode(errors="replace")
            assert [key for key in keys if key in html] == [], name


def test_it_ends_by_itself(frozen, support, alice):
    view(support, alice)
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        # Cookies of the test's browser have no clock: the session has.
        assert "Está viendo" not in support.get(MINE).content.decode()


def test_it_ends_with_the_permission(frozen, support, alice, erin):
    view(support, alice)
    erin.groups.clear()
    assert "Está viendo" not in support.get(MINE).content.decode()


def test_staff_is_not_looked_at(frozen, support, root, erin):
    assert view(support, root).status_code == 403
    assert view(support, erin).status_code == 403


def test_who_may_not_cannot(frozen, as_, erin, alice, dr_chen):
    erin.groups.add(group_of(MODERATORS))
    assert view(as_(erin), alice).status_code == 403
    assert as_(dr_chen.user).post(page_of(alice), {"reason": WHY}).status_code == 404
    assert not AuditEntry.objects.filter(act="viewed").exists()


def test_a_cookie_alone_shows_nobody(frozen, as_, alice, erin):
    for user in (alice, erin):
        browser = as_(user)
        browser.cookies[settings.VIEWING_COOKIE_NAME] = "1"
        assert "Está viendo" not in browser.get(MINE).content.decode()


def test_another_log_in_in_the_same_browser_looks_at_nobody(frozen, support, alice, bob):
    view(support, alice)
    support.force_login(bob)
    assert "Está viendo" not in support.get(MINE).content.decode()
