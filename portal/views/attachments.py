"""Documents of a record: added and taken away by its doctor, downloaded by who may read it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.consultations import attach
from portal.desk import DeskRequest, doctor_page
from records.enums import Role
from records.forms import AttachmentForm
from records.looks import download, look_of
from records.queries import readable_attachments
from records.refusals import RecordRefused
from records.services.attaching import detach_file
from records.services.reading import open_attachment
from records.services.writing import may_record


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def attachment_add(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    visit = get_object_or_404(request.desk.visits.with_people(), public_id=public_id)
    look = look_of(request, Role.DOCTOR)
    if not may_record(visit, look.at) and not visit.consultations.signed().exists():
        return redirect("portal:visit", public_id)
    sent = request.method == "POST"
    form = AttachmentForm(request.POST, request.FILES) if sent else AttachmentForm()
    status = attach(visit, form, look) if sent else 200
    if status == 302:
        messages.success(request, _("El documento está adjunto."))
        return redirect("portal:consultation", public_id)
    context = {"desk": request.desk, "visit": visit, "form": form}
    return render(request, "portal/records/attachment_add.html", context, status=status)


@require_safe
@doctor_page
def attachment(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Of one's own record, or of one that the patient shares."""
    doctor, look = request.desk.doctor, look_of(request, Role.DOCTOR)
    found = get_object_or_404(readable_attachments(doctor, look.at), public_id=public_id)
    if found.consultation.visit.doctor_id != doctor.pk:
        look = look_of(request, Role.SHARED)
    return download(open_attachment(attachment=found, look=look), found.said)


@require_POST
@doctor_page
def attachment_remove(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """From a draft."""
    doctor, look = request.desk.doctor, look_of(request, Role.DOCTOR)
    own = readable_attachments(doctor, look.at).filter(consultation__visit__doctor=doctor)
    found = get_object_or_404(own, public_id=public_id)
    try:
        detach_file(attachment=found, look=look)
    except RecordRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Quitamos el documento."))
    return redirect("portal:consultation", found.consultation.visit.public_id)
