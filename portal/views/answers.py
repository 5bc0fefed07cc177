"""Patients who were asked for another time: who has answered what, as it happens."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import current_time
from portal.answers import answers_of
from portal.desk import DeskRequest, desk_page
from portal.live import live_page


@require_safe
@desk_page
def answers(request: DeskRequest) -> HttpResponse:
    """The whole page, or only its live part."""
    now, desk = current_time(), request.desk
    live = live_page(desk)
    context = {"desk": desk, "live": live, "now": now, "asked": answers_of(desk, now)}
    page = "_answers_body" if request.headers.get("HX-Request") else "answers"
    return render(request, f"portal/answers/{page}.html", context)
