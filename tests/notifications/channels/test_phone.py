"""SMS and WhatsApp by a gateway of ours on the loopback: what it is sent, and what its no means."""

import hashlib
import hmac
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import translation

from accounts.models import User
from notifications.channels import phone
from notifications.channels.base import TryLater, Undeliverable, Unreachable
from notifications.channels.phone import LONGEST, Mailbox, Text, Webhook, shorten, text_of
from notifications.enums import Channel, Kind, State
from notifications.letters import Letter
from notifications.models import Message, Preferences, RefusedAddress
from notifications.readers import reader_of
from notifications.services.sending import send_due
from tests.http_sink import HttpSink

pytestmark = pytest.mark.thorough

SECRET = "una-clave-compartida"
NUMBER = "+593991234567"
TEXT = Text("9f1c", "sms", NUMBER, "Cita confirmada: miércoles 25 de noviembre, 9:00")


@pytest.fixture
def gateway(settings):
    server = HttpSink().start()
    settings.PHONE_CHANNELS = ["sms", "whatsapp"]
    settings.PHONE = "notifications.channels.phone.Webhook"
    settings.PHONE_WEBHOOK_URL = f"{server.url}salida"
    settings.PHONE_WEBHOOK_SECRET = SECRET
    yield server
    server.stop()


def delivered(gateway, text=TEXT):
    channel = Webhook()
    channel.deliver(text)
    channel.close()
    return gateway.requests[-1]


def verdict(text=TEXT):
    channel = Webhook()
    with pytest.raises((Undeliverable, TryLater, Unreachable)) as caught:
        channel.deliver(text)
    channel.close()
    assert NUMBER not in str(caught.value)
    return caught.value


# What the gateway gets ---------------------------------------------------------------


def test_the_gateway_gets_the_text_in_utf8(gateway):
    request = delivered(gateway)
    assert (request.path, request.headers["Content-Type"]) == ("/salida", "application/json")
    assert request.json == {"id": "9f1c", "channel": "sms", "to": NUMBER, "text": TEXT.text}
    assert "miércoles".encode() in request.body


def test_the_gateway_can_check_who_sent_it_and_when(gateway, frozen):
    request = delivered(gateway)
    parts = dict(p.split("=") for p in request.headers["Doctobooking-Signature"].split(","))
    signed = parts["t"].encode() + b"." + request.body
    assert parts["v1"] == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert int(parts["t"]) == int(frozen.timestamp())


def test_a_repeat_can_be_recognised_though_it_is_signed_anew(gateway, frozen):
    first = delivered(gateway)
    with time_machine.travel(frozen + timedelta(minutes=1), tick=False):
        second = delivered(gateway)
    keys = [r.headers["Idempotency-Key"] for r in (first, second)]
    stamps = {r.headers["Doctobooking-Signature"] for r in (first, second)}
    assert (keys, len(stamps)) == (["9f1c", "9f1c"], 2)


def test_one_connection_carries_many(gateway):
    channel = Webhook()
    for _ in range(3):
        channel.deliver(TEXT)
    (pool,) = channel.session.adapters["http://"].poolmanager.pools._container.values()
    assert (pool.num_connections, pool.num_requests) == (1, 3)
    channel.close()


# What it answers -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_takes_it(gateway, status):
    gateway.status = status
    assert delivered(gateway).json["id"] == "9f1c"


@pytest.mark.parametrize("status", [400, 410, 422])
def test_a_number_is_refused_for_good(gateway, status):
    gateway.status = status
    trouble = verdict()
    assert (type(trouble), trouble.is_address) == (Undeliverable, True)
    assert str(trouble) == f"HTTP {status}"


@pytest.mark.parametrize("status", [408, 425, 429])
def test_too_fast_is_tried_later(gateway, status):
    gateway.status = status
    assert type(verdict()) is TryLater


@pytest.mark.parametrize("status", [401, 403, 404, 500, 502, 503, 504])
def test_trouble_of_the_gateway_is_no_word_about_the_number(gateway, status):
    gateway.status = status
    assert type(verdict()) is Unreachable


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(gateway, status):
    """A text must not travel to a host that nobody chose."""
    other = HttpSink().start()
    gateway.status, gateway.headers = status, {"Location": other.url}
    assert type(verdict()) is Unreachable
    other.stop()
    assert (len(gateway.requests), other.requests) == (1, [])


def test_silence_is_unreachable(gateway, monkeypatch):
    monkeypatch.setattr(phone, "TIMEOUT_SECONDS", 0.1)
    gateway.hang = 0.5
    assert type(verdict()) is Unreachable


def test_a_cut_connection_is_unreachable(gateway):
    gateway.cut = True
    assert type(verdict()) is Unreachable


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1/", "nowhere", "http://[::1"])
def test_nobody_there_is_unreachable(gateway, settings, url):
    settings.PHONE_WEBHOOK_URL = url
    assert type(verdict()) is Unreachable


# The words ---------------------------------------------------------------------------------


def letter(subject, page="", url=""):
    return Letter(subject, "", "", [], "", url, page=page)


PAGE = "https://citas.ejemplo/citas/3f2504e0-4f89-11d3-9a0c-0305e82c3301/"


