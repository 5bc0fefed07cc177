"""The team answers, notes, takes and settles, by the services."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail

from core.models import Event
from support.enums import Author, Priority, State
from support.models import CannedAnswer
from support.refusals import NoHelper, TicketClosed
from support.services.asking import Words
from support.services.attending import assign_ticket, note_on_ticket, set_priority, set_state
from support.team import helpers
from tests.support.test_asking import at_once
from tests.support.world import answered, asked, helper

pytestmark = pytest.mark.django_db


def names():
    told = Event.objects.filter(name__startswith="ticket.").order_by("pk")
    return list(told.values_list("name", flat=True))


def test_an_answer_goes_out_with_its_words_only(rosas, sofia, frozen):
    later = frozen + timedelta(hours=2)
    message = answered(rosas, sofia, now=later)
    rosas.refresh_from_db()
    assert (rosas.state, rosas.owner, rosas.answered_at) == (State.WAITING, sofia, later)
    assert (message.author, message.by, message.is_internal) == (Author.STAFF, sofia, False)
    letter = mail.outbox[-1]
    body = letter.body + letter.alternatives[0].content
    assert letter.subject == f"Su consulta {rosas.code} tiene respuesta"
    assert "RESPUESTA7Q" in letter.body
    assert [w for w in ("PREGUNTA7Q", "ASUNTO7Q", "Rosa", "Sofía") if w in body] == []
    assert names() == ["ticket.opened", "ticket.answered"]


def test_the_first_answer_stays_the_first(rosas, sofia, frozen):
    other = helper()
    answered(rosas, sofia)
    answered(rosas, other, now=frozen + timedelta(hours=1), state=State.SOLVED)
    rosas.refresh_from_db()
    assert (rosas.owner, rosas.answered_at) == (sofia, frozen)
    assert (rosas.state, rosas.solved_at) == (State.SOLVED, frozen + timedelta(hours=1))
    assert "calificar la ayuda" in mail.outbox[-1].body


def test_an_answer_sent_twice_is_one(rosas, sofia):
    key = uuid.uuid4()
    assert answered(rosas, sofia, key=key) == answered(rosas, sofia, key=key)
    assert (rosas.messages.count(), len(mail.outbox)) == (2, 2)


def test_a_note_tells_nobody(rosas, sofia, frozen):
    note = note_on_ticket(ticket=rosas, words=Words("NOTA7Q"), by=sofia, now=frozen)
    rosas.refresh_from_db()
    assert (note.is_internal, rosas.state, rosas.answered_at) == (True, State.OPEN, None)
    assert len(mail.outbox) == 1


def test_who_is_in_charge(rosas, sofia, erin, root, alice, frozen):
    assert set(helpers()) == {sofia, root}
    assign_ticket(ticket=rosas, owner=sofia, by=sofia, now=frozen)
    for nobody in (erin, alice):
        with pytest.raises(NoHelper):
            assign_ticket(ticket=rosas, owner=nobody, by=sofia, now=frozen)
    rosas.refresh_from_db()
    assert rosas.owner == sofia
    assign_ticket(ticket=rosas, owner=None, by=sofia, now=frozen)
    rosas.refresh_from_db()
    assert rosas.owner is None


def test_a_priority_says_until_when(rosas, sofia, frozen):
    set_priority(ticket=rosas, priority=Priority.URGENT, by=sofia, now=frozen + timedelta(hours=5))
    rosas.refresh_from_db()
    assert (rosas.priority, rosas.due_at) == (Priority.URGENT, frozen + timedelta(hours=2))


def test_states(rosas, sofia, frozen):
    set_state(ticket=rosas, state=State.SOLVED, by=sofia, now=frozen)
    set_state(ticket=rosas, state=State.CLOSED, by=sofia, now=frozen + timedelta(hours=1))
    rosas.refresh_from_db()
    assert (rosas.state, rosas.solved_at) == (State.CLOSED, frozen)
    with pytest.raises(TicketClosed):
        answered(rosas, sofia)
    set_state(ticket=rosas, state=State.OPEN, by=sofia, now=frozen)
    rosas.refresh_from_db()
    assert (rosas.state, rosas.solved_at) == (State.OPEN, None)


def test_a_canned_answer_speaks_to_its_person(rosas, db):
    canned = CannedAnswer(title="x", text_es="Hola, {nombre}: {codigo} {x}", text_en="Hi {nombre}")
    assert canned.text_for(rosas) == f"Hola, Rosa Paz: {rosas.code} {{x}}"
    assert canned.text_for(asked(language="en")) == "Hi Rosa Paz"


def test_an_account_that_was_closed_is_not_written_to(alices, alice, sofia):
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    answered(alices, sofia)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_both_there():
    ticket, one, other = asked(), helper(), helper()
    at_once(lambda: answered(ticket, one, "uno"), lambda: answered(ticket, other, "dos"))
    ticket.refresh_from_db()
    assert ticket.owner in (one, other)
    assert sorted(m.text for m in ticket.messages.all()) == ["PREGUNTA7Q", "dos", "uno"]
