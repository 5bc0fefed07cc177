"""What was told about a visit, to whom and how it went; once more on request."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appointments.models import Appointment
from core.clock import current_time
from core.db import Refusal
from notifications.models import MessageQuerySet
from notifications.queries import refusals_of, told_about
from notifications.readers import OF_PATIENT
from notifications.services.resending import send_again
from notifications.told import told_of
from portal.desk import DeskRequest, desk_page


@require_safe
@desk_page
def visit_messages(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """A page of its own, or a part of the visit's."""
    visit, now = _visit(request, public_id), current_time()
    context = {
        "desk": request.desk,
        "visit": visit,
        "told": told_of(visit, _rows(request, visit), now=now),
        "refused": refusals_of(visit, now=now),
        "resend": "portal:visit_resend",
    }
    page = "_visit_messages" if request.headers.get("HX-Request") else "visit_messages"
    return render(request, f"portal/{page}.html", context)


@require_POST
@desk_page
def visit_resend(request: DeskRequest, public_id: uuid.UUID, message_id: uuid.UUID) -> HttpResponse:
    visit = _visit(request, public_id)
    message = get_object_or_404(_rows(request, visit), public_id=message_id)
    try:
        send_again(message=message, actor=request.user, now=current_time())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Lo enviamos otra vez."))
    return redirect("portal:visit_messages", public_id)


def _visit(request: DeskRequest, public_id: uuid.UUID) -> Appointment:
    visits = request.desk.visits.with_people().select_related(*OF_PATIENT)
    return get_object_or_404(visits, public_id=public_id)


def _rows(request: DeskRequest, visit: Appointment) -> MessageQuerySet:
    return told_about(visit, with_clinical=request.desk.sees_clinical)
