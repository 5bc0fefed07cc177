"""What became of something that the team did on the page of a question."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from core.db import once_more
from support.desk_forms import AnswerForm, NoteForm, SeenForm, TriageForm, shown_as
from support.enums import State
from support.models import Ticket
from support.queries import last_said, standing_of
from support.refusals import MessageNotSeen, TicketBusy, TicketMoved, TicketRefused
from support.services.asking import Words
from support.services.attending import answer_ticket, note_on_ticket, sort_ticket, take_ticket


@dataclass
class Act:
    """`done` is what to tell when it is done: the page is to be asked for anew."""

    answer: AnswerForm
    note: NoteForm
    triage: TriageForm
    status: int = 200
    done: str = ""
    refused: str = ""
    # The last message that had been read, where later ones are to be pointed at.
    read_until: int | None = None
    has_lost_files: bool = False


@dataclass(frozen=True)
class Doing:
    """Who acts, when, and what writes a line of the team's history."""

    by: User
    now: datetime
    log: Callable[[str], None]

    def do(self, act: Act, said: str, service: Callable[..., object]) -> None:
        self._both(said, service)
        act.done = said

    @once_more(TicketBusy)
    @transaction.atomic
    def _both(self, said: str, service: Callable[..., object]) -> None:
        """Done and written down, both or neither."""
        service(by=self.by, now=self.now)
        self.log(said)


def act_on(request: HttpRequest, ticket: Ticket, doing: Doing) -> Act:
    # Before the page reads what was said: what comes in between was not read.
    seen, stands = last_said(ticket), standing_of(ticket)
    known = {**asdict(stands), "shown": shown_as(stands), "seen": seen}
    answer = AnswerForm(ticket, initial={"seen": seen, "state": State.WAITING})
    act = Act(answer, NoteForm(), TriageForm(initial=known))
    if request.method != "POST":
        return act
    wish = request.POST.get("act")
    ways = {"insert": _insert, "note": _note, "take": _take, "triage": _triage}
    try:
        ways.get(wish or "", _answer)(request, ticket, act, doing)
    except TicketRefused as refusal:
        act.status, act.refused = refusal.status, str(refusal)
    # A browser sends them once: no page can have them chosen already.
    act.has_lost_files = bool(request.FILES)
    return act


def _insert(request: HttpRequest, ticket: Ticket, act: Act, _doing: Doing) -> None:
    """Nothing is sent: the prepared words are put under those that were typed."""
    act.answer = AnswerForm(ticket, initial=AnswerForm(ticket, request.POST).with_canned())


def _answer(request: HttpRequest, ticket: Ticket, act: Act, doing: Doing) -> None:
    act.answer = AnswerForm(ticket, request.POST, request.FILES)
    if not act.answer.is_valid():
        act.status = 422
        return
    data = act.answer.cleaned_data
    words = Words(data["text"], data["attachments"], data["key"])
    service = partial(
        answer_ticket, ticket=ticket, words=words, state=data["state"], seen=data["seen"]
    )
    with _pointing(ticket, act, act.answer):
        doing.do(act, _("La respuesta está enviada."), service)


def _note(request: HttpRequest, ticket: Ticket, act: Act, doing: Doing) -> None:
    act.note = NoteForm(request.POST)
    if not act.note.is_valid():
        act.status = 422
        return
    data = act.note.cleaned_data
    words = Words(data["text"], (), data["key"])
    service = partial(note_on_ticket, ticket=ticket, words=words)
    doing.do(act, _("La nota está guardada."), service)


def _take(request: HttpRequest, ticket: Ticket, act: Act, doing: Doing) -> None:
    doing.do(act, _("La consulta está a su cargo."), partial(take_ticket, ticket=ticket))


def _triage(request: HttpRequest, ticket: Ticket, act: Act, doing: Doing) -> None:
    act.triage = TriageForm(request.POST)
    if not act.triage.is_valid():
        act.status = 422
        return
    shown, seen = act.triage.cleaned_data["shown"], act.triage.cleaned_data["seen"]
    service = partial(sort_ticket, ticket=ticket, shown=shown, wished=act.triage.wished, seen=seen)
    try:
        with _pointing(ticket, act, act.triage):
            doing.do(act, _("Los cambios están guardados."), service)
    except TicketMoved as refusal:
        stands = standing_of(Ticket.objects.get(pk=ticket.pk))
        act.triage.show_moved(stands, refusal.fields)
        raise


@contextmanager
def _pointing(ticket: Ticket, act: Act, form: SeenForm) -> Iterator[None]:
    """Where there are messages that were not read, the page shows them, and says so when it is
    sent again.
    """
    try:
        yield
    except MessageNotSeen:
        act.read_until = form.cleaned_data["seen"]
        form.show_anew(seen=last_said(ticket))
        raise
