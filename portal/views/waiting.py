"""The waiting list of a desk: who waits, what became of freed times, and an offer by hand."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appointments.refusals import BookingRefused
from appointments.services.waiting_desk import offer_by_hand
from core.clock import current_time
from portal.consultorios import posted, status_of
from portal.desk import DeskRequest, desk_page
from portal.waiting import GiveForm, freed_times_of, times_for, waiters_of

PAGE_SIZE = 20


@require_safe
@desk_page
def waiting_list(request: DeskRequest) -> HttpResponse:
    """Who waits for the doctor's times, in order."""
    now = current_time()
    waiters = waiters_of(request.desk, now=now)
    page = Paginator(waiters, PAGE_SIZE).get_page(request.GET.get("pagina"))
    context = {"desk": request.desk, "page": page, "count": len(waiters)}
    return render(request, "portal/waiting/waiting_list.html", context)


@require_safe
@desk_page
def waiting_times(request: DeskRequest) -> HttpResponse:
    """What became of each freed time, and why."""
    page = Paginator(freed_times_of(request.desk), PAGE_SIZE).get_page(request.GET.get("pagina"))
    context = {"desk": request.desk, "page": page}
    return render(request, "portal/waiting/waiting_times.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def waiting_give(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """A time for one of the list, chosen by the desk."""
    now, desk = current_time(), request.desk
    waiter = next((w for w in waiters_of(desk, now=now) if w.entry.public_id == public_id), None)
    if waiter is None:
        raise Http404
    form = GiveForm(posted(request), times=times_for(desk, waiter, now=now))
    status = status_of(form)
    if waiter.live is None and form.is_valid():
        clinic, starts_at = form.chosen
        try:
            offer_by_hand(entry=waiter.entry, clinic=clinic, starts_at=starts_at,
                          actor=request.user, now=now)  # fmt: skip
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Le ofrecimos esa hora. Le avisamos por correo."))
            return redirect("portal:waiting_list")
    context = {"desk": desk, "waiter": waiter, "form": form}
    return render(request, "portal/waiting/waiting_give.html", context, status=status)
