"""The day of a visit behind the link of a message: for who has no account, or is not logged in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.checking_in import StepForm, take_step
from appointments.models import Appointment
from appointments.refusals import BookingRefused
from appointments.rooms import card_of
from core.clock import current_time
from notifications.links import acts_on_day, find_message


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_day(request: HttpRequest, token: str) -> HttpResponse:
    """A look says how it stands; only the form says something."""
    now, message = current_time(), find_message(token)
    if message is None or message.visit is None or not acts_on_day(message, now):
        raise Http404
    sentence, status = "", 200
    if request.method == "POST":
        form = StepForm(request.POST)
        try:
            if form.is_valid():
                take_step(form, message.visit, actor=message.recipient, now=now)
                return redirect("notifications:link_day", token)
            sentence, status = form.sentence, 422
        except BookingRefused as refusal:
            sentence, status = str(refusal), refusal.status
    zone = message.recipient.time_zone if message.recipient else "UTC"
    page = {**_card(message.visit, token), "zone": zone, "sentence": sentence}
    name = "notifications/links/link_day.html"
    if request.headers.get("HX-Request") and not sentence:
        name = "appointments/patient/_day.html"
    return render(request, name, page, status=status)


def _card(visit: Appointment, token: str) -> dict[str, object]:
    address = reverse("notifications:link_day", args=[token])
    card = card_of(visit, current_time())
    return {"visit": visit, "card": card, "step_url": address, "day_url": address}
