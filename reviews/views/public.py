"""The rules of the house, and what anybody with an account may report."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AccountRequest
from core.clock import current_time
from reviews.enums import Ground
from reviews.forms import ReportForm
from reviews.models import Review
from reviews.refusals import ReviewRefused
from reviews.services.reporting import report_review


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Who may give an opinion, what is hidden and why, and how one appeals."""
    context = {"grounds": Ground, "edit_days": settings.REVIEW_EDIT_DAYS}
    return render(request, "reviews/public/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    shown = Review.objects.shown().filter(doctor__is_published=True).select_related("doctor")
    review = get_object_or_404(shown, public_id=public_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 422 if form.errors else 200
    if form.is_valid():
        ground = form.cleaned_data["ground"]
        try:
            report_review(review=review, ground=ground, by=request.user, now=current_time())
        except ReviewRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Gracias. El equipo de moderación la revisará."))
            return redirect("opinions", review.doctor.slug)
    context = {"review": review, "doctor": review.doctor, "form": form}
    return render(request, "reviews/public/report.html", context, status=status)
