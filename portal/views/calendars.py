"""Calendars that leave (feeds of visits) and come (other calendars of the doctor)."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments.forms import FeedForm
from appointments.refusals import CalendarGone
from appointments.services.external_calendars import (
    MOST_CALENDARS,
    add_calendar,
    read_soon,
    remove_calendar,
)
from appointments.services.feeds import make_feed, stop_feed
from core.clock import current_time
from core.db import Refusal
from portal.calendar_forms import CalendarForm
from portal.calendars import feeds_of, others_of
from portal.consultorios import posted, status_of
from portal.desk import DeskRequest, desk_page, doctor_page

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@desk_page
def calendars(request: DeskRequest) -> HttpResponse:
    """A feed for each consultorio of this desk, and the doctor's other calendars."""
    desk, now = request.desk, current_time()
    form = FeedForm(posted(request))
    if form.is_valid():
        clinic = get_object_or_404(desk.all_clinics, public_id=form.cleaned_data["clinic"])
        if form.is_stop:
            stop_feed(owner=request.user, clinic=clinic, now=now)
            messages.success(request, _("El enlace ya no funciona."))
        else:
            make_feed(owner=request.user, clinic=clinic, now=now)
            messages.success(request, _("Su enlace está listo. Cópielo en su calendario."))
        return redirect("portal:calendars")
    others = others_of(desk, now)
    is_full = len(others) >= MOST_CALENDARS
    context = {"desk": desk, "feeds": feeds_of(desk), "others": others, "is_full": is_full}
    status = status_of(form)
    return render(request, "portal/calendars/calendars.html", context, status=status)


@require_http_methods(GET_OR_POST)
@doctor_page
def calendar_new(request: DeskRequest) -> HttpResponse:
    """Add a calendar whose busy times block this doctor."""
    form = CalendarForm(posted(request))
    status = status_of(form)
    if form.is_bound and status == 200:
        try:
            add_calendar(doctor=request.desk.doctor, now=current_time(), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Agregamos el calendario. Lo leemos en un minuto."))
            return redirect("portal:calendars")
    context = {"form": form, "desk": request.desk}
    return render(request, "portal/calendars/calendar_new.html", context, status=status)


@require_POST
@doctor_page
def calendar_read(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    calendar = get_object_or_404(request.desk.doctor.external_calendars, public_id=public_id)
    read_soon(calendar=calendar, now=current_time())
    messages.success(request, _("Lo leemos en un minuto."))
    return redirect("portal:calendars")


@require_http_methods(GET_OR_POST)
@doctor_page
def calendar_remove(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """A question first; only the POST removes."""
    calendar = get_object_or_404(request.desk.doctor.external_calendars, public_id=public_id)
    if request.method != "POST":
        return render(request, "portal/calendars/calendar_remove.html", {"calendar": calendar})
    try:
        remove_calendar(calendar=calendar)
    except CalendarGone as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Quitamos el calendario: sus horas vuelven a ofrecerse."))
    return redirect("portal:calendars")
