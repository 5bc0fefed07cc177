"""People and their own questions: by their account, or by the link of a mail."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AccountRequest
from core.clock import current_time
from support.asking import SENT, attempt
from support.conversing import take_turn
from support.files import send_file
from support.models import Ticket
from support.queries import conversation_of, file_of, zone_of
from support.tokens import open_link

GET_OR_POST = ["GET", "HEAD", "POST"]
# A form with a stamp is asked for anew, not shown again by a browser that goes back. Pages of those
# who are logged in are stored nowhere as it is.
not_stored = cache_control(no_store=True, private=True)
PAGE_SIZE = 20


@require_http_methods(GET_OR_POST)
@not_stored
def contact(request: HttpRequest) -> HttpResponse:
    """Whether an address has an account, no answer of this page tells."""
    tried = attempt(request, current_time())
    if tried.ticket is None:
        context = {"form": tried.form}
        return render(request, "support/people/contact.html", context, status=tried.status)
    if tried.ticket.requester_id:
        messages.success(request, _("Recibimos su consulta. Le escribimos cuando haya respuesta."))
        return redirect("support:ticket", tried.ticket.public_id)
    request.session[SENT] = tried.ticket.public_id.hex
    return redirect("support:sent")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What happens now, for the browser that asked without an account."""
    key = request.session.get(SENT)
    nobodys = Ticket.objects.remembered().filter(requester=None)
    found = nobodys.filter(public_id=key).first() if key else None
    if found is None:
        return redirect("support:contact")
    return render(request, "support/people/sent.html", {"ticket": found})


@require_safe
def tickets(request: AccountRequest) -> HttpResponse:
    own = Ticket.objects.for_account(request.user)
    page = Paginator(own, PAGE_SIZE).get_page(request.GET.get("pagina"))
    return render(request, "support/people/tickets.html", {"page": page})


@require_http_methods(GET_OR_POST)
def ticket(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Ticket.objects.for_account(request.user), public_id=public_id)
    turn = take_turn(request, found, by=request.user, now=current_time())
    if turn.done:
        messages.success(request, turn.done)
        return redirect("support:ticket", public_id)
    context = {
        "ticket": found, "turn": turn, "said": conversation_of(found), "form": turn.form,
        "zone": zone_of(found),
    }  # fmt: skip
    return render(request, "support/people/ticket.html", context, status=turn.status)


@require_safe
def ticket_file(request: AccountRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Ticket.objects.for_account(request.user), public_id=public_id)
    return send_file(file_of(found, file_id))


@require_http_methods(GET_OR_POST)
@not_stored
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The same without an account. Only the page's forms act, never the link itself."""
    opened = open_link(token)
    if opened.is_expired:
        return render(request, "support/people/link_expired.html", status=410)
    if opened.ticket is None:
        raise Http404
    turn = take_turn(request, opened.ticket, by=None, now=current_time())
    if turn.done:
        messages.success(request, turn.done)
        return redirect("support:link", token)
    said, zone = conversation_of(opened.ticket), zone_of(opened.ticket)
    context = {"ticket": opened.ticket, "turn": turn, "said": said, "token": token, "zone": zone}
    return render(
        request, "support/people/link.html", {**context, "form": turn.form}, status=turn.status
    )


@require_safe
def link_file(request: HttpRequest, token: str, file_id: uuid.UUID) -> HttpResponse:
    opened = open_link(token)
    if opened.ticket is None:
        raise Http404
    return send_file(file_of(opened.ticket, file_id))
