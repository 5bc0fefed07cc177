"""What the database holds of conversations, whoever writes."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from core.resealing import reseal, sealed_columns
from support.models import ArticleMark, CannedAnswer, Ticket, TicketMessage
from support.services.asking import Words, add_message
from tests.breaches import Breach, check
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
KEY = uuid.UUID(int=7)
GOOD = {"code": "ABC234", "email": "x@ejemplo.test", "about": "visit", "opened_at": NOW,
        "due_at": NOW, "last_at": NOW}  # fmt: skip
SAID = {"ticket": lambda world: world, "author": "person", "at": NOW}
COUNTED = {"article": "recetas", "language": "es", "version": "1", "since": NOW.date()}
EARLIER = NOW.replace(hour=1)

BREACHES = {
    "ticket_once": Breach(Ticket, {**GOOD, "form_key": KEY}),
    "ticket_of_account_or_address": Breach(Ticket, {**GOOD, "email": ""}),
    "ticket_over_has_time": Breach(Ticket, {**GOOD, "state": "solved"}),
    "ticket_answered_after_asked": Breach(Ticket, {**GOOD, "answered_at": EARLIER}),
    "ticket_mark_from_1_to_5": Breach(Ticket, {**GOOD, "mark": 6, "marked_at": NOW}),
    "ticket_priority_known": Breach(Ticket, {**GOOD, "priority": 9}),
    "ticketmessage_once": Breach(TicketMessage, {**SAID, "form_key": KEY}),
    "ticketmessage_mail_once": Breach(
        TicketMessage, {**SAID, "source": "mail", "mail_digest": "d" * 64}
    ),
    "ticketmessage_internal_is_the_teams": Breach(TicketMessage, {**SAID, "is_internal": True}),
    "ticketmessage_foreign_is_a_mail": Breach(TicketMessage, {**SAID, "is_foreign": True}),
    "cannedanswer_title_once": Breach(
        CannedAnswer, {"title": "Correo", "text_es": "x", "text_en": "x"},
        "Ya hay una respuesta con ese título.",
    ),
    "articlemark_once": Breach(ArticleMark, COUNTED),
}  # fmt: skip


@pytest.fixture
def world(rosas):
    """What the breaches are about: a question, and what stands there already."""
    other = Ticket.objects.create(**{**GOOD, "code": "ABC235"}, form_key=KEY)
    TicketMessage.objects.create(ticket=other, author="person", form_key=KEY, at=NOW)
    TicketMessage.objects.create(
        ticket=rosas, author="person", source="mail", mail_digest="d" * 64, at=NOW
    )
    CannedAnswer.objects.create(title="Correo", text_es="x", text_en="x")
    ArticleMark.objects.create(**COUNTED)
    return rosas


@pytest.mark.parametrize("name", BREACHES)
def test_each_constraint(name, world):
    check(name, BREACHES[name], world)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE support_ticketmessage SET text_sealed = 'x'",
        "UPDATE support_ticketmessage SET sender_sealed = 'x'",
        "SET LOCAL doctobooking.resealing = 'on'; "
        "UPDATE support_ticketmessage SET sender_sealed = 'x'",
        "UPDATE support_ticketmessage SET is_internal = NOT is_internal, author = 'staff'",
        "DELETE FROM support_ticketmessage",
    ],
)
def test_messages_only_grow(rosas, sql):
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert error.value.__cause__.diag.constraint_name == "ticketmessage_only_grows"
    assert rosas.messages.get().text == "PREGUNTA7Q"


def test_a_conversation_is_erased_by_who_says_so(rosas):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL doctobooking.erasing = 'on'")
        cursor.execute("DELETE FROM support_ticketmessage")
    assert not TicketMessage.objects.exists()


def test_what_people_write_is_sealed(rosas):
    row = Ticket.objects.values().get()
    message = TicketMessage.objects.values().get()
    assert b"ASUNTO7Q" not in bytes(row["subject_sealed"])
    assert b"PREGUNTA7Q" not in bytes(message["text_sealed"])
    assert (rosas.subject, rosas.messages.get().text) == ("ASUNTO7Q", "PREGUNTA7Q")
    names = {
        str(column) for column in sealed_columns() if column.model._meta.app_label == "support"
    }
    assert names == {
        "support.Ticket.subject", "support.Ticket.remark", "support.TicketMessage.text",
        "support.TicketMessage.sender", "support.TicketFile.name", "support.TicketFile.content",
    }  # fmt: skip


def test_keys_of_messages_can_be_changed(rosas, settings):
    foreign = add_message(rosas, Words("x", mail_digest="d", sender="otro@ejemplo.test"),
                          author="person", by=None, now=NOW)  # fmt: skip
    counts = {"text": 2, "sender": 1}
    settings.CLINICAL_KEYS = ["new:" + "B" * 43 + "=", *settings.CLINICAL_KEYS]
    for column in sealed_columns():
        if column.model is TicketMessage:
            assert reseal(column).done == counts[column.text]
    foreign.refresh_from_db()
    assert bytes(foreign.text_sealed)[1:4] == bytes(foreign.sender_sealed)[1:4] == b"new"
    assert (foreign.text, foreign.sender) == ("x", "otro@ejemplo.test")
    first = TicketMessage.objects.order_by("pk").first()
    assert (bytes(first.text_sealed)[1:4], first.text) == (b"new", "PREGUNTA7Q")
    assert (first.sender_sealed, first.sender) == (None, "")
