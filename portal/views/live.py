"""What changes in an open agenda: as a stream, by asking again, and since the last visit."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appointments.live import channel_of
from core.clock import current_time
from core.live.changes import position_now, position_of, read_after
from core.live.marks import mark_seen, seen_until
from core.live.responses import EventStream, last_name
from portal.desk import DeskRequest, desk_page
from portal.live import DeskAudience
from portal.news import latest_of, news_of, unseen_news


@require_safe
@desk_page
def stream(request: DeskRequest) -> HttpResponse:
    """Kinds of changes as they happen; the words are asked for at `changes`."""
    position = position_of(last_name(request.headers, request.GET))
    if position is None:
        return _unknown_place()
    reading = read_after(channel_of(request.desk.doctor), position)
    audience = DeskAudience(request, request.desk)
    return EventStream(
        audience, reading, name=str(reading.position), address=f"desk:{request.user.pk}"
    )


@require_safe
@desk_page
def changes(request: DeskRequest) -> HttpResponse:
    """What others changed after the place that the page knows, in words."""
    position = position_of(request.GET.get("desde", ""))
    if position is None:
        return _unknown_place()
    reading = read_after(channel_of(request.desk.doctor), position)
    news = latest_of(news_of(request.desk, reading.changes, now=current_time()))
    said = [{"text": n.text, "path": n.path} for n in news if not n.is_own]
    body = {
        "cursor": str(reading.position),
        "is_lost": reading.is_lost,
        "is_new": bool(reading.changes) or reading.is_lost,
        "said": said,
    }
    return JsonResponse(body)


@require_safe
@desk_page
def news(request: DeskRequest) -> HttpResponse:
    """What others changed since this person was here last."""
    now, here = current_time(), position_now()
    since = seen_until(request.user, channel_of(request.desk.doctor))
    context = {"news": unseen_news(request.desk, since, now=now), "cursor": str(here), "now": now}
    return render(request, "portal/news.html", context)


@require_POST
@desk_page
def seen(request: DeskRequest) -> HttpResponse:
    """This person has seen everything up to the place that the page showed."""
    position = position_of(request.POST.get("desde", ""))
    channel = channel_of(request.desk.doctor)
    if position is not None:
        mark_seen(user=request.user, channel=channel, position=position, now=current_time())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("portal:agenda")


def _unknown_place() -> HttpResponse:
    return JsonResponse({"error": _("Vuelva a abrir la agenda.")}, status=400)
