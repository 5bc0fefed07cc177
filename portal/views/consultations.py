"""The record of a visit: written, saved by itself, signed, amended. Of its doctor alone."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments.models import Appointment
from portal.consultations import (
    CONFLICT,
    DONE,
    amend,
    form_page,
    known_of,
    looked_up,
    on_top_of,
    save,
    saved_words,
    sign,
    wants_codes,
)
from portal.consultorios import posted
from portal.desk import DeskRequest, doctor_page
from records.enums import Role
from records.forms import AmendmentForm, ConsultationForm, LookUpForm, SignForm
from records.looks import look_of
from records.queries import look_up
from records.services.reading import open_consultation
from records.services.writing import may_record

GET_OR_POST = ["GET", "HEAD", "POST"]
# Where a button leads once the draft is kept.
AFTER = {"sign": "portal:consultation_sign", "attach": "portal:attachment_add"}


@require_http_methods(GET_OR_POST)
@doctor_page
def consultation(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write it; once it is signed, read it."""
    visit, look = _visit(request, public_id), look_of(request, Role.DOCTOR)
    if request.method == "POST":
        return _saved(request, visit)
    reading = open_consultation(visit=visit, look=look)
    if reading is None and not may_record(visit, look.at):
        return redirect("portal:visit", public_id)
    if reading is not None and reading.consultation.is_signed:
        known = known_of(request, visit)
        context = {"desk": request.desk, "visit": visit, "reading": reading, "known": known}
        return render(request, "portal/records/consultation_signed.html", context)
    form = ConsultationForm.of(reading, reason=visit.reason)
    context = {"desk": request.desk, "visit": visit, "form": form}
    return form_page(request, context, reading)


@require_POST
@doctor_page
def consultation_draft(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the page saves by itself; the answer says nothing of what is written."""
    visit = _visit(request, public_id)
    made = save(visit, ConsultationForm(request.POST), look_of(request, Role.DOCTOR))
    if made.consultation is None:
        return JsonResponse({"said": made.sentence}, status=made.status)
    version = made.consultation.version
    return JsonResponse({"version": version, "said": saved_words(made.consultation, visit)})


@require_http_methods(GET_OR_POST)
@doctor_page
def consultation_sign(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Read it once more; only the POST signs, for good."""
    visit, look = _visit(request, public_id), look_of(request, Role.DOCTOR)
    form = SignForm(posted(request))
    status = sign(visit, form, look) if form.is_bound else 200
    if status == DONE:
        messages.success(request, _("La consulta está firmada."))
        return redirect("portal:consultation", public_id)
    reading = open_consultation(visit=visit, look=look)
    if reading is None or reading.consultation.is_signed:
        return redirect("portal:consultation", public_id)
    version = reading.consultation.version
    form = on_top_of(form, version=version) if form.is_bound else SignForm({"version": version})
    context = {"desk": request.desk, "visit": visit, "reading": reading, "form": form}
    return render(request, "portal/records/consultation_sign.html", context, status=status)


@require_http_methods(GET_OR_POST)
@doctor_page
def consultation_amend(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add to what is signed, and change what the patient reads."""
    visit, look = _visit(request, public_id), look_of(request, Role.DOCTOR)
    form = AmendmentForm(posted(request))
    status = amend(visit, form, look) if form.is_bound else 200
    if status == DONE:
        messages.success(request, _("La adenda está en la historia."))
        return redirect("portal:consultation", public_id)
    reading = open_consultation(visit=visit, look=look)
    if reading is None or not reading.consultation.is_signed:
        return redirect("portal:consultation", public_id)
    if not form.is_bound:
        form = AmendmentForm(initial=AmendmentForm.initial_of(reading))
    elif status == CONFLICT:
        form = on_top_of(form, number=len(reading.amendments) + 1)
    context = {"desk": request.desk, "visit": visit, "reading": reading, "form": form}
    return render(request, "portal/records/consultation_amend.html", context, status=status)


def _visit(request: DeskRequest, public_id: uuid.UUID) -> Appointment:
    return get_object_or_404(request.desk.visits.with_people(), public_id=public_id)


@require_POST
@doctor_page
def diagnoses(request: DeskRequest) -> HttpResponse:
    """Codes that what one types may mean: the part of the form that a script asks for. By POST:
    addresses are kept, and this one would tell an illness.
    """
    form = LookUpForm(request.POST)
    results = look_up(form.cleaned_data["search"]) if form.is_valid() else []
    context = {"results": results}
    status = 422 if form.errors else 200
    return render(request, "portal/records/diagnoses.html", context, status=status)


def _saved(request: DeskRequest, visit: Appointment) -> HttpResponse:
    """Kept, and back to the form or on to the signature; else the form with what was written."""
    if wants_codes(request.POST):
        return looked_up(request, {"desk": request.desk, "visit": visit})
    look, form = look_of(request, Role.DOCTOR), ConsultationForm(request.POST)
    made = save(visit, form, look)
    if made.status == DONE:
        if (after := AFTER.get(request.POST.get("act", ""))) is not None:
            return redirect(after, visit.public_id)
        messages.success(request, _("Guardamos el borrador."))
        return redirect("portal:consultation", visit.public_id)
    reading = open_consultation(visit=visit, look=look) if made.status == CONFLICT else None
    context = {"desk": request.desk, "visit": visit, "form": form}
    return form_page(request, context, reading, made.status)
