"""The patient's side of a series: cancelling from one visit on."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import AccountRequest
from appointments.enums import Status
from appointments.models import Appointment
from appointments.refusals import BookingRefused, NoneChosen
from appointments.rules import can_cancel
from appointments.series import Place, cancellable, place_of
from appointments.services.series_changes import cancel_from_here
from core.clock import current_time


@require_http_methods(["GET", "HEAD", "POST"])
def series_cancel(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """Which of those that come, each with what it costs; only the POST cancels."""
    now, visit = current_time(), _visit(request, public_id)
    place, sentence, status = place_of(visit), "", 200
    if place is None:
        raise Http404
    if request.method == "POST":
        try:
            gone = _cancel(request, visit, place, now)
        except BookingRefused as refusal:
            sentence, status = str(refusal), refusal.status
        else:
            words = ngettext("%(n)d cita está cancelada.", "%(n)d citas están canceladas.", gone)
            messages.success(request, words % {"n": gone})
            return redirect("appointments:appointment", public_id)
    elif not can_cancel(visit, now):
        return redirect("appointments:appointment", public_id)
    chosen = set(request.POST.getlist("cita")) if sentence else None
    rows = cancellable(place.from_here(visit, now), chosen, now)
    context = {"visit": visit, "place": place, "rows": rows, "sentence": sentence}
    return render(request, "appointments/patient/series_cancel.html", context, status=status)


def _cancel(request: AccountRequest, visit: Appointment, place: Place, now: datetime) -> int:
    """How many of the chosen ones are cancelled now. Raises NoneChosen, FeeToTell, ServiceBusy."""
    data: QueryDict = request.POST
    wished = set(data.getlist("cita"))
    chosen = [one for one in place.visits if str(one.public_id) in wished]
    if not chosen:
        raise NoneChosen
    cancel_from_here(
        appointment=visit, actor=request.user, status=Status.CANCELLED_BY_PATIENT, now=now,
        chosen={one.pk for one in chosen},
        told_fees={one.pk: data.get(f"cargo_{one.public_id}", "") for one in chosen},
    )  # fmt: skip
    return len(chosen)


def _visit(request: AccountRequest, public_id: uuid.UUID) -> Appointment:
    visits = Appointment.objects.for_account(request.user).with_people()
    visits = visits.select_related("in_series__series")
    return get_object_or_404(visits, public_id=public_id)
