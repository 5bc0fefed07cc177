"""Private feeds: the one that programs read, and the patient's page about it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AccountRequest
from appointments.feeds import FeedAddress, book_of, find_feed
from appointments.forms import FeedForm
from appointments.services.feeds import make_feed, note_reading, stop_feed
from core.clock import current_time


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """For programs without a session: the address is the key. Whatever is wrong is a 404."""
    now = current_time()
    found = find_feed(token)
    if found is None:
        raise Http404
    note_reading(feed=found, now=now)
    book = book_of(found, now)
    modified = int(book.last_modified.timestamp())
    answer = get_conditional_response(request, etag=book.etag, last_modified=modified)
    if not isinstance(answer, HttpResponseNotModified):
        answer = HttpResponse(book.content, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = book.etag
    answer["Last-Modified"] = http_date(modified)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_feed(request: AccountRequest) -> HttpResponse:
    """The patient's own feed: make it, see it, make it anew, stop it."""
    form = FeedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if form.is_stop:
            stop_feed(owner=request.user, now=current_time())
            messages.success(request, _("El enlace ya no funciona."))
        else:
            make_feed(owner=request.user, now=current_time())
            messages.success(request, _("Su enlace está listo. Cópielo en su calendario."))
        return redirect("appointments:calendar_feed")
    live = request.user.calendar_feeds.filter(clinic=None, revoked_at=None).first()
    context = {"address": FeedAddress(live) if live else None}
    status = 422 if form.is_bound else 200
    return render(request, "appointments/feeds/calendar_feed.html", context, status=status)
