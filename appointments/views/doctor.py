"""The doctor's coming visits, day by day."""

import uuid
from datetime import timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AccountRequest
from doctors.models import Doctor

DAYS = 14


@require_safe
def agenda(request: AccountRequest) -> HttpResponse:
    """The next two weeks of all clinics as a list."""
    now = timezone.now()
    doctor = Doctor.objects.filter(user=request.user).first()
    visits = []
    if doctor is not None:
        coming = doctor.appointments.upcoming(now).with_people()
        visits = list(coming.filter(starts_at__lt=now + timedelta(days=DAYS)))
    days = [
        list(group)
        for _day, group in groupby(
            visits, key=lambda v: v.starts_at.astimezone(ZoneInfo(v.zone)).date()
        )
    ]
    context = {"doctor": doctor, "days": days, "now": now, "DAYS": DAYS}
    return render(request, "appointments/doctor/agenda.html", context)


@require_safe
def visit(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """One visit as its doctor sees it."""
    doctor = Doctor.objects.filter(user=request.user).first()
    if doctor is None:
        raise Http404
    visits = doctor.appointments.visits().with_people()
    found = get_object_or_404(visits, public_id=public_id)
    context = {"visit": found, "changes": found.changes.order_by("id"), "now": timezone.now()}
    return render(request, "appointments/doctor/visit.html", context)
