"""Dates that differ from the week: closed ones, extra openings, holidays in one click."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.clock import current_time
from portal.consultorios import own_clinic, posted
from portal.desk import DeskRequest, doctor_page
from portal.settling import settle
from portal.special_dates import dates_page
from portal.weeks import today_at


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def dates(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    found = own_clinic(request, public_id)
    today = today_at(found, current_time())
    page = dates_page(found, today=today, year=request.GET.get("ano", ""), data=posted(request))
    status = 422 if request.method == "POST" else 200
    if page.posted is not None and page.posted.is_valid():
        saved = _("Guardamos las fechas.")
        here = request.get_full_path()
        answer = settle(request, page.change(), done=here, saved=saved, form=page.posted)
        if answer is not None:
            return answer
        status = 409
    context = {"page": page, "clinic": found}
    return render(request, "portal/clinics/dates.html", context, status=status)
