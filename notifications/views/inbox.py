"""The channel that everybody with an account has: messages on our own pages."""

from datetime import UTC

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AccountRequest
from core.clock import current_time
from notifications.notices import notice_of
from notifications.queries import inbox_of, refused_of
from notifications.services.inbox import mark_read

PAGE_SIZE = 20


@require_safe
def inbox(request: AccountRequest) -> HttpResponse:
    """The latest first. Looking marks nothing: a form does, and a script sends it."""
    now = current_time()
    page = Paginator(inbox_of(request.user), PAGE_SIZE).get_page(request.GET.get("pagina"))
    context = {
        "page": page,
        "notices": [notice_of(message) for message in page],
        "refused": refused_of(request.user, now=now),
        "now": now,
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
def read(request: AccountRequest) -> HttpResponse:
    """Everything that the page showed, or could have shown."""
    now = current_time()
    try:
        until = parse_datetime(request.POST.get("hasta", ""))
    except ValueError:
        until = None
    if until is not None and until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    mark_read(account=request.user, until=min(until or now, now), now=now)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("notifications:inbox")
