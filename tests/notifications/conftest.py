import pytest

from appointments.services.booking import book_appointment
from doctobooking.settings.base import mail_transport
from notifications.services.planning import plan_messages
from tests.appointments.wishes import wish_of
from tests.mail_sink import MailSink


@pytest.fixture
def visit(frozen, alice, clinic, slot):
    """Alicia booked with Ana just now; nobody was told yet."""
    return book_appointment(request=wish_of(alice, clinic, slot), now=frozen)


@pytest.fixture
def planned(visit, frozen):
    """Her two messages are in the ledger."""
    plan_messages(now=frozen)
    return visit


@pytest.fixture
def sink(settings):
    """A mail server of our own, to which the worker sends."""
    server = MailSink().start()
    settings.MAIL_TRANSPORT = mail_transport(server.url)
    settings.MAIL_TRANSPORT["options"]["timeout"] = 0.3
    yield server
    server.stop()
