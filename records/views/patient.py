"""The patient's side: what the doctor released, of which visits there is a record, who read it."""

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.http import AccountRequest
from appointments.models import Appointment
from records.enums import Role
from records.looks import look_of
from records.models import AccessLog, Consultation
from records.services.reading import open_released

PAGE_SIZE = 10
LINES = 30


@require_safe
def consultation(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the doctor released of a signed record; there is nothing to see of a draft."""
    visits = Appointment.objects.for_account(request.user).with_people()
    visit = get_object_or_404(visits, public_id=public_id)
    released = open_released(visit=visit, look=look_of(request, Role.PATIENT))
    if released is None:
        raise Http404
    context = {"visit": visit, "released": released}
    return render(request, "records/patient/consultation.html", context)


@require_safe
def history(request: AccountRequest) -> HttpResponse:
    """«Mi historia»: the visits with a signed record, without a word of it."""
    signed = Consultation.objects.for_account(request.user).unopened().with_visits()
    latest = signed.order_by("-visit__starts_at", "-id")
    page = Paginator(latest, PAGE_SIZE).get_page(request.GET.get("pagina"))
    return render(request, "records/patient/history.html", {"page": page})


@require_safe
def readers(request: AccountRequest) -> HttpResponse:
    """«Quién vio mi historia»."""
    lines = AccessLog.objects.for_account(request.user).with_names().order_by("-at", "-id")
    page = Paginator(lines, LINES).get_page(request.GET.get("pagina"))
    return render(request, "records/patient/readers.html", {"page": page})
