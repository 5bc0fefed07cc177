"""Prescriptions of a visit: written, looked at once more, issued, revoked. Of its doctor alone."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.consultorios import posted
from portal.desk import DeskRequest, doctor_page
from portal.prescribing import answer_form, form_page
from prescriptions.forms import ReasonForm
from prescriptions.models import Prescription
from prescriptions.paper import paper_of, pdf_answer
from prescriptions.refusals import PrescriptionRefused
from prescriptions.services.reading import open_prescription
from prescriptions.services.revoking import revoke_prescription
from records.enums import Act, Role
from records.looks import look_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@doctor_page
def prescription_new(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Each button posts all that is written; only «Emitir la receta» issues it."""
    visit = get_object_or_404(request.desk.visits.with_people(), public_id=public_id)
    look = look_of(request, Role.DOCTOR)
    answer = answer_form if request.method == "POST" else form_page
    return answer(request, visit, look)


@require_safe
@doctor_page
def prescription(
    request: DeskRequest, public_id: uuid.UUID, prescription_id: uuid.UUID
) -> HttpResponse:
    look, found = look_of(request, Role.DOCTOR), _own(request, public_id, prescription_id)
    opened = open_prescription(prescription=found, act=Act.RX_READ, look=look)
    context = {
        "desk": request.desk,
        "visit": found.visit,
        "prescription": opened,
        "paper": paper_of(opened, now=look.at),
    }
    return render(request, "portal/prescriptions/prescription.html", context)


@require_safe
@doctor_page
def prescription_pdf(
    request: DeskRequest, public_id: uuid.UUID, prescription_id: uuid.UUID
) -> HttpResponse:
    look, found = look_of(request, Role.DOCTOR), _own(request, public_id, prescription_id)
    opened = open_prescription(prescription=found, act=Act.RX_PRINTED, look=look)
    return pdf_answer(opened, now=look.at)


@require_http_methods(GET_OR_POST)
@doctor_page
def prescription_revoke(
    request: DeskRequest, public_id: uuid.UUID, prescription_id: uuid.UUID
) -> HttpResponse:
    """A question first; only the POST revokes, for good."""
    look, found = look_of(request, Role.DOCTOR), _own(request, public_id, prescription_id)
    form = ReasonForm(posted(request))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            revoke_prescription(prescription=found, look=look, **form.cleaned_data)
        except PrescriptionRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("La receta está anulada."))
            return redirect("portal:prescription", public_id, prescription_id)
    context = {"desk": request.desk, "visit": found.visit, "prescription": found, "form": form}
    return render(request, "portal/prescriptions/prescription_revoke.html", context, status=status)


def _own(request: DeskRequest, public_id: uuid.UUID, prescription_id: uuid.UUID) -> Prescription:
    found = Prescription.objects.filter(visit__in=request.desk.visits).with_visits()
    return get_object_or_404(found, visit__public_id=public_id, public_id=prescription_id)
