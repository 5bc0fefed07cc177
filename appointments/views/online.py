"""Paying online: the way to the provider, what it says, and the demo's own page."""

import logging
import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AccountRequest
from appointments.enums import OnlineStatus
from appointments.models import Appointment
from appointments.online import (
    DEMO,
    PROVIDERS,
    BadNotice,
    Demo,
    Notice,
    provider,
    read_notice,
    signature,
)
from appointments.refusals import BookingRefused, NoticeRefused
from appointments.services.online import begin_payment, settle_payment
from core.clock import current_time

logger = logging.getLogger(__name__)


@require_POST
def pay(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """To the page of the provider, with all that is owed."""
    visits = Appointment.objects.for_account(request.user).with_people()
    visit = get_object_or_404(visits, public_id=public_id)
    taker = provider()
    try:
        begun = begin_payment(visit=visit, account=request.user, now=current_time())
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("appointments:appointment", public_id)
    assert taker is not None
    return redirect(taker.checkout_url(begun))


@csrf_exempt
@require_POST
def payment_callback(request: HttpRequest) -> HttpResponse:
    """What a provider says, signed. Heard again it is answered as before."""
    return _heard(request.body, request.headers.get("Payment-Signature", ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demo_checkout(request: HttpRequest, token: str) -> HttpResponse:
    """The demo provider's page: it takes no money, and says so."""
    asked = Demo.asked(token) if provider() is PROVIDERS[DEMO] else None
    if asked is None:
        raise Http404
    if request.method != "POST":
        amount = Decimal(asked["amount"])
        context = {"amount": amount, "currency": asked["currency"]}
        return render(request, "appointments/online/demo_checkout.html", context)
    is_paid = request.POST.get("act") == "pay"
    _tell(asked, OnlineStatus.PAID if is_paid else OnlineStatus.FAILED)
    visit = reverse("appointments:appointment", args=[uuid.UUID(asked["visit"])])
    return redirect(f"{visit}?pago={uuid.UUID(asked['payment'])}#pago")


def _tell(asked: dict[str, Any], result: OnlineStatus) -> None:
    """As another house's server would: signed, with the same reference however often."""
    notice = Notice(
        payment=uuid.UUID(asked["payment"]),
        reference=f"demo-{asked['payment']}",
        result=result,
        amount=Decimal(asked["amount"]),
        currency=asked["currency"],
    )
    body = notice.body()
    _heard(body, signature(body, current_time()))


def _heard(body: bytes, signed: str) -> HttpResponse:
    now = current_time()
    try:
        notice = read_notice(body, signed, now)
    except BadNotice as bad:
        logger.warning("online payment refused", extra={"reason": str(bad)})
        return JsonResponse({"error": "bad notice"}, status=400)
    try:
        settle_payment(notice=notice, now=now)
    except NoticeRefused as refusal:
        reason = type(refusal).__name__
        logger.error(
            "online payment refused", extra={"reason": reason, "payment": str(notice.payment)}
        )
        return JsonResponse({"error": reason}, status=refusal.status)
    except BookingRefused:
        return JsonResponse({"error": "busy"}, status=503)
    return JsonResponse({"ok": True})
