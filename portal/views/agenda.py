"""The doctor's days: as a week, as a day, or as a list."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.consents import missing
from accounts.legal import FOR_DOCTOR
from core.clock import current_time
from portal.cells import table_of
from portal.desk import DeskRequest, desk_page
from portal.live import live_page
from portal.looks import LIST, look_of
from portal.queries import book_of, clinics_of, grid_of, listed_days


@require_safe
@desk_page
def agenda(request: DeskRequest) -> HttpResponse:
    """The whole page, or only its live part."""
    now, desk = current_time(), request.desk
    # Asked first: what changes while the rest is read comes again, and none is missed.
    live = live_page(desk)
    clinics = clinics_of(desk, with_hours=request.GET.get("vista") != LIST)
    look = look_of(request.GET, clinics, now)
    visits, requests = book_of(desk, look, now)
    context = {"desk": desk, "look": look, "now": now, "live": live, "requests": requests}
    context["unrecorded"] = desk.visits.unanswered(now).count()
    if look.is_list:
        context["days"] = listed_days(look, visits)
    else:
        context["table"] = table_of(grid_of(desk, look, visits, now), look, now)
    page = "_agenda_body" if request.headers.get("HX-Request") else "agenda"
    if page == "agenda" and desk.is_doctor:
        context["to_accept"] = missing(desk.user, FOR_DOCTOR)
    return render(request, f"portal/{page}.html", context)
