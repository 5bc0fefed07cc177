"""Marking an inbox as read, as far as its page showed it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import MessageFactory
from tests.notifications.views.test_inbox import arrived  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db
PAGE, INBOX = reverse("notifications:read"), reverse("notifications:inbox")


def test_read_marks_what_the_page_showed(frozen, as_, alice, arrived):  # noqa: F811
    answer = as_(alice).post(PAGE, {"hasta": frozen.isoformat()})
    assert answer.url == INBOX
    arrived.refresh_from_db()
    assert arrived.read_at == frozen
    html = as_(alice).get(INBOX).content.decode()
    assert "Nuevo" not in html
    assert 'class="count"' not in html


def test_read_leaves_what_came_meanwhile(frozen, as_, alice, visit, arrived):  # noqa: F811
    until = frozen - timedelta(minutes=1)
    later = MessageFactory(
        visit=visit, kind="reminder_2h", channel="inbox", address="", due_at=frozen
    )
    as_(alice).post(PAGE, {"hasta": until.isoformat()})
    arrived.refresh_from_db()
    later.refresh_from_db()
    assert (arrived.read_at, later.read_at) == (frozen, None)


def test_read_by_a_script_answers_nothing(frozen, as_, alice, arrived):  # noqa: F811
    answer = as_(alice).post(PAGE, {"hasta": ""}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")
    arrived.refresh_from_db()
    assert arrived.read_at == frozen


@pytest.mark.parametrize(
    "until", ["", "x", "\x00", "2026-13-45T99:00", "9999-12-31T23:59:59+14:00",
              "0001-01-01T00:00:00-14:00", "0001-01-01", "2026-11-23T14:00"],
)  # fmt: skip
def test_read_takes_any_time(frozen, as_, alice, arrived, until):  # noqa: F811
    assert as_(alice).post(PAGE, {"hasta": until}).status_code == 302


def test_read_is_of_ones_own(frozen, as_, bob, arrived):  # noqa: F811
    as_(bob).post(PAGE)
    arrived.refresh_from_db()
    assert arrived.read_at is None


def test_read_keeps_when_it_was_read_first(frozen, as_, alice, arrived):  # noqa: F811
    arrived.read_at = frozen - timedelta(minutes=5)
    arrived.save()
    as_(alice).post(PAGE)
    arrived.refresh_from_db()
    assert arrived.read_at == frozen - timedelta(minutes=5)


def test_read_is_no_page(as_, alice, client):
    assert as_(alice).get(PAGE).status_code == 405
    assert client.post(PAGE).url == f"/cuenta/login/?next={PAGE}"
    strict = as_(alice)
    strict.handler.enforce_csrf_checks = True
    assert strict.post(PAGE).status_code == 403