@pytest.mark.parametrize(
    ("letter", "text"),
    [
        (letter("Cita: 9:00, Dra. Núñez", PAGE), f"Cita: 9:00, Dra. Núñez {PAGE}"),
        (letter("Cita: 9:00", "", PAGE), f"Cita: 9:00 {PAGE}"),
        (letter("Cita: 9:00"), "Cita: 9:00"),
        (letter("ñ" * (159 - len(PAGE)), PAGE), "ñ" * (159 - len(PAGE)) + f" {PAGE}"),
        (letter("ñ" * (160 - len(PAGE)), PAGE), "ñ" * (160 - len(PAGE))),
        (letter("é" * 160, PAGE), "é" * 160),
        (letter("é" * 161, PAGE), "é" * 159 + "…"),
        (letter("é" * 157 + ", " + "é" * 9), "é" * 157 + "…"),
    ],
)
def test_at_most_160_characters_and_no_accent_lost(letter, text):
    assert shorten(letter) == text
    assert len(text) <= LONGEST


@pytest.fixture
def by_phone(gateway, planned, alice):
    """Alicia's messages go out by SMS first; those that are planned by mail fall back."""
    Preferences.objects.create(account=alice, channels=["sms", "email"])
    message = Message.objects.get(kind=Kind.BOOKED, recipient=alice, channel=Channel.EMAIL)
    Message.objects.filter(pk=message.pk).update(channel=Channel.SMS)
    return message


def test_the_longest_names_fit(by_phone, clinic, alice):
    clinic.doctor.last_names = "Fernández de Córdoba y Álvarez de Toledo Núñez-Íñiguez de Peña"
    clinic.doctor.first_names = "María de los Ángeles Concepción Inmaculada del Rocío Begoña"
    clinic.doctor.save()
    message = Message.objects.get(pk=by_phone.pk)
    text = text_of(message, reader_of(message)).text
    assert (len(text) <= LONGEST, "María de los Ángeles" in text) == (True, True)


@pytest.mark.parametrize(("language", "word"), [("es", "Cita confirmada"), ("en", "confirmed")])
def test_in_the_readers_language(by_phone, alice, language, word):
    User.objects.filter(pk=alice.pk).update(language=language)
    message = Message.objects.get(pk=by_phone.pk)
    with translation.override("es"):
        text = text_of(message, reader_of(message)).text
    assert word in text


def test_a_text_names_neither_the_patient_nor_why_they_come(by_phone):
    by_phone.visit.reason = "dolor-secreto"
    by_phone.visit.save()
    text = text_of(by_phone, reader_of(by_phone)).text
    assert [w for w in ("Alicia", "Vera", "dolor-secreto") if w in text] == []


# With the ledger ----------------------------------------------------------------------------


def test_sent_by_sms(by_phone, gateway):
    send_due()
    message = Message.objects.get(pk=by_phone.pk)
    assert (message.state, message.address) == (State.SENT, NUMBER)
    request = gateway.requests[0]
    assert request.json["to"] == NUMBER
    assert request.headers["Idempotency-Key"] == str(message.public_id)


def test_a_refused_number_is_marked_and_the_mail_says_it(by_phone, gateway, alice):
    gateway.status = 410
    send_due()
    message = Message.objects.get(pk=by_phone.pk)
    assert (message.state, message.last_error) == (State.GIVEN_UP, "HTTP 410")
    mark = RefusedAddress.objects.get()
    assert (mark.channel, mark.address, mark.account) == ("sms", NUMBER, alice)
    assert message.fallbacks.get().state == State.SENT
    assert "alice@ejemplo.test" in mail.outbox[-1].to[0]


def test_a_gateway_that_is_away_holds_no_mail_up(by_phone, gateway, frozen):
    gateway.status = 503
    send_due()
    message = Message.objects.get(pk=by_phone.pk)
    assert (message.state, message.attempts) == (State.FAILED, 1)
    assert [m.to for m in mail.outbox] == [["Ana Molina Paz <chen@ejemplo.test>"]]


def test_a_repeat_by_the_ledger_bears_the_same_key(by_phone, gateway, frozen):
    gateway.status = 503
    send_due()
    gateway.status = 200
    with time_machine.travel(frozen + timedelta(seconds=15), tick=False):
        send_due()
    assert len({r.headers["Idempotency-Key"] for r in gateway.requests}) == 1


# The mailbox of one's own machine -------------------------------------------------------------


def test_the_local_mailbox_gets_it_as_a_mail():
    channel = Mailbox()
    channel.deliver(TEXT)
    channel.close()
    (sent,) = mail.outbox
    assert (sent.to, sent.body) == ([f"{NUMBER}@sms.local"], TEXT.text)
    assert sent.subject == f"SMS: {TEXT.text[:60]}"


def test_a_local_mailbox_that_is_away_is_unreachable(settings):
    settings.MAIL_TRANSPORT = {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "options": {"host": "127.0.0.1", "port": 1, "timeout": 0.2},
    }
    with pytest.raises(Unreachable):
        Mailbox().deliver(TEXT)


def test_a_message_of_whatsapp_says_so(by_phone):
    by_phone.channel = Channel.WHATSAPP
    assert text_of(by_phone, reader_of(by_phone)).channel == "whatsapp"
