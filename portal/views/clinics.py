"""The doctor's consultorios: the list, a new one, its place, its state."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clinics.forms.place import CityForm, PlaceForm
from clinics.forms.state import SAVED, StateForm
from clinics.services.clinics import add_clinic
from clinics.services.schedule import NewPlace, NewState, State
from core.clock import current_time
from core.db import Refusal
from core.maps import render_with_map
from portal.consultorios import cards_of, own_clinic, posted, status_of
from portal.desk import DeskRequest, doctor_page
from portal.settling import settle
from portal.steps import way_on

# The button that only looks for a city, and changes nothing.
SEARCH = "search"


@require_safe
@doctor_page
def clinics(request: DeskRequest) -> HttpResponse:
    now = current_time()
    mine = request.desk.all_clinics.with_schedule().order_by("id")
    context = {
        "desk": request.desk,
        "cards": cards_of([c for c in mine if c.archived_at is None], now=now),
        "archived": [c for c in mine if c.archived_at is not None],
    }
    return render(request, "portal/clinics/clinics.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def clinic_new(request: DeskRequest) -> HttpResponse:
    form = _place_form(request, {})
    status = status_of(form)
    if form.is_bound and status == 200:
        now, doctor = current_time(), request.desk.doctor
        try:
            new = add_clinic(doctor=doctor, place=form.place, actor=request.user, now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Agregamos el consultorio. Ahora escriba sus horarios."))
            hours = reverse("portal:hours", args=[new.public_id])
            return redirect(way_on(request, otherwise=hours))
    return render_with_map(request, "portal/clinics/clinic_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def clinic(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Its name, place and point on the map; another zone may touch visits."""
    found = own_clinic(request, public_id)
    form = _place_form(request, PlaceForm.initial_of(found))
    status = status_of(form)
    if form.is_bound and status == 200:
        change = NewPlace(clinic=found, place=form.place)
        done = way_on(request, otherwise=reverse("portal:clinic", args=[public_id]))
        answer = settle(request, change, done=done, saved=_("Guardamos los datos."), form=form)
        if answer is not None:
            return answer
        status = 409
    context = {"form": form, "clinic": found}
    return render_with_map(request, "portal/clinics/clinic.html", context, status=status)


def _place_form(request: DeskRequest, saved: dict[str, object]) -> PlaceForm:
    """Bound, unless one looks for a city: then what was typed stays, and nothing is wrong."""
    data = posted(request)
    if data is not None and _is_search(data):
        return PlaceForm(initial={**saved, **data.dict()})
    return PlaceForm(data, initial=saved)


def _is_search(data: QueryDict) -> bool:
    """Enter in any field presses the first button, which looks for cities: it saves all the same
    when there is nothing left to look for.
    """
    cities = CityForm(initial=data.dict())
    return SEARCH in data and cities.searched and cities.chosen not in cities.matches


@require_safe
@doctor_page
def cities(request: DeskRequest) -> HttpResponse:
    """The cities that what one types may mean: the part of the form that a script asks for."""
    form = CityForm(initial=request.GET.dict())
    n = len(form.matches)
    found = ngettext("%(n)d ciudad en la lista.", "%(n)d ciudades en la lista.", n) % {"n": n}
    context = {"form": form, "count": found if form.searched else ""}
    return render(request, "portal/clinics/cities.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def clinic_state(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Pause, resume, archive or reopen."""
    found = get_object_or_404(request.desk.all_clinics, public_id=public_id)
    form = StateForm(posted(request))
    status = status_of(form)
    if form.is_bound and status == 200:
        state = form.cleaned_data["state"]
        change = NewState(clinic=found, state=state)
        done = reverse("portal:clinics")
        answer = settle(request, change, done=done, saved=str(SAVED[state]), form=form)
        if answer is not None:
            return answer
        status = 409
    context = {
        "form": form,
        "clinic": found,
        "state": State.of(found),
        "coming": request.desk.visits.upcoming(current_time()).filter(clinic=found).count(),
    }
    return render(request, "portal/clinics/clinic_state.html", context, status=status)
