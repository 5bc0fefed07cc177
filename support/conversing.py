"""What became of something that a person did on a page of a conversation."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from support.forms import MarkForm, ReplyForm
from support.models import Ticket
from support.refusals import TicketForgotten, TicketRefused
from support.services.asking import rate_ticket, reply_to_ticket, settle_ticket


@dataclass
class Turn:
    """`done` is what to tell when it is done: the page is to be asked for anew."""

    form: ReplyForm
    mark: MarkForm
    status: int = 200
    done: str = ""


def take_turn(request: HttpRequest, ticket: Ticket, *, by: User | None, now: datetime) -> Turn:
    """Raises Http404 for a question that was forgotten just now."""
    known = {"mark": ticket.mark, "remark": ticket.remark}
    turn = Turn(ReplyForm(now=now), MarkForm(initial=known))
    if request.method != "POST":
        return turn
    act = request.POST.get("act")
    if act == "settle":
        _settle(ticket, turn, by, now)
    elif act == "rate":
        _rate(request, ticket, turn, by, now)
    else:
        _reply(request, ticket, turn, by, now)
    if turn.status == TicketForgotten.status:
        raise Http404
    return turn


def _settle(ticket: Ticket, turn: Turn, by: User | None, now: datetime) -> None:
    try:
        settle_ticket(ticket=ticket, by=by, now=now)
    except TicketRefused as refusal:
        turn.status = refusal.status
    else:
        turn.done = _("Nos alegra. La consulta queda resuelta.")


def _reply(
    request: HttpRequest, ticket: Ticket, turn: Turn, by: User | None, now: datetime
) -> None:
    turn.form = ReplyForm(request.POST, request.FILES, now=now)
    if not turn.form.is_valid():
        turn.status = 422
        return
    try:
        reply_to_ticket(ticket=ticket, words=turn.form.words, by=by, now=now)
    except TicketRefused as refusal:
        turn.form.add_error(None, str(refusal))
        turn.status = refusal.status
    else:
        turn.done = _("Recibimos su mensaje.")


def _rate(request: HttpRequest, ticket: Ticket, turn: Turn, by: User | None, now: datetime) -> None:
    turn.mark = MarkForm(request.POST)
    if not turn.mark.is_valid():
        turn.status = 422
        return
    data = turn.mark.cleaned_data
    try:
        rate_ticket(ticket=ticket, mark=data["mark"], remark=data["remark"], by=by, now=now)
    except TicketRefused as refusal:
        turn.mark.add_error(None, str(refusal))
        turn.status = refusal.status
    else:
        turn.done = _("Gracias por decirnos cómo fue.")
