"""The patient's waiting lists: what one waits for, and times that are offered."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AccountRequest
from appointments.models import WaitingOffer
from appointments.refusals import BookingRefused
from appointments.services.waiting_answers import (
    accept_offer,
    refuse_offer,
    terms_of_offer,
    way_of_offer,
)
from appointments.services.waiting_entries import (
    Joining,
    change_waiting,
    join_waiting,
    leave_waiting,
)
from appointments.waiting_forms import OfferForm, WaitingForm
from appointments.waiting_line import visit_to_move
from appointments.waiting_pages import entries_of, offers_of, rows_of, why_nothing_yet
from appointments.waiting_refusals import AlreadyWaiting
from appointments.waiting_wishes import Wished, wished_by, wished_of
from core.clock import current_time

GET_OR_POST = ["GET", "HEAD", "POST"]
PAST = 10


@require_safe
def waiting(request: AccountRequest) -> HttpResponse:
    """Where one waits, at which place, and what is offered."""
    now = current_time()
    entries = entries_of(request.user)
    past = entries.filter(closed_at__isnull=False).order_by("-closed_at")[:PAST]
    context = {
        "rows": rows_of(list(entries.open().order_by("created_at", "id")), now=now),
        "past": past,
        "now": now,
    }
    return render(request, "appointments/waiting/waiting.html", context)


@require_http_methods(GET_OR_POST)
def waiting_join(request: AccountRequest) -> HttpResponse:
    """For a doctor, for a specialty in a city, or to have a visit earlier."""
    now = current_time()
    wished = wished_by(request)
    if wished is None:
        raise Http404
    if not wished.people:
        messages.info(request, _("Complete primero sus datos: así sabemos quién espera."))
        return redirect("accounts:profile")
    form = _form(request, wished, now)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        form.keep_consent(now)
        joining = Joining(request.user, form.person, form.hours, **wished.place)
        try:
            entry = join_waiting(joining=joining, now=now)
        except AlreadyWaiting as refusal:
            messages.info(request, str(refusal))
            return redirect("appointments:waiting")
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Listo: le avisamos apenas se libere una hora así."))
            return redirect("appointments:waiting_entry", entry.public_id)
    context = {"form": form, "wished": wished}
    return render(request, "appointments/waiting/waiting_join.html", context, status=status)


@require_http_methods(GET_OR_POST)
def waiting_entry(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """One's place, what was offered and why not more; POST changes the hours."""
    now = current_time()
    entry = get_object_or_404(entries_of(request.user), public_id=public_id)
    wished = wished_of(entry)
    form = _form(request, wished, now, WaitingForm.initial_from(entry))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        form.keep_consent(now)
        try:
            change_waiting(entry=entry, hours=form.hours, actor=request.user, now=now)
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Guardamos el cambio. Conserva su lugar."))
            return redirect("appointments:waiting_entry", public_id)
    (row,) = rows_of([entry], now=now)
    context = {"row": row, "form": form, "wished": wished, "why": why_nothing_yet(entry)}
    return render(request, "appointments/waiting/waiting_entry.html", context, status=status)


@require_http_methods(GET_OR_POST)
def waiting_leave(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """A question first; only the POST leaves."""
    entry = get_object_or_404(entries_of(request.user), public_id=public_id)
    if request.method != "POST":
        if not entry.is_open:
            return redirect("appointments:waiting")
        context = {"entry": entry}
        return render(request, "appointments/waiting/waiting_leave.html", context)
    try:
        leave_waiting(entry=entry, actor=request.user, now=current_time())
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Dejó la lista de espera."))
    return redirect("appointments:waiting")


@require_http_methods(GET_OR_POST)
def waiting_offer(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """The offered time, and two buttons; only the POST takes it or gives it to the next."""
    now = current_time()
    offer = get_object_or_404(offers_of(request.user), public_id=public_id)
    moves = visit_to_move(offer.entry)
    data = request.POST if request.method == "POST" else None
    form = OfferForm(data, clinic=offer.clinic, moves=moves is not None)
    if form.is_valid():
        try:
            return _answer(request, offer, form, now)
        except BookingRefused as refusal:
            return _offer_page(request, offer, form, now, sentence=str(refusal), status=409)
    return _offer_page(request, offer, form, now, status=422 if form.is_bound else 200)


def _answer(
    request: AccountRequest, offer: WaitingOffer, form: OfferForm, now: datetime
) -> HttpResponse:
    """Raises BookingRefused."""
    if not form.is_accepted:
        refuse_offer(offer=offer, actor=request.user, now=now)
        messages.success(request, _("Gracias por avisar: la hora pasa a la siguiente persona."))
        return redirect("appointments:waiting")
    data = form.cleaned_data
    visit = accept_offer(
        offer=offer, actor=request.user, terms=data["terms"],
        visit_type=data.get("visit_type", ""), now=now,
    )  # fmt: skip
    messages.success(request, _("Listo: la hora es suya."))
    return redirect("appointments:appointment", visit.public_id)


def _offer_page(
    request: AccountRequest, offer: WaitingOffer, form: OfferForm, now: datetime, *,
    status: int, sentence: str = "",
) -> HttpResponse:  # fmt: skip
    if offer.visit is not None and status == 200:
        return redirect("appointments:appointment", offer.visit.public_id)
    offer = offers_of(request.user).get(pk=offer.pk)
    context: dict[str, Any] = {
        "offer": offer, "clinic": offer.clinic, "doctor": offer.doctor, "form": form, "now": now,
        "moves": visit_to_move(offer.entry), "sentence": sentence, "is_live": offer.is_live(now),
    }  # fmt: skip
    try:
        way = way_of_offer(offer.clinic, offer, now)
    except BookingRefused as refusal:
        context |= {"sentence": str(refusal), "is_live": False}
    else:
        context |= {"way": way, "terms": terms_of_offer(offer.clinic, way)}
    template = "appointments/waiting/waiting_offer.html"
    return render(request, template, context, status=status)


def _form(
    request: AccountRequest, wished: Wished, now: datetime, initial: dict[str, Any] | None = None
) -> WaitingForm:
    zone = ZoneInfo(wished.clinics[0].zone if wished.clinics else "UTC")
    today = now.astimezone(zone).date()
    first = wished.people[0] if wished.people else None
    return WaitingForm(
        request.POST if request.method == "POST" else None,
        account=request.user,
        initial=initial or WaitingForm.initial_of(first, today),
        people=wished.people,
        clinics=wished.clinics,
        today=today,
    )
