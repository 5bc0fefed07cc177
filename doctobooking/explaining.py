"""Support tells who asks why a time is, or is not, offered, as the doctor's page says it."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.clock import current_time
from doctors.models import Doctor
from portal.desk import Desk
from portal.moments import moment_form
from portal.queries import clinics_of, explained

NEEDED = ("doctors.view_doctor", "appointments.view_appointment")


def explain(site: AdminSite, request: HttpRequest, object_id: int) -> HttpResponse:
    """Changes nothing, and leads nowhere: the pages that mend it are the doctor's."""
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    doctor = get_object_or_404(Doctor.objects.select_related("user"), pk=object_id)
    now, desk = current_time(), Desk(user=doctor.user, doctor=doctor)
    clinics = clinics_of(desk)
    form = moment_form(request.GET, clinics, now)
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": _("Explicar una hora"), "form": form, "doctor": doctor,
    }  # fmt: skip
    if form.is_bound and form.is_valid():
        context |= explained(desk, form.clinic, form.at, now, clinics)
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "admin/doctors/doctor/explain.html", context, status=status)
