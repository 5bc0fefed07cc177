"""Patients whom the desk wrote down: how they are reached."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Patient
from accounts.services import correct_contact, invite_patient_again
from core.clock import current_time
from core.db import Refusal
from portal.desk import DeskRequest, desk_page
from portal.people import patients_of
from portal.visit_forms import PatientContactForm

AGAIN = "again"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def patient_contact(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """A wrong address is mended, and the link that went there closes; or it is sent once more."""
    mine = patients_of(request.desk).filter(account=None)
    patient = get_object_or_404(mine, public_id=public_id)
    data = request.POST if request.method == "POST" and AGAIN not in request.POST else None
    phone = patient.phone.as_international if patient.phone else ""
    form = PatientContactForm(data, initial={"phone": phone, "email": patient.email})
    visits = request.desk.visits.filter(patient=patient).select_related("clinic")
    visit = visits.order_by("-starts_at").first()
    form.at_home_in(str(visit.clinic.country) if visit else "")
    if request.method == "POST" and (data is None or form.is_valid()):
        try:
            said = _act(request, patient, form)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("portal:patient_contact", public_id)
        messages.success(request, said)
        return redirect("portal:visit", visit.public_id) if visit else redirect("portal:agenda")
    context = {"patient": patient, "form": form, "visit": visit}
    status = 422 if form.is_bound else 200
    return render(request, "portal/acts/patient_contact.html", context, status=status)


def _act(request: DeskRequest, patient: Patient, form: PatientContactForm) -> str:
    """Raises HasAccount, JustInvited, TooManyInvitations."""
    now = current_time()
    if not form.is_bound:
        invite_patient_again(patient=patient, actor=request.user, now=now)
        return _("Enviamos otra vez la invitación.")
    before = patient.email
    saved = correct_contact(
        patient=patient,
        phone=str(form.cleaned_data["phone"] or ""),
        email=form.cleaned_data["email"],
        actor=request.user,
        now=now,
    )
    if saved.email and saved.email.lower() != before.lower():
        return _("Guardamos el contacto y le enviamos una invitación a ese correo.")
    return _("Guardamos el contacto.")
