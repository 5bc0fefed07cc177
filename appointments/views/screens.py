"""The screen of a waiting room: codes and times, for whoever has its address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments.browsers import address_digest
from appointments.live import RoomAudience
from appointments.models import WaitingScreen
from appointments.rooms import find_screen, shown_at
from core.clock import current_time

THEMES = {"claro": "light", "oscuro": "dark"}


@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The whole page, or only what changes. Whatever is wrong with the address is a 404."""
    clinic, now = _open(token).clinic, current_time()
    context = {
        "clinic": clinic,
        "shown": shown_at(clinic, now),
        "token": token,
        "self": request.get_full_path(),
        "theme": THEMES.get(request.GET.get("tema", ""), ""),
    }
    page = "_screen_body" if request.headers.get("HX-Request") else "screen"
    answer = render(request, f"appointments/screens/{page}.html", context)
    # The address is a key: no cache keeps the page, and no other site learns of it.
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_safe
def screen_stream(request: HttpRequest, token: str) -> HttpResponse:
    """«Something changed», each time it does."""
    return RoomAudience(_open(token).clinic).stream(address=address_digest(request))


def _open(token: str) -> WaitingScreen:
    found = find_screen(token)
    if found is None:
        raise Http404
    return found
