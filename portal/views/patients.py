"""Patients whom the desk wrote down: how they are reached."""

import uuid

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Patient
from accounts.second_factor import page_that_asks
from accounts.services import confirm_contact, correct_contact, invite_patient_again
from appointments.written import is_held
from core.clock import current_time
from core.db import Refusal
from portal.desk import DeskRequest, desk_page
from portal.people import patients_of
from portal.visit_forms import PatientContactForm

AGAIN, CONFIRM = "again", "confirm"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def patient_contact(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """A wrong address is mended, and the link that went there closes; or it is sent once more."""
    mine = patients_of(request.desk).filter(account=None)
    patient = get_object_or_404(mine, public_id=public_id)
    if CONFIRM in request.POST and not request.desk.sees_clinical:
        return _asked_for_factor(request)
    is_other_act = bool({AGAIN, CONFIRM} & set(request.POST))
    data = request.POST if request.method == "POST" and not is_other_act else None
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
    held = is_held(patient, current_time())
    context = {"patient": patient, "form": form, "visit": visit, "is_held": held}
    status = 422 if form.is_bound else 200
    return render(request, "portal/acts/patient_contact.html", context, status=status)


def _asked_for_factor(request: DeskRequest) -> HttpResponse:
    """Only the doctor opens a record, as for all that is clinical."""
    if not request.desk.is_doctor:
        raise Http404
    return redirect_to_login(request.path, reverse(page_that_asks(request.user)))


def _act(request: DeskRequest, patient: Patient, form: PatientContactForm) -> str:
    """Raises HasAccount, JustInvited, TooManyInvitations, ContactMoved, ContactBusy."""
    now = current_time()
    if CONFIRM in request.POST:
        shown = request.POST.get("shown", "")
        confirm_contact(patient=patient, shown=shown, actor=request.user, now=now)
        return _("Confirmado: con el enlace de ese correo se abre su historia.")
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
        is_theirs=request.desk.sees_clinical,
    )
    if saved.email and saved.email.lower() != before.lower():
        return _("Guardamos el contacto y le enviamos una invitación a ese correo.")
    return _("Guardamos el contacto.")
