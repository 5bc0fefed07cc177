"""A visit's account: what the desk writes into it, and the receipts."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import note_export
from appointments.models import Appointment
from appointments.paper import pdf_answer
from appointments.receipts import Receipt, find_receipt
from appointments.refusals import BookingRefused
from appointments.services.payments import void_line
from core.clock import current_time
from portal.desk import DeskRequest, desk_page
from portal.payment_forms import VoidForm
from portal.payments import back_to, entry_page, line_of, visit_of
from records.services.identities import kept_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@desk_page
def payment(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """All of what is owed, or a part."""
    return entry_page(request, public_id, "payment")


@require_http_methods(GET_OR_POST)
@desk_page
def payment_refund(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    return entry_page(request, public_id, "payment_refund")


@require_http_methods(GET_OR_POST)
@desk_page
def payment_waive(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """`?motivo=control` comes from the offer of a free follow-up."""
    is_follow_up = request.GET.get("motivo") == "control"
    initial = {"note": _("Control sin costo")} if is_follow_up else None
    return entry_page(request, public_id, "payment_waive", initial)


@require_http_methods(GET_OR_POST)
@desk_page
def payment_price(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """What a visit costs that was booked without a price."""
    return entry_page(request, public_id, "payment_price")


@require_http_methods(GET_OR_POST)
@desk_page
def payment_void(request: DeskRequest, public_id: uuid.UUID, line_id: uuid.UUID) -> HttpResponse:
    """A question first; only the POST takes the line back."""
    visit = visit_of(request, public_id)
    line = line_of(visit, line_id)
    data = request.POST if request.method == "POST" else None
    form = VoidForm(data, initial={"key": uuid.uuid4()})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            void_line(line=line, actor=request.user, now=current_time(), **form.cleaned_data)
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("El movimiento está anulado."))
            return back_to(visit)
    context = {"desk": request.desk, "visit": visit, "line": line, "form": form}
    return render(request, "portal/payments/payment_void.html", context, status=status)


@require_safe
@desk_page
def receipt(request: DeskRequest, public_id: uuid.UUID, line_id: uuid.UUID) -> HttpResponse:
    visit = visit_of(request, public_id)
    context = {
        "desk": request.desk,
        "visit": visit,
        "line_id": line_id,
        "receipt": _receipt(request, visit, line_id),
    }
    return render(request, "portal/payments/receipt.html", context)


@require_safe
@desk_page
def receipt_pdf(request: DeskRequest, public_id: uuid.UUID, line_id: uuid.UUID) -> HttpResponse:
    found = _receipt(request, visit_of(request, public_id), line_id)
    note_export(request.user, found.file_name, at=current_time())
    return pdf_answer(found)


def _receipt(request: DeskRequest, visit: Appointment, line_id: uuid.UUID) -> Receipt:
    """Raises Http404. Who closed their account is named to the doctor, whom the law asks."""
    assert visit.patient is not None
    kept = kept_of(visit.patient, visit.doctor) if request.desk.is_doctor else None
    return find_receipt(visit, line_id, kept.said.full_name if kept else "")
