"""Time that the doctor takes away from patients, in all clinics at once."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments.refusals import AbsenceGone
from appointments.services.absences import remove_absence
from clinics.models import Clinic
from core.clock import current_time
from portal.block_forms import BlockForm, block_initial
from portal.desk import DeskRequest, doctor_page
from portal.settling import settle

GET_OR_POST = ["GET", "HEAD", "POST"]
LISTED = 20


@require_http_methods(GET_OR_POST)
@doctor_page
def block(request: DeskRequest) -> HttpResponse:
    """A few hours or several weeks; visits inside are settled first."""
    desk, now = request.desk, current_time()
    if not desk.clinics:
        return render(request, "portal/acts/no_clinic.html", {"desk": desk})
    form = _form(request, now)
    if form.is_valid():
        change = form.change(desk.doctor)
        done = f"{reverse('portal:agenda')}?fecha={form.cleaned_data['since']:%Y-%m-%d}"
        answer = settle(request, change, done=done, saved=_("Bloqueamos ese tiempo."), form=form)
        if answer is not None:
            return answer
    absences = desk.doctor.absences.filter(ends_at__gt=now).order_by("starts_at", "id")
    context = {
        "desk": desk,
        "form": form,
        "absences": absences[:LISTED],
        "zone": chosen_clinic(request).zone,
    }
    status = 422 if form.is_bound else 200
    return render(request, "portal/acts/block.html", context, status=status)


@require_http_methods(GET_OR_POST)
@doctor_page
def unblock(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """A question first; only the POST offers the time again."""
    absence = get_object_or_404(request.desk.doctor.absences, public_id=public_id)
    clinic = next(iter(request.desk.clinics), None)
    zone = clinic.zone if clinic else request.user.time_zone
    if request.method != "POST":
        context = {"absence": absence, "zone": zone}
        return render(request, "portal/acts/unblock.html", context)
    try:
        remove_absence(absence=absence, actor=request.user, now=current_time())
    except AbsenceGone as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Quitamos el bloqueo: sus horas vuelven a ofrecerse."))
    return redirect("portal:agenda")


def chosen_clinic(request: DeskRequest) -> Clinic:
    """`?consultorio=`, else the first one. Raises Http404 for one of somebody else."""
    wished = request.GET.get("consultorio", "")
    clinics = request.desk.clinics
    chosen = next((c for c in clinics if str(c.public_id) == wished), None)
    if chosen is None and wished:
        raise Http404
    return chosen or clinics[0]


def _form(request: DeskRequest, now: datetime) -> BlockForm:
    return BlockForm(
        request.POST if request.method == "POST" else None,
        initial=block_initial(chosen_clinic(request), request.GET, now),
        clinics=request.desk.clinics,
        now=now,
    )
