"""The patient's side: their prescriptions, one on a page and as a paper."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.http import AccountRequest
from prescriptions.models import Prescription
from prescriptions.paper import paper_of, pdf_answer
from prescriptions.services.reading import open_prescription
from records.enums import Act, Role
from records.looks import look_of

PAGE_SIZE = 10


@require_safe
def mine(request: AccountRequest) -> HttpResponse:
    """«Mis recetas»: of which day, by whom, whether valid; without a word of them."""
    found = Prescription.objects.for_account(request.user).with_visits().unopened()
    page = Paginator(found.latest_first(), PAGE_SIZE).get_page(request.GET.get("pagina"))
    return render(request, "prescriptions/patient/mine.html", {"page": page})


@require_safe
def prescription(
    request: AccountRequest, public_id: uuid.UUID, prescription_id: uuid.UUID
) -> HttpResponse:
    look = look_of(request, Role.PATIENT)
    found = _theirs(request, public_id, prescription_id)
    opened = open_prescription(prescription=found, act=Act.RX_READ, look=look)
    context = {
        "visit": found.visit,
        "prescription": opened,
        "paper": paper_of(opened, now=look.at),
    }
    return render(request, "prescriptions/patient/prescription.html", context)


@require_safe
def prescription_pdf(
    request: AccountRequest, public_id: uuid.UUID, prescription_id: uuid.UUID
) -> HttpResponse:
    look = look_of(request, Role.PATIENT)
    found = _theirs(request, public_id, prescription_id)
    opened = open_prescription(prescription=found, act=Act.RX_PRINTED, look=look)
    return pdf_answer(opened, now=look.at)


def _theirs(
    request: AccountRequest, public_id: uuid.UUID, prescription_id: uuid.UUID
) -> Prescription:
    found = Prescription.objects.for_account(request.user).with_visits()
    return get_object_or_404(found, visit__public_id=public_id, public_id=prescription_id)
