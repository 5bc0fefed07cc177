"""The team answers, notes, takes and settles, by the services."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import User
from accounts.services import set_active
from core.models import Event
from support.enums import Author, Priority, State
from support.models import CannedAnswer, Ticket, TicketMessage
from support.queries import last_said, standing_of
from support.refusals import MessageNotSeen, NoHelper, TicketClosed, TicketMoved
from support.services.asking import Words
from support.services.attending import (
    assign_ticket,
    note_on_ticket,
    set_priority,
    set_state,
    sort_ticket,
)
from support.team import helpers
from support.tokens import open_link, token_of
from tests.conftest import NOW
from tests.support.test_asking import at_once
from tests.support.world import answered, asked, helper, picture, replied

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


def test_whose_account_was_stopped_reads_the_answer_by_a_link(alices, alice, sofia, frozen):
    set_active(person=alice, is_active=False, actor=sofia, now=frozen)
    answered(Ticket.objects.get(), sofia)
    letter = mail.outbox[-1]
    token = re.search(r"/ayuda/c/([\w.:-]+)/", letter.body)[1]
    assert (letter.to, "RESPUESTA7Q" in letter.body) == ([alice.email], True)
    assert open_link(token).ticket == alices
    set_active(person=alice, is_active=True, actor=sofia, now=frozen)
    assert open_link(token).ticket is None
    answered(Ticket.objects.get(), sofia)
    assert f"/ayuda/mis-consultas/{alices.public_id}/" in mail.outbox[-1].body


def test_an_account_that_its_owner_closed_is_not_written_to(alices, alice, sofia, frozen):
    User.objects.filter(pk=alice.pk).update(is_active=False, erased_at=frozen)
    answered(alices, sofia)
    assert len(mail.outbox) == 1
    assert open_link(token_of(alices)).ticket is None


@pytest.mark.parametrize(
    ("language", "files", "said"),
    [
        ("es", 1, "Adjuntamos 1 archivo: ábralo con el enlace."),
        ("es", 2, "Adjuntamos 2 archivos: ábralos con el enlace."),
        ("en", 1, "We attached 1 file: open it with the link."),
        ("en", 2, "We attached 2 files: open them with the link."),
    ],
)
def test_a_letter_says_how_many_files_there_are(frozen, sofia, language, files, said):
    answered(asked(language=language), sofia, files=[picture()] * files)
    letter = mail.outbox[-1]
    assert f"RESPUESTA7Q\n\n{said}\n\n" in letter.body
    assert f"<p>{said}</p>" in letter.alternatives[0].content
    answered(asked(language=language, email="otra@ejemplo.test"), sofia)
    assert "ttach" not in mail.outbox[-1].body and "djunt" not in mail.outbox[-1].body


def test_a_reply_is_due_as_a_new_question_is(rosas, sofia, frozen):
    """From the first message that waits, whoever settles in between."""
    hours = [frozen + timedelta(hours=n) for n in range(100)]

    def due():
        rosas.refresh_from_db()
        return rosas.due_at

    replied(rosas, now=hours[1])
    assert due() == hours[24]
    answered(rosas, sofia, now=hours[2])
    replied(rosas, now=hours[5])
    replied(rosas, now=hours[7])
    assert due() == hours[29]
    set_priority(ticket=rosas, priority=Priority.HIGH, by=sofia, now=hours[8])
    assert due() == hours[13]
    answered(rosas, sofia, state=State.OPEN, now=hours[9])
    replied(rosas, now=hours[10])
    assert due() == hours[18]


def test_the_question_of_who_attends_no_more_is_whose_who_answers(rosas, sofia, frozen):
    gone = helper()
    answered(rosas, gone)
    gone.user_permissions.clear()
    replied(rosas)
    answered(rosas, sofia)
    rosas.refresh_from_db()
    assert rosas.owner == sofia


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_the_second_reads_the_first():
    ticket, one, other = asked(), helper(), helper()
    seen = last_said(ticket)
    came = at_once(
        lambda: answered(ticket, one, "uno", seen=seen),
        lambda: answered(ticket, other, "dos", seen=seen),
    )
    ticket.refresh_from_db()
    (said,) = (one for one in came if isinstance(one, TicketMessage))
    assert [type(one) for one in came if one is not said] == [MessageNotSeen]
    assert ticket.owner == said.by
    assert [m.text for m in ticket.messages.order_by("pk")] == ["PREGUNTA7Q", said.text]
    assert len(mail.outbox) == 2


@pytest.mark.django_db(transaction=True)
def test_an_answer_sent_twice_at_once_is_one():
    ticket, sofia, key = asked(), helper(), uuid.uuid4()
    seen = last_said(ticket)
    first, second = at_once(*[lambda: answered(ticket, sofia, key=key, seen=seen)] * 2)
    assert first == second
    assert (ticket.messages.count(), len(mail.outbox)) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sort_at_once_the_second_is_told():
    ticket, sofia = asked(), helper()
    shown, seen = standing_of(ticket), last_said(ticket)

    def sort(**wished):
        sort_ticket(
            ticket=ticket, shown=shown, wished=replace(shown, **wished), seen=seen, by=sofia,
            now=NOW,
        )  # fmt: skip
        return wished

    came = at_once(
        lambda: sort(priority=Priority.HIGH, owner=sofia.pk),
        lambda: sort(priority=Priority.URGENT, state=State.CLOSED),
    )
    (done,) = (one for one in came if isinstance(one, dict))
    (refused,) = (one for one in came if one is not done)
    assert (type(refused), refused.fields) == (TicketMoved, ["priority"])
    ticket.refresh_from_db()
    assert standing_of(ticket) == replace(shown, **done)
