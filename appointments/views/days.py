"""The day of a visit, for its patient: on the way, there, how many come before."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AccountRequest
from appointments.checking_in import StepForm, take_step
from appointments.models import Appointment
from appointments.refusals import BookingRefused
from appointments.rooms import Card, card_of
from core.clock import current_time


@require_safe
def day(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """The whole page, or only the card. On other days there is nothing to say."""
    visit = _visit(request, public_id)
    card, is_part = card_of(visit, current_time()), "HX-Request" in request.headers
    if card is None and not is_part:
        return redirect("appointments:appointment", public_id)
    return _page(request, visit, card, page="_day" if is_part else "day")


@require_POST
def day_step(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    visit, form, now = _visit(request, public_id), StepForm(request.POST), current_time()
    if not form.is_valid():
        card = card_of(visit, now)
        return _page(request, visit, card, sentence=form.sentence, status=422)
    try:
        said = take_step(form, visit, actor=request.user, now=now)
    except BookingRefused as refusal:
        card = card_of(visit, now)
        return _page(request, visit, card, sentence=str(refusal), status=refusal.status)
    messages.success(request, said)
    return redirect("appointments:appointment", public_id)


def _visit(request: AccountRequest, public_id: uuid.UUID) -> Appointment:
    visits = Appointment.objects.for_account(request.user).with_people().select_related("day")
    return get_object_or_404(visits, public_id=public_id)


def _page(
    request: AccountRequest,
    visit: Appointment,
    card: Card | None,
    *,
    page: str = "day",
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "visit": visit,
        "card": card,
        "sentence": sentence,
        "has_errors": bool(sentence),
        "step_url": reverse("appointments:day_step", args=[visit.public_id]),
        "day_url": reverse("appointments:day", args=[visit.public_id]),
    }
    return render(request, f"appointments/patient/{page}.html", context, status=status)
