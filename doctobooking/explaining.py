"""Support tells who asks why a time is, or is not, offered, as the doctor's page says it."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.admin import ReasonForm
from core.clock import current_time
from doctors.models import Doctor
from portal.desk import Desk
from portal.moments import moment_form
from portal.queries import clinics_of, explained

NEEDED = ("doctors.view_doctor", "appointments.view_appointment")


def explain(site: AdminSite, request: HttpRequest, object_id: int) -> HttpResponse:
    """Leads nowhere: the pages that mend it are the doctor's. The answer may name who has a visit
    then, so that it is asked for with a reason, which stays in the doctor's history.
    """
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    doctor = get_object_or_404(Doctor.objects.select_related("user"), pk=object_id)
    now, desk = current_time(), Desk(user=doctor.user, doctor=doctor)
    clinics = clinics_of(desk)
    title, is_sent = _("Explicar una hora"), request.method == "POST"
    form = moment_form(request.POST, clinics, now)
    why = ReasonForm(request.POST if is_sent else None)
    context: dict[str, Any] = {
        **site.each_context(request), "title": title, "form": form, "why": why, "doctor": doctor,
    }  # fmt: skip
    is_right = form.is_bound and form.is_valid() and why.is_valid()
    if is_right:
        context |= explained(desk, form.clinic, form.at, now, clinics)
        said = f"{title} ({form.at:%Y-%m-%d %H:%M} UTC): {why.cleaned_data['reason']}"
        site.get_model_admin(Doctor).log_change(request, doctor, said)
    status = 422 if is_sent and not is_right else 200
    return TemplateResponse(request, "admin/doctors/doctor/explain.html", context, status=status)
