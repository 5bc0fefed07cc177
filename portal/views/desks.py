"""For people with several agendas: their own, or those of the doctors they work for."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.desk import DeskRequest, choose_desk, desk_page, desks_of


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk(request: DeskRequest) -> HttpResponse:
    """Which agendas there are; a POST sits down at one of them."""
    desks = desks_of(request.user)
    if request.method == "POST":
        wished = request.POST.get("doctor", "")
        doctors = [d.doctor for d in desks if str(d.doctor.public_id) == wished]
        if not doctors:
            raise Http404
        choose_desk(request, doctors[0])
        return redirect("portal:agenda")
    return render(request, "portal/desk.html", {"desks": desks, "current": request.desk})
