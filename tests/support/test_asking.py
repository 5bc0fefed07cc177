"""People ask and go on asking, by the services."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections, transaction

from core.models import Event
from support.enums import About, Author, Mark, Priority, State
from support.models import Ticket, TicketMessage
from support.refusals import (
    NothingToMark,
    TicketClosed,
    TicketForgotten,
    TooManyReplies,
    TooManyTickets,
)
from support.services.asking import (
    SIGNS,
    Words,
    lock_ticket,
    rate_ticket,
    reply_to_ticket,
    settle_ticket,
)
from support.services.attending import assign_ticket, note_on_ticket, set_priority, set_state
from support.services.forgetting import finished_before, forget_tickets
from support.tokens import find_by_address, open_link, reply_address, token_of
from tests.conftest import NOW
from tests.support.world import answered, asked, picture, replied

pytestmark = pytest.mark.django_db


def names():
    told = Event.objects.filter(name__startswith="ticket.").order_by("pk")
    return list(told.values_list("name", flat=True))


def test_a_question_of_nobody_with_an_account(rosas, frozen):
    message = rosas.messages.get()
    assert (rosas.person, rosas.address, rosas.requester) == ("Rosa Paz", "rosa@ejemplo.test", None)
    assert (rosas.state, rosas.about, rosas.due_at) == (
        State.OPEN, About.MESSAGES, frozen + timedelta(hours=24),
    )  # fmt: skip
    assert (message.author, message.by, message.text) == (Author.PERSON, None, "PREGUNTA7Q")
    assert len(rosas.code) == 6 and set(rosas.code) <= set(SIGNS)
    assert names() == ["ticket.opened"]


def test_a_question_of_an_account_keeps_no_copy_of_its_address(alices, alice):
    assert (alices.name, alices.email, alices.address) == ("", "", alice.email)


def test_events_hold_no_words(rosas):
    event = Event.objects.get(name="ticket.opened")
    assert (event.subject_id, event.data, event.actor) == (rosas.public_id, {}, None)


def test_the_receipt_quotes_nobody(rosas):
    (letter,) = mail.outbox
    body = letter.body + letter.alternatives[0].content
    assert letter.subject == f"Recibimos su consulta {rosas.code}"
    assert letter.to == ["rosa@ejemplo.test"]
    assert [word for word in ("PREGUNTA7Q", "ASUNTO7Q", "Rosa") if word in body] == []
    assert f"/ayuda/c/{token_of(rosas)}/" in letter.body


def test_letters_ask_for_answers_only_where_they_are_taken(frozen, db, settings):
    first = asked()
    assert mail.outbox[0].reply_to == ["ayuda@doctobooking.test"]
    assert "Para responder, use el enlace." in mail.outbox[0].body
    settings.SUPPORT_INBOUND_SECRET = "x" * 32
    second = asked(email="otra@ejemplo.test")
    assert mail.outbox[1].reply_to == [reply_address(second)]
    assert find_by_address(reply_address(second)) == second
    assert reply_address(first) != reply_address(second)


def test_an_address_that_we_never_wrote_opens_nothing(rosas):
    good = reply_address(rosas)
    assert find_by_address(good.upper()) == rosas
    mailbox, _at, host = good.partition("@")
    other = f"{mailbox[:-1]}{'y' if mailbox.endswith('x') else 'x'}"
    for bad in ("ayuda@doctobooking.test", f"{other}@{host}", f"{mailbox}x@{host}", ""):
        assert find_by_address(bad) is None
    assert len(mailbox) <= 64


def test_a_link_opens_for_sixty_days(rosas, alices, frozen, settings):
    token = token_of(rosas)
    assert open_link(token).ticket == rosas
    assert open_link(token_of(alices)).ticket is None
    assert open_link(token + "x").ticket is None
    settings.SUPPORT_LINK_DAYS = -1
    assert (open_link(token).ticket, open_link(token).is_expired) == (None, True)


def test_the_same_form_twice_is_one_question(frozen, db):
    key = uuid.uuid4()
    assert asked(key=key, files=[picture()]) == asked(key=key, files=[picture()])
    assert (Ticket.objects.count(), TicketMessage.objects.count(), len(mail.outbox)) == (1, 1, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"text": "otra cosa"}, {"files": "two.png"}, {"subject": "Otro"}, {"name": "Rosa P."},
        {"email": "rosa.paz@ejemplo.test"},
    ],
)  # fmt: skip
def test_the_same_form_with_something_else_is_another_question(frozen, db, other):
    """A browser that goes back shows the form that was sent, and with it its key."""
    key, files = uuid.uuid4(), [picture(other["files"])] if "files" in other else [picture()]
    first = asked(key=key, files=[picture()])
    for _time in range(2):
        second = asked(**{"key": key, **other, "files": files})
    assert Ticket.objects.count() == len(mail.outbox) == 2
    assert list(Ticket.objects.order_by("pk")) == [first, second]
    assert second.messages.get().text == other.get("text", "PREGUNTA7Q")
    assert second.subject == other.get("subject", "ASUNTO7Q")
    assert [file.name for file in second.messages.get().files.all()] == [
        other.get("files", "captura.png")
    ]


def test_one_person_asks_so_often_a_day(frozen, alice, settings):
    settings.SUPPORT_PER_PERSON = 2
    for account in (alice, None):
        asked(account)
        asked(account)
        with pytest.raises(TooManyTickets):
            asked(account)
    asked(email="ROSA2@ejemplo.test")
    with pytest.raises(TooManyTickets):
        asked(email="Rosa@Ejemplo.test")
    asked(alice, now=frozen + timedelta(days=1, seconds=1))


def test_one_network_address_asks_so_often_an_hour(frozen, db, settings):
    settings.SUPPORT_PER_ADDRESS = 2
    for n in range(2):
        asked(email=f"n{n}@ejemplo.test", address_digest="a" * 64)
    with pytest.raises(TooManyTickets):
        asked(email="n3@ejemplo.test", address_digest="a" * 64)
    asked(email="n3@ejemplo.test", address_digest="b" * 64)


def test_a_reply_opens_a_solved_question_again(rosas, sofia, frozen):
    answered(rosas, sofia, state=State.SOLVED)
    replied(rosas, "Todavía no", now=frozen + timedelta(hours=1))
    rosas.refresh_from_db()
    assert (rosas.state, rosas.solved_at) == (State.OPEN, None)
    assert [m.text for m in rosas.messages.order_by("pk")] == [
        "PREGUNTA7Q", "RESPUESTA7Q", "Todavía no",
    ]  # fmt: skip
    assert names() == ["ticket.opened", "ticket.answered", "ticket.replied"]


def test_a_closed_question_takes_nothing(rosas, sofia, frozen):
    set_state(ticket=rosas, state=State.CLOSED, by=sofia, now=frozen)
    with pytest.raises(TicketClosed):
        replied(rosas)
    assert rosas.messages.count() == 1


def test_replies_are_counted(rosas, settings):
    settings.SUPPORT_REPLIES_PER_HOUR = 2
    replied(rosas)
    with pytest.raises(TooManyReplies):
        replied(rosas)


def test_a_reply_sent_twice_is_one(rosas):
    key = uuid.uuid4()
    assert replied(rosas, key=key) == replied(rosas, key=key)
    assert rosas.messages.count() == 2


def test_the_same_form_with_something_else_is_another_reply(rosas):
    key = uuid.uuid4()
    first = replied(rosas, "uno", key=key)
    for _time in range(2):
        assert replied(rosas, "dos", key=key) != first
        assert replied(rosas, "uno", key=key) == first
        assert replied(rosas, "uno", key=key, files=[picture()]) != first
    assert [m.text for m in rosas.messages.order_by("pk")] == ["PREGUNTA7Q", "uno", "dos", "uno"]


def test_a_forgotten_question_takes_nothing(rosas, frozen, sofia):
    """Not even a mark: nobody would find its remark again."""
    token = token_of(rosas)
    settle_ticket(ticket=rosas, by=None, now=frozen)
    assert forget_tickets(finished_before(frozen)) == 1
    assert open_link(token).ticket is None
    words, now = Words("x"), frozen
    for act in (
        lambda: rate_ticket(ticket=rosas, mark=Mark.BAD, remark="x", by=None, now=now),
        lambda: settle_ticket(ticket=rosas, by=None, now=now),
        lambda: replied(rosas),
        lambda: answered(rosas, sofia),
        lambda: note_on_ticket(ticket=rosas, words=words, by=sofia, now=now),
        lambda: set_state(ticket=rosas, state=State.OPEN, by=sofia, now=now),
        lambda: set_priority(ticket=rosas, priority=Priority.LOW, by=sofia, now=now),
        lambda: assign_ticket(ticket=rosas, owner=sofia, by=sofia, now=now),
    ):
        with pytest.raises(TicketForgotten):
            act()
    rosas.refresh_from_db()
    assert (rosas.state, rosas.mark, rosas.remark, rosas.owner) == (State.CLOSED, None, "", None)
    assert TicketMessage.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_said_while_it_is_forgotten_is_not_kept():
    """Whoever waits for the row sees afterwards that nothing is left of it."""
    ticket = asked()
    settle_ticket(ticket=ticket, by=None, now=NOW)
    words, is_held, may_go = Words("tarde"), threading.Event(), threading.Event()

    def forget():
        with transaction.atomic():
            lock_ticket(ticket)
            is_held.set()
            assert may_go.wait(10)
            forget_tickets(Ticket.objects.filter(pk=ticket.pk))

    def say():
        is_held.wait(10)
        threading.Timer(0.5, may_go.set).start()
        return reply_to_ticket(ticket=ticket, words=words, by=None, now=NOW)

    _none, said = at_once(forget, say)
    assert isinstance(said, TicketForgotten)
    assert TicketMessage.objects.count() == 0


def test_files_are_kept_sealed(frozen, db):
    ticket = asked(files=[picture()])
    file = ticket.messages.get().files.get()
    assert (file.name, file.content_type) == ("captura.png", "image/png")
    assert file.content.startswith(b"\x89PNG") and file.size == len(file.content)
    assert not bytes(file.content_sealed).startswith(b"\x89PNG")


def test_the_person_settles_and_marks(rosas, frozen):
    with pytest.raises(NothingToMark):
        rate_ticket(ticket=rosas, mark=Mark.GOOD, remark="", by=None, now=frozen)
    settle_ticket(ticket=rosas, by=None, now=frozen)
    settle_ticket(ticket=rosas, by=None, now=frozen + timedelta(hours=1))
    rate_ticket(ticket=rosas, mark=Mark.BAD, remark="Tardaron", by=None, now=frozen)
    rate_ticket(ticket=rosas, mark=Mark.GOOD, remark="", by=None, now=frozen)
    rosas.refresh_from_db()
    assert (rosas.state, rosas.solved_at) == (State.SOLVED, frozen)
    assert (rosas.mark, rosas.marked_at, rosas.remark) == (Mark.GOOD, frozen, "")
    assert names() == ["ticket.opened", "ticket.settled", "ticket.rated", "ticket.rated"]


def at_once(*acts):
    """Each in a thread with a connection of its own; what each came to."""
    answers, gate = [None] * len(acts), threading.Barrier(len(acts))

    def run(n, act):
        gate.wait()
        try:
            answers[n] = act()
        except Exception as error:
            answers[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_is_one_question():
    key = uuid.uuid4()
    first, second = at_once(*[lambda: asked(key=key)] * 2)
    assert first == second
    assert (Ticket.objects.count(), TicketMessage.objects.count()) == (1, 1)
    assert names() == ["ticket.opened"]


@pytest.mark.django_db(transaction=True)
def test_two_replies_at_once_are_both_there():
    ticket = asked()
    replies = at_once(lambda: replied(ticket, "uno"), lambda: replied(ticket, "dos"))
    assert sorted(m.text for m in replies) == ["dos", "uno"]
    assert ticket.messages.count() == 3
