"""A day of the agenda on paper."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import current_time
from portal.desk import DeskRequest, desk_page
from portal.looks import look_of
from portal.queries import clinics_of, visits_on


@require_safe
@desk_page
def agenda_print(request: DeskRequest) -> HttpResponse:
    now = current_time()
    desk = request.desk
    look = look_of(request.GET, clinics_of(desk, with_hours=False), now)
    context = {"desk": desk, "look": look, "now": now, "visits": visits_on(desk, look, now)}
    return render(request, "portal/agenda_print.html", context)
