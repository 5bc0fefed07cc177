"""What is true of every page behind a link in a message."""

import json
import logging
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment, AppointmentChange
from core.models import Event
from notifications.links import token_of
from notifications.models import Preferences
from tests.factories import MessageFactory
from tests.notifications.views.conftest import link

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
OF_A_VISIT = ("link_attend", "link_cancel", "link_reschedule", "link_move", "link_choose")
PAGES = (*OF_A_VISIT, "unsubscribe")
WRITES = ("link_attend", "link_cancel", "link_move", "unsubscribe")


def path(door, token, visit):
    more = [visit.starts_at + timedelta(hours=1)] if door == "link_move" else []
    return reverse(f"notifications:{door}", args=[token, *more])


def rows():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Appointment, AppointmentChange, Event, Preferences)
    ]


@pytest.mark.parametrize("door", PAGES)
def test_a_look_changes_nothing(frozen, client, reminder, visit, door):
    address, before = path(door, token_of(reminder), visit), rows()
    for look in (client.get, client.head):
        assert look(address).status_code == 200
    assert client.get(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert rows() == before


@pytest.mark.parametrize("door", PAGES)
def test_nothing_of_it_is_kept_or_found(frozen, client, reminder, visit, door):
    answer = client.get(path(door, token_of(reminder), visit))
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()


@pytest.mark.parametrize("door", PAGES)
def test_the_page_says_no_more_than_the_message(frozen, client, reminder, visit, door):
    visit.reason = "palpitaciones"
    visit.save(update_fields=["reason_sealed"])
    html = client.get(path(door, token_of(reminder), visit)).content.decode()
    for secret in ("Alicia", "Vera", "palpitaciones", "alice@ejemplo.test", "99 123 4567"):
        assert secret not in html
    if door in WRITES:
        answer = client.post(path(door, token_of(reminder), visit))
        assert answer.status_code == 200
        for secret in ("Alicia", "Vera", "palpitaciones", "alice@ejemplo.test", "99 123 4567"):
            assert secret not in answer.content.decode()


def forged(message):
    good = token_of(message)
    name, signature = good.split(".")
    other = uuid.uuid4().hex
    return [
        "x",
        ".",
        name,
        f"{name}.",
        f"{name}.{signature[:-1]}",
        f"{name}.{signature}x",
        f"{other}.{signature}",
        good.upper(),
        f"{good}.{signature}",
        Signer(salt="notifications.link", sep=".", key="another").sign(name),
        Signer(salt="accounts.invitation", sep=".").sign(name),
        # Signed by us, and about nothing.
        Signer(salt="notifications.link", sep=".").sign(other),
        Signer(salt="notifications.link", sep=".").sign("nobody"),
        "a" * 3000,
    ]


@pytest.mark.parametrize("door", PAGES)
def test_what_we_never_signed_is_nobodys(frozen, client, reminder, visit, door):
    before = rows()
    for token in forged(reminder):
        assert client.get(path(door, token, visit)).status_code == 404, token
        answer = client.post(path(door, token, visit))
        assert answer.status_code == (405 if door == "link_reschedule" else 404), token
    assert rows() == before


@pytest.mark.parametrize("door", PAGES)
def test_a_message_to_an_address_that_was_left_opens_nothing(
    frozen, client, reminder, visit, alice, door
):
    alice.email = "nueva@ejemplo.test"
    alice.save()
    before = rows()
    assert client.get(path(door, token_of(reminder), visit)).status_code == 404
    if door in WRITES:
        assert client.post(path(door, token_of(reminder), visit)).status_code == 404
    assert rows() == before


@pytest.mark.parametrize("door", OF_A_VISIT)
@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=1), timedelta(days=9)])
def test_a_link_acts_until_the_visit_begins(client, reminder, visit, door, late):
    with time_machine.travel(visit.starts_at + late, tick=False):
        before = rows()
        assert client.get(path(door, token_of(reminder), visit)).status_code == 404
        if door in WRITES:
            assert client.post(path(door, token_of(reminder), visit)).status_code == 404
        assert rows() == before


@pytest.mark.parametrize("door", OF_A_VISIT)
def test_messages_of_others_act_on_no_visit(frozen, client, visit, dr_chen, door):
    """A doctor's message about it; one to an account."""
    for audience in ("doctor", "assistant", "account"):
        message = MessageFactory(visit=visit, kind="booked", audience=audience,
                                 recipient=dr_chen.user, reader_key=audience)  # fmt: skip
        assert client.get(path(door, token_of(message), visit)).status_code == 404


@pytest.mark.parametrize("door", PAGES)
def test_who_is_logged_in_makes_no_difference(frozen, as_, bob, reminder, visit, door):
    """The link is the key; and nobody's name is put on somebody else's act."""
    client = as_(bob)
    assert client.get(path(door, token_of(reminder), visit)).status_code == 200
    if door in WRITES:
        assert client.post(path(door, token_of(reminder), visit)).status_code == 200
    assert bob not in [change.actor for change in visit.changes.select_related("actor")]
    assert not Preferences.objects.filter(account=bob).exists()


@pytest.mark.parametrize("door", PAGES)
def test_other_methods_are_405(frozen, client, reminder, visit, door):
    for method in (client.put, client.delete, client.patch):
        assert method(path(door, token_of(reminder), visit)).status_code == 405


@pytest.mark.parametrize("door", WRITES)
def test_a_form_needs_its_token(frozen, reminder, visit, door):
    client, before = Client(enforce_csrf_checks=True), rows()
    address = path(door, token_of(reminder), visit)
    for data in ({}, {"List-Unsubscribe": "one-click"}, {"List-Unsubscribe": ""}):
        assert client.post(address, data).status_code == 403
    assert rows() == before
    client.get(address)
    token = client.cookies["csrftoken"].value
    assert client.post(address, {"csrfmiddlewaretoken": token}).status_code == 200


@pytest.mark.parametrize("door", ["link_attend", "link_cancel", "link_move"])
def test_one_click_is_for_stopping_only(frozen, reminder, visit, door):
    client, before = Client(enforce_csrf_checks=True), rows()
    address = path(door, token_of(reminder), visit)
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 403
    assert rows() == before


@pytest.mark.parametrize("door", PAGES)
def test_tokens_are_in_no_log(frozen, client, reminder, visit, door):
    shown = []
    formatter = next(h for h in logging.getLogger().handlers if h.formatter).formatter

    class Shown(logging.Handler):
        def emit(self, record):
            shown.append(self.format(record))

    handler, loggers = Shown(), [logging.getLogger(n) for n in ("django_structlog", "")]
    handler.setFormatter(formatter)
    before = loggers[0].level
    loggers[0].setLevel(logging.INFO)
    loggers[1].addHandler(handler)
    try:
        client.get(path(door, token_of(reminder), visit))
        client.post(path(door, token_of(reminder), visit))
        client.get(path(door, f"{token_of(reminder)}x", visit))
    finally:
        loggers[1].removeHandler(handler)
        loggers[0].setLevel(before)
    assert any("/enlace/..." in json.loads(line).get("request", "") for line in shown)
    said = "\n".join(shown)
    assert token_of(reminder) not in said
    assert reminder.public_id.hex not in said


def test_each_link_is_of_its_own_visit(frozen, client, reminder, pair, visit):
    own = pair.messages.get()
    assert client.post(link("link_cancel", own)).status_code == 200
    pair.refresh_from_db()
    visit.refresh_from_db()
    assert (pair.status, visit.status) == ("cancelled_patient", "booked")
