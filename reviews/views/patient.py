"""The patient's opinion of a visit: given, seen as others see it, edited, withdrawn, appealed."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AccountRequest
from appointments.models import Appointment
from core.clock import current_time
from reviews.attempts import attempt
from reviews.forms import AppealForm
from reviews.models import Review
from reviews.queries import last_decision, review_of
from reviews.refusals import ReviewRefused
from reviews.services.reporting import appeal_decision, may_appeal
from reviews.services.writing import why_not, withdraw_review

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
def opinion(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give one, or see the one that was given."""
    visit, now = _visit(request, public_id), current_time()
    review = review_of(visit)
    if request.method != "POST" and review is not None:
        return _own(request, review, now)
    made = attempt(_posted(request), visit, author=request.user, now=now)
    if made.review is not None:
        messages.success(request, _("Gracias: su opinión está publicada."))
        return redirect("reviews:opinion", public_id)
    refusal = why_not(visit, request.user, now)
    context = {
        "visit": visit,
        "form": made.form,
        "preview": made.preview,
        "refusal": refusal() if refusal else "",
    }
    return render(request, "reviews/patient/opinion.html", context, status=made.status)


@require_http_methods(GET_OR_POST)
def opinion_edit(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    now = current_time()
    review = _review(request, public_id)
    if request.method != "POST" and not review.may_be_edited(now):
        return redirect("reviews:opinion", public_id)
    made = attempt(_posted(request), review.visit, author=request.user, now=now, editing=review)
    if made.review is not None:
        messages.success(request, _("Guardamos los cambios de su opinión."))
        return redirect("reviews:opinion", public_id)
    context = {
        "visit": review.visit,
        "review": review,
        "form": made.form,
        "preview": made.preview,
    }
    return render(request, "reviews/patient/opinion_edit.html", context, status=made.status)


@require_http_methods(GET_OR_POST)
def opinion_withdraw(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """A question first; only the POST takes it back."""
    review = _review(request, public_id)
    if request.method != "POST":
        context = {"review": review, "visit": review.visit}
        return render(request, "reviews/patient/opinion_withdraw.html", context)
    withdraw_review(review=review, actor=request.user, now=current_time())
    messages.success(request, _("Retiramos su opinión: ya nadie la ve ni cuenta."))
    return redirect("reviews:opinion", public_id)


@require_http_methods(GET_OR_POST)
def opinion_appeal(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask for another look at what was decided."""
    review = _review(request, public_id)
    decision = last_decision(review)
    if decision is None:
        raise Http404
    form = AppealForm(_posted(request))
    status = 422 if form.errors else 200
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            appeal_decision(decision=decision, text=text, by=request.user, now=current_time())
        except ReviewRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Recibimos su reclamo. El equipo le responderá."))
            return redirect("reviews:opinion", public_id)
    context = {"visit": review.visit, "review": review, "decision": decision, "form": form}
    return render(request, "reviews/patient/opinion_appeal.html", context, status=status)


def _posted(request: AccountRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _visit(request: AccountRequest, public_id: uuid.UUID) -> Appointment:
    visits = Appointment.objects.for_account(request.user).with_people()
    return get_object_or_404(visits, public_id=public_id)


def _review(request: AccountRequest, public_id: uuid.UUID) -> Review:
    review = review_of(_visit(request, public_id))
    if review is None:
        raise Http404
    return review


def _own(request: AccountRequest, review: Review, now: datetime) -> HttpResponse:
    decision = last_decision(review)
    context = {
        "visit": review.visit,
        "review": review,
        "versions": review.versions.order_by("-number"),
        "decision": decision,
        "may_edit": review.may_be_edited(now),
        "may_appeal": decision is not None and may_appeal(decision, request.user),
        "was_appealed": decision is not None and decision.appeals.exists(),
    }
    return render(request, "reviews/patient/opinion.html", context)
