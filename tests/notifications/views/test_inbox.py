"""The inbox: what arrived, in the reader's language, and nobody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from notifications.models import Message, RefusedAddress
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("notifications:inbox")


@pytest.fixture
def arrived(visit, frozen):
    """Alicia's, on our pages, an hour ago."""
    return MessageFactory(
        visit=visit,
        kind="reminder_1d",
        channel="inbox",
        address="",
        due_at=frozen - timedelta(hours=1),
    )


def text(answer):
    return answer.content.decode()


def test_inbox_shows_what_arrived(frozen, as_, alice, arrived, visit):
    html = text(as_(alice).get(PAGE))
    for said in ("Hace 1 hora", "Nuevo", "Marcar todo como leído",
                 reverse("appointments:appointment", args=[visit.public_id])):  # fmt: skip
        assert said in html.replace("\xa0", " ")
    assert '<span class="count">1<' in html


def test_inbox_says_the_fact(frozen, as_, alice, planned):
    html = text(as_(alice).get(PAGE))
    assert "Cita confirmada: martes 24 de noviembre, 10:00, Dra. Ana Molina Paz" in html
    assert "Hace un momento" in html
    User.objects.filter(pk=alice.pk).update(language="en")
    browser = as_(alice)
    browser.cookies["django_language"] = "en"
    assert "Visit confirmed: Tuesday 24 November, 10:00, Dr Ana Molina Paz" in text(
        browser.get(PAGE)
    )


def test_inbox_of_a_doctor_leads_to_the_desk(frozen, as_, dr_chen, planned):
    html = text(as_(dr_chen.user).get(PAGE))
    assert "Nueva cita: martes 24 de noviembre, 10:00, La Carolina" in html
    assert reverse("portal:visit", args=[planned.public_id]) in html
    assert "Alicia" not in html


def test_inbox_shows_nothing_that_is_not_there_yet(frozen, as_, alice, visit, arrived):
    for changes in ({"state": "planned"}, {"state": "suppressed", "why": "moved"},
                    {"channel": "email"}):  # fmt: skip
        Message.objects.filter(pk=arrived.pk).update(
            **{"state": "sent", "why": "", "channel": "inbox", **changes}
        )
        html = text(as_(alice).get(PAGE))
        assert "Aún no tiene avisos" in html
        assert "Marcar todo" not in html


def test_inbox_is_ones_own(frozen, as_, bob, dr_chen, arrived):
    for somebody in (bob, dr_chen.user):
        assert "Aún no tiene avisos" in text(as_(somebody).get(PAGE))


def test_inbox_marks_nothing_by_looking(frozen, as_, alice, arrived):
    as_(alice).get(PAGE)
    arrived.refresh_from_db()
    assert arrived.read_at is None


def test_inbox_shows_twenty_at_a_time_the_latest_first(frozen, as_, alice, visit):
    for number in range(21):
        MessageFactory(
            visit=visit, channel="inbox", address="", copy=number, kind="reminder_7d",
            due_at=frozen - timedelta(hours=number),
        )  # fmt: skip
    MessageFactory(
        visit=visit,
        kind="reminder_1d",
        channel="inbox",
        address="",
        due_at=frozen - timedelta(days=30),
    )
    first, second = (text(as_(alice).get(PAGE, {"pagina": n})) for n in (1, 2))
    notices = [html.count("Recordatorio:") for html in (first, second)]
    assert notices == [20, 2]
    assert "Hace un momento" in first
    assert '<span class="count">22<' in first


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 40])
def test_inbox_of_a_page_that_there_is_not(frozen, as_, alice, arrived, number):
    assert as_(alice).get(PAGE, {"pagina": number}).status_code == 200


def test_inbox_says_which_address_takes_nothing(frozen, as_, alice, bob):
    RefusedAddress.objects.create(channel="email", address=alice.email, account=alice,
                                  error="550", first_at=frozen, last_at=frozen)  # fmt: skip
    assert "alice@ejemplo.test rechaza lo que le enviamos." in text(as_(alice).get(PAGE))
    assert "rechaza" not in text(as_(bob).get(PAGE))
    RefusedAddress.objects.update(last_at=frozen - timedelta(days=8))
    assert "rechaza" not in text(as_(alice).get(PAGE))


def test_inbox_is_for_looking_and_for_accounts(as_, alice, client):
    assert as_(alice).post(PAGE).status_code == 405
    assert client.get(PAGE).url == f"/cuenta/login/?next={PAGE}"
    assert "no-store" in as_(alice).get(PAGE)["Cache-Control"]


def test_pages_without_an_account_count_nothing(client):
    assert 'class="count"' not in text(client.get("/"))
