"""The desk books for a patient."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments.services.desk_booking import book_for_patient
from core.clock import current_time
from core.db import Refusal
from portal.acting import new_visit_page
from portal.desk import DeskRequest, desk_page
from portal.people import say_done


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new_visit(request: DeskRequest) -> HttpResponse:
    """Who and when on one page; buttons that search or look at other days book nothing."""
    desk, now = request.desk, current_time()
    if not desk.clinics:
        return render(request, "portal/acts/no_clinic.html", {"desk": desk})
    data = request.POST if request.method == "POST" else None
    page = new_visit_page(desk, request.GET, data, now)
    status = 422 if page.form.is_bound else 200
    if data is not None and page.form.is_valid():
        try:
            visit = book_for_patient(booking=page.booking(request.user, data), now=now)
        except Refusal as refusal:
            page.refuse(refusal)
            status = getattr(refusal, "status", 409)
        else:
            assert visit.patient is not None
            say_done(request, _("Reservamos la cita."), visit.patient)
            goes_on = "repeat" in data
            return redirect("portal:series" if goes_on else "portal:visit", visit.public_id)
    context = {"desk": desk, "page": page, "form": page.form, "now": now}
    return render(request, "portal/acts/new_visit.html", context, status=status)
