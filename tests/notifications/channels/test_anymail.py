"""Mail by a provider's API, chosen by EMAIL_URL alone: Postmark's, on the loopback."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine

from doctobooking.settings.base import mail_transport
from notifications.enums import Channel, Kind, State
from notifications.models import Message, RefusedAddress
from notifications.services.planning import plan_missing
from notifications.services.sending import send_due
from tests.factories import AppointmentFactory
from tests.http_sink import HttpSink

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ALICE = "alice@ejemplo.test"
INACTIVE = (
    "You tried to send to recipient(s) that have been marked as inactive. Found inactive "
    f"addresses: {ALICE}. Inactive recipients are ones that have generated a hard bounce."
)


def taken(to=ALICE):
    answer = {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": to}
    return json.dumps(answer).encode()


def refused(code, words="no"):
    return json.dumps({"ErrorCode": code, "Message": words}).encode()


@pytest.fixture
def api(settings):
    server = HttpSink(body=taken()).start()
    url = f"anymail+postmark://?server_token=llave&api_url={quote(server.url, safe='')}"
    settings.MAIL_TRANSPORT = mail_transport(url)
    yield server
    server.stop()


def to_alice():
    return Message.objects.get(kind=Kind.BOOKED, audience="patient", channel=Channel.EMAIL)


def mails(api):
    return [r.json for r in api.requests]


def headers_of(mail):
    return {h["Name"]: h["Value"] for h in mail["Headers"]}


def send_after(seconds, now):
    with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
        send_due()


def test_the_setting_names_the_provider_and_its_options():
    assert mail_transport("anymail+mailgun://?api_key=a&sender_domain=b.test") == {
        "backend": "anymail.backends.mailgun.EmailBackend",
        "options": {"api_key": "a", "sender_domain": "b.test"},
    }


def test_the_letter_arrives_whole(planned, api):
    send_due()
    mail = next(m for m in mails(api) if ALICE in m["To"])
    assert api.requests[0].headers["X-Postmark-Server-Token"] == "llave"
    assert mail["Subject"].startswith("Cita confirmada")
    assert (mail["TextBody"] != "", mail["HtmlBody"] != "") == (True, True)
    headers = headers_of(mail)
    assert headers["Message-ID"] == to_alice().message_id
    assert headers["Auto-Submitted"] == "auto-generated"
    (entry,) = mail["Attachments"]
    assert (entry["Name"], entry["ContentType"].split(";")[0]) == ("cita.ics", "text/calendar")
    assert to_alice().state == State.SENT


def test_what_may_be_stopped_says_where(frozen, clinic, alice, api):
    AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    plan_missing(now=frozen)
    with time_machine.travel(frozen + timedelta(days=1, hours=1), tick=False):
        send_due()
    headers = headers_of(mails(api)[0])
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http")


def test_a_repeat_bears_the_same_message_id(planned, api, now):
    api.status = 503
    send_due()
    api.status = 200
    send_after(15, now)
    ids = {headers_of(m)["Message-ID"] for m in mails(api) if ALICE in m["To"]}
    assert ids == {to_alice().message_id}
    assert to_alice().state == State.SENT


@pytest.mark.parametrize(
    ("status", "body", "is_address"),
    [
        (422, refused(300, f"Invalid 'To' address: '{ALICE}'."), True),
        (422, refused(406, INACTIVE), True),
        (422, refused(412, "spam"), False),
        (404, b"", False),
    ],
)
def test_refused_for_good(planned, api, status, body, is_address):
    api.status, api.body = status, body
    send_due()
    assert to_alice().state == State.GIVEN_UP
    assert RefusedAddress.objects.filter(address=ALICE).exists() == is_address
    assert "@" not in to_alice().last_error


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b"{}"),
        (403, b"{}"),
        (408, b"{}"),
        (429, b"{}"),
        (500, b""),
        (503, b""),
        (200, b"<html>captive portal</html>"),
        (200, b"{}"),
        (302, b""),
    ],
)
def test_trouble_of_the_provider_is_tried_again(planned, api, now, status, body):
    """Also an answer that nobody can read: the mail may have been taken, or not."""
    api.status, api.body = status, body
    send_due()
    states = Message.objects.filter(kind=Kind.BOOKED, channel=Channel.EMAIL)
    assert sorted(states.values_list("state", flat=True)) == [State.FAILED, State.PLANNED]
    api.status, api.body = 200, taken()
    send_after(15, now)
    assert to_alice().state == State.SENT


def test_silence_and_absence_are_tried_again(planned, api, now, settings):
    settings.MAIL_TRANSPORT["options"]["api_url"] = "http://127.0.0.1:1/"
    send_due()
    assert to_alice().state == State.FAILED


def test_a_cut_connection_is_tried_again(planned, api, now):
    api.cut = True
    send_due()
    assert to_alice().state == State.FAILED
