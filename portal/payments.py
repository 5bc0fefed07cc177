"""What the desk does with a visit's account: four forms, one way through them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.ledger import ledger_of
from appointments.models import Appointment, PaymentLine
from appointments.refusals import BookingRefused
from appointments.services.payments import charge_visit, record_payment, record_refund, waive
from core.clock import current_time
from portal.desk import DeskRequest
from portal.payment_forms import EntryForm, PaymentForm, PriceForm, RefundForm, WaiverForm


@dataclass(frozen=True)
class Act:
    """`may` is a property of the ledger; the service looks again under its locks."""

    form: type[EntryForm]
    write: Callable[..., PaymentLine]
    may: str
    said: str | Promise


ACTS = {
    "payment": Act(PaymentForm, record_payment, "can_pay", _("Registramos el pago.")),
    "payment_refund": Act(RefundForm, record_refund, "can_refund", _("Registramos la devolución.")),
    "payment_waive": Act(WaiverForm, waive, "can_pay", _("Registramos la exoneración.")),
    "payment_price": Act(PriceForm, charge_visit, "can_price", _("Guardamos el valor.")),
}


def visit_of(request: DeskRequest, public_id: uuid.UUID) -> Appointment:
    return get_object_or_404(request.desk.visits.with_people(), public_id=public_id)


def line_of(visit: Appointment, line_id: uuid.UUID) -> PaymentLine:
    lines = visit.payment_lines.filter(voids=None).select_related("doctor")
    line = get_object_or_404(lines, public_id=line_id)
    line.appointment = visit
    return line


def entry_page(
    request: DeskRequest, public_id: uuid.UUID, name: str, initial: dict[str, Any] | None = None
) -> HttpResponse:
    """The form of one of ACTS; what cannot be done leads back to the visit."""
    act, visit = ACTS[name], visit_of(request, public_id)
    ledger = ledger_of(visit)
    data = request.POST if request.method == "POST" else None
    if data is None and not getattr(ledger, act.may):
        return back_to(visit)
    form = act.form(data, ledger=ledger, initial=initial)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            act.write(entry=form.entry(request.user), now=current_time())
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, str(act.said))
            return back_to(visit)
    context = {"desk": request.desk, "visit": visit, "ledger": ledger, "form": form}
    return render(request, f"portal/payments/{name}.html", context, status=status)


def back_to(visit: Appointment) -> HttpResponse:
    return redirect(f"{reverse('portal:visit', args=[visit.public_id])}#pago")
