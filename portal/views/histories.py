"""A patient's history with one doctor: the records of their visits, searched without an index."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from portal.consultorios import posted
from portal.desk import DeskRequest, doctor_page
from portal.queries import patients_of
from records.enums import Role
from records.forms import WordsForm
from records.looks import look_of
from records.services.reading import open_history


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def history(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """What is looked for comes by POST: it may tell an illness, and addresses are kept."""
    desk = request.desk
    patient = get_object_or_404(patients_of(desk), public_id=public_id)
    form = WordsForm(posted(request))
    wanted = form.cleaned_data["words"] if form.is_valid() else ""
    look = look_of(request, Role.DOCTOR)
    readings = open_history(visits=desk.visits, patient=patient, look=look, wanted=wanted)
    context = {
        "desk": desk,
        "patient": patient,
        "form": form,
        "wanted": wanted,
        "readings": readings,
    }
    status = 422 if form.errors else 200
    return render(request, "portal/records/history.html", context, status=status)
