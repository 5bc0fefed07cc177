"""New times on one date, from the agenda."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments.services.waiting_openings import offer_opening
from core.clock import current_time
from portal.block_forms import OpeningForm, opening_initial
from portal.desk import DeskRequest, doctor_page
from portal.openings import said_of, span_of
from portal.settling import settle
from portal.views.blocks import chosen_clinic
from portal.weeks import today_at


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def opening(request: DeskRequest) -> HttpResponse:
    """Bookable at once; what else is going on then is said, and left as it is."""
    desk, now = request.desk, current_time()
    if not desk.clinics:
        return render(request, "portal/acts/no_clinic.html", {"desk": desk})
    clinic = chosen_clinic(request)
    today = today_at(clinic, now)
    data = request.POST if request.method == "POST" else None
    initial = opening_initial(clinic, request.GET, today)
    form = OpeningForm(data, initial=initial, clinics=desk.clinics, today=today)
    if form.is_valid():
        change = form.change()
        done = f"{reverse('portal:agenda')}?fecha={form.cleaned_data['day']:%Y-%m-%d}"
        answer = settle(request, change, done=done, saved=_("Abrimos ese tiempo."), form=form)
        if answer is not None:
            if answer.status_code == 302:
                say_worth(request, form)
            return answer
    context = {"desk": desk, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "portal/acts/opening.html", context, status=status)


def say_worth(request: DeskRequest, form: OpeningForm) -> None:
    """Those who wait are offered it, too."""
    (extra,) = form.change().dates
    since, until = span_of(form.chosen, extra)
    offer_opening(clinic=form.chosen, since=since, until=until, now=current_time())
    offered, collisions = said_of(request.desk, form.chosen, extra, current_time())
    messages.info(request, offered)
    if collisions:
        messages.warning(request, collisions)
