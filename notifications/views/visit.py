"""What a patient was told about a visit of theirs, and once more on request."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AccountRequest
from appointments.models import Appointment
from core.clock import current_time
from core.db import Refusal
from notifications.queries import told_patient
from notifications.readers import OF_PATIENT
from notifications.services.resending import send_again
from notifications.told import told_of


@require_safe
def visit_messages(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """A page of its own, or a part of the visit's."""
    visit = _visit(request, public_id)
    told = told_of(visit, told_patient(visit), now=current_time())
    context = {"visit": visit, "told": told, "resend": "notifications:visit_resend"}
    page = "_messages" if request.headers.get("HX-Request") else "visit_messages"
    return render(request, f"notifications/{page}.html", context)


@require_POST
def visit_resend(
    request: AccountRequest, public_id: uuid.UUID, message_id: uuid.UUID
) -> HttpResponse:
    visit = _visit(request, public_id)
    message = get_object_or_404(told_patient(visit), public_id=message_id)
    try:
        send_again(message=message, actor=request.user, now=current_time())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Se lo enviamos otra vez."))
    return redirect("notifications:visit_messages", public_id)


def _visit(request: AccountRequest, public_id: uuid.UUID) -> Appointment:
    visits = Appointment.objects.for_account(request.user).with_people().select_related(*OF_PATIENT)
    return get_object_or_404(visits, public_id=public_id)
