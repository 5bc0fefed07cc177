"""A patient's history with one doctor: the records of their visits, searched without an index."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Patient
from portal.consultorios import posted
from portal.desk import DeskRequest, doctor_page
from portal.queries import patients_of
from records.enums import Role
from records.forms import WordsForm
from records.looks import look_of
from records.queries import shared_consultations, shares_with
from records.services.accesses import Look
from records.services.background import all_known
from records.services.identities import kept_among
from records.services.reading import open_history, open_shared


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def history(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """What is looked for comes by POST: it may tell an illness, and addresses are kept."""
    desk = request.desk
    patient = get_object_or_404(patients_of(desk), public_id=public_id)
    form = WordsForm(posted(request))
    wanted = form.cleaned_data["words"] if form.is_valid() else ""
    look = _look(request, patient)
    readings = open_history(
        visits=desk.visits, doctor=desk.doctor, patient=patient, look=look, wanted=wanted
    )
    known = [each for each in all_known(desk.doctor, patient, look) if each.end is None]
    context = {
        "known": known,
        "is_shared": look.role == Role.SHARED,
        "desk": desk,
        "patient": patient,
        "form": form,
        "wanted": wanted,
        "readings": readings,
    }
    status = 422 if form.errors else 200
    return render(request, "portal/records/history.html", context, status=status)


@require_safe
@doctor_page
def shared_consultation(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Another doctor's record, while the patient shares it: to read, without what is private."""
    look = look_of(request, Role.SHARED)
    shared = shared_consultations(request.desk.doctor, look.at).with_visits()
    found = get_object_or_404(shared, public_id=public_id)
    reading = open_shared(consultation=found, look=look)
    context = {"desk": request.desk, "visit": found.visit, "reading": reading}
    return render(request, "portal/records/shared_consultation.html", context)


@require_safe
@doctor_page
def former_patients(request: DeskRequest) -> HttpResponse:
    """Who closed their account, as the law has their doctor know: to find a record by a name."""
    kept = kept_among(request.desk.doctor)
    return render(request, "portal/records/former_patients.html", {"kept": kept})


def _look(request: DeskRequest, patient: Patient) -> Look:
    """As a doctor with whom the history is shared, if it is: the patient's list says which."""
    look = look_of(request, Role.DOCTOR)
    is_shared = shares_with(request.desk.doctor, look.at).filter(patient=patient).exists()
    return look_of(request, Role.SHARED) if is_shared else look
