"""What a mail server's trouble says: about this mail, or about the server."""

import smtplib
import socket
import ssl

import pytest
from anymail.exceptions import (
    AnymailAPIError,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.core.mail import EmailMultiAlternatives

from accounts.models import User
from notifications.channels.base import TryLater, Undeliverable, Unreachable
from notifications.channels.email import Email
from notifications.enums import Channel, Kind, State
from notifications.models import Message
from notifications.services.sending import send_due


class Broken:
    """A transport of Django's whose server answers with `error`."""

    def __init__(self, error):
        self.error = error

    def open(self):
        return True

    def send_messages(self, _mails):
        raise self.error


def refused(*codes):
    return smtplib.SMTPRecipientsRefused({f"{n}@x.test": (c, b"no") for n, c in enumerate(codes)})


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (refused(550), Undeliverable),
        (refused(450), TryLater),
        (refused(550, 450), TryLater),
        (refused(421), Unreachable),
        (smtplib.SMTPDataError(554, b"spam"), Undeliverable),
        (smtplib.SMTPDataError(451, b"later"), TryLater),
        (smtplib.SMTPSenderRefused(553, b"not you", "a@x.test"), Undeliverable),
        (smtplib.SMTPSenderRefused(530, b"log in", "a@x.test"), Unreachable),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), Unreachable),
        (smtplib.SMTPConnectError(554, b"no service"), Unreachable),
        (smtplib.SMTPHeloError(550, b"who"), Unreachable),
        (smtplib.SMTPServerDisconnected("gone"), Unreachable),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), TryLater),
        (ConnectionRefusedError(), Unreachable),
        (TimeoutError(), Unreachable),
        (socket.gaierror(), Unreachable),
        (ssl.SSLError(), Unreachable),
        (AnymailAPIError("no answer"), Unreachable),
        (AnymailUnsupportedFeature("no attachments"), Undeliverable),
        (AnymailSerializationError("a date"), Undeliverable),
    ],
)
def test_verdict(error, verdict):
    mail = EmailMultiAlternatives("Asunto", "texto", "a@x.test", ["b@x.test"])
    channel = Email()
    channel.backend = Broken(error)
    with pytest.raises(verdict) as caught:
        channel.deliver(mail)
    assert "@" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "is_address"), [(b"5.1.1 no such user", True), (b"5.7.1 blocked", False)]
)
def test_a_servers_policy_is_no_word_about_the_address(words, is_address):
    channel = Email()
    channel.backend = Broken(smtplib.SMTPRecipientsRefused({"b@x.test": (550, words)}))
    with pytest.raises(Undeliverable) as caught:
        channel.deliver(EmailMultiAlternatives("Asunto", "texto", "a@x.test", ["b@x.test"]))
    assert caught.value.is_address == is_address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("luisa@española.test", "Alicia Vera <luisa@xn--espaola-7za.test>"),
        ("luisa@ejemplo.test", "Alicia Vera <luisa@ejemplo.test>"),
    ],
)
def test_a_domain_with_accents_is_written_to(planned, sink, alice, address, written):
    User.objects.filter(pk=alice.pk).update(email=address)
    send_due()
    message = Message.objects.get(recipient=alice, kind=Kind.BOOKED, channel=Channel.EMAIL)
    assert (message.state, message.address) == (State.SENT, address)
    assert written in [str(mail["To"]) for mail in sink.mails]
