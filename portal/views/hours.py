"""The weekly editor of a consultorio."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.forms.proposals import is_proposal, proposed
from clinics.forms.week import WeekForm, edited, rows_of, typed_rows, valid_windows
from clinics.models import Clinic
from clinics.queries import coming_dates
from clinics.services.schedule import NewHours
from core.clock import current_time
from portal.consultorios import own_clinic, posted, status_of
from portal.desk import DeskRequest, doctor_page
from portal.settling import settle
from portal.steps import way_on
from portal.weeks import preview_of, today_at

SAVE = "save"
DATES_SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def hours(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every button but the one that saves only changes what the page shows."""
    found = own_clinic(request, public_id)
    form = _week_form(request, found)
    status = status_of(form)
    if form.is_bound and status == 200:
        change = NewHours(clinic=found, windows=form.windows)
        done = way_on(request, otherwise=reverse("portal:hours", args=[public_id]))
        answer = settle(request, change, done=done, saved=_("Guardamos los horarios."), form=form)
        if answer is not None:
            return answer
        status = 409
    now = current_time()
    context = {
        "form": form,
        "clinic": found,
        "preview": preview_of(found, valid_windows(form.typed), now=now),
        "is_proposal": request.method != "POST" and is_proposal(found.week, request.GET),
        "dates": coming_dates(found, today_at(found, now))[:DATES_SHOWN],
    }
    is_empty = request.method == "POST" and not request.POST.get("act")
    status = 422 if is_empty else status
    return render(request, "portal/clinics/hours.html", context, status=status)


def _week_form(request: DeskRequest, clinic: Clinic) -> WeekForm:
    data = posted(request)
    act = data.get("act", "") if data is not None else ""
    if data is None or not act:
        return WeekForm(rows=rows_of(proposed(clinic.week, request.GET)))
    if act == SAVE:
        return WeekForm(data)
    copy_to = data.getlist(f"copy_{act.rpartition(':')[2]}")
    before = typed_rows(data)
    return WeekForm(rows=edited(before, act, copy_to)).after(act, before)
