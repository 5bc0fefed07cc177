"""The desk's own questions to support, in the frame of the portal."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import current_time
from core.templatetags.when import or_home
from portal.desk import Desk, DeskRequest, desk_page
from support.conversing import take_turn
from support.models import Ticket
from support.queries import conversation_of

PAGE_SIZE = 20


@require_safe
@desk_page
def tickets(request: DeskRequest) -> HttpResponse:
    """Of whoever is logged in: what a doctor asks is nothing of their reception's."""
    own = Ticket.objects.for_account(request.user)
    page = Paginator(own, PAGE_SIZE).get_page(request.GET.get("pagina"))
    context = {"desk": request.desk, "page": page, "zone": _zone(request.desk)}
    return render(request, "portal/support/tickets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def ticket(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Ticket.objects.for_account(request.user), public_id=public_id)
    turn = take_turn(request, found, by=request.user, now=current_time())
    if turn.done:
        messages.success(request, turn.done)
        return redirect("portal:ticket", public_id)
    context = {
        "desk": request.desk, "ticket": found, "turn": turn, "said": conversation_of(found),
        "form": turn.form, "zone": _zone(request.desk),
    }  # fmt: skip
    return render(request, "portal/support/ticket.html", context, status=turn.status)


def _zone(desk: Desk) -> str:
    """The portal is on the clock of its clinics."""
    return desk.clinics[0].zone if desk.clinics else or_home(desk.user.time_zone)
