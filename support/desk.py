"""What became of something that the team did on the page of a question."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from support.desk_forms import AnswerForm, NoteForm, TriageForm
from support.models import Ticket
from support.refusals import TicketRefused
from support.services.asking import Words
from support.services.attending import (
    answer_ticket,
    assign_ticket,
    note_on_ticket,
    set_priority,
    set_state,
)


@dataclass
class Act:
    """`done` is what to tell when it is done: the page is to be asked for anew."""

    answer: AnswerForm
    note: NoteForm
    triage: TriageForm
    status: int = 200
    done: str = ""
    refused: str = ""


def act_on(request: HttpRequest, ticket: Ticket, *, by: User, now: datetime) -> Act:
    known = {"owner": ticket.owner_id, "priority": ticket.priority, "state": ticket.state}
    act = Act(AnswerForm(ticket), NoteForm(), TriageForm(initial=known))
    if request.method != "POST":
        return act
    wish = request.POST.get("act")
    ways = {"insert": _insert, "note": _note, "take": _take, "triage": _triage}
    try:
        ways.get(wish or "", _answer)(request, ticket, act, by, now)
    except TicketRefused as refusal:
        act.status, act.refused = refusal.status, str(refusal)
    return act


def _insert(request: HttpRequest, ticket: Ticket, act: Act, by: User, now: datetime) -> None:
    """Nothing is sent: the prepared words are put under those that were typed."""
    act.answer = AnswerForm(ticket, initial=AnswerForm(ticket, request.POST).with_canned())


def _answer(request: HttpRequest, ticket: Ticket, act: Act, by: User, now: datetime) -> None:
    act.answer = AnswerForm(ticket, request.POST, request.FILES)
    if not act.answer.is_valid():
        act.status = 422
        return
    data = act.answer.cleaned_data
    words = Words(data["text"], data["attachments"], data["key"])
    answer_ticket(ticket=ticket, words=words, state=data["state"], by=by, now=now)
    act.done = _("La respuesta está enviada.")


def _note(request: HttpRequest, ticket: Ticket, act: Act, by: User, now: datetime) -> None:
    act.note = NoteForm(request.POST)
    if not act.note.is_valid():
        act.status = 422
        return
    data = act.note.cleaned_data
    note_on_ticket(ticket=ticket, words=Words(data["text"], (), data["key"]), by=by, now=now)
    act.done = _("La nota está guardada.")


def _take(request: HttpRequest, ticket: Ticket, act: Act, by: User, now: datetime) -> None:
    assign_ticket(ticket=ticket, owner=by, by=by, now=now)
    act.done = _("La consulta está a su cargo.")


def _triage(request: HttpRequest, ticket: Ticket, act: Act, by: User, now: datetime) -> None:
    act.triage = TriageForm(request.POST)
    if not act.triage.is_valid():
        act.status = 422
        return
    data = act.triage.cleaned_data
    assign_ticket(ticket=ticket, owner=data["owner"], by=by, now=now)
    set_priority(ticket=ticket, priority=data["priority"], by=by, now=now)
    set_state(ticket=ticket, state=data["state"], by=by, now=now)
    act.done = _("Los cambios están guardados.")
