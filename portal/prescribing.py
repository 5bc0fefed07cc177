"""A prescription as its doctor's pages show it: what became of an attempt to issue or to keep."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from appointments.models import Appointment
from portal.desk import DeskRequest
from prescriptions.documents import Content
from prescriptions.forms import PrescriptionForm, Sheet, TemplateForm
from prescriptions.models import Prescription, PrescriptionTemplate
from prescriptions.paper import paper_of
from prescriptions.refusals import NotPrescribable, PrescriptionRefused
from prescriptions.services.issuing import issue_prescription, preview_of, why_not
from prescriptions.services.reading import earlier_ones, open_prescription
from prescriptions.services.templates import save_template, templates_of
from records.enums import Act
from records.services.accesses import Look
from records.services.background import open_background

# Buttons that judge nothing: a line more, a line less, back from the last look.
CHANGES = ("add", "edit", "remove-")


def form_page(request: DeskRequest, visit: Appointment, look: Look) -> HttpResponse:
    """To be written: empty, or filled with a template or an earlier prescription."""
    refusal = why_not(visit, look)
    if isinstance(refusal, NotPrescribable):
        return redirect("portal:visit", visit.public_id)
    sheet = Sheet.of(PrescriptionForm, _filled(request, visit, look))
    return sheet_page(request, visit, sheet, look, refusal=refusal)


def answer_form(request: DeskRequest, visit: Appointment, look: Look) -> HttpResponse:
    """Another line, the last look, or the prescription."""
    act = request.POST.get("act", "")
    if act.startswith(CHANGES):
        return sheet_page(request, visit, Sheet.typed(PrescriptionForm, request.POST, act), look)
    sheet = Sheet.bound(PrescriptionForm, request.POST)
    if not sheet.is_valid():
        return sheet_page(request, visit, sheet, look, status=422)
    if act != "issue":
        return _last_look(request, visit, sheet, look)
    try:
        issued = issue_prescription(visit=visit, order=sheet.order, look=look)
    except PrescriptionRefused as refused:
        sheet.head.add_error(None, str(refused))
        return sheet_page(request, visit, sheet, look, status=refused.status)
    messages.success(request, _("La receta está emitida. Avisamos al paciente."))
    return redirect("portal:prescription", visit.public_id, issued.public_id)


def sheet_page(
    request: DeskRequest,
    visit: Appointment,
    sheet: Sheet,
    look: Look,
    status: int = 200,
    refusal: PrescriptionRefused | None = None,
) -> HttpResponse:
    assert visit.patient is not None
    mine = Prescription.objects.of_doctor(request.desk.doctor, visit.patient)
    context: dict[str, Any] = {
        "desk": request.desk,
        "visit": visit,
        "sheet": sheet,
        "refusal": refusal,
        # What somebody is allergic to stands where medicines are written.
        "known": open_background(doctor=request.desk.doctor, patient=visit.patient, look=look),
        "templates": templates_of(request.desk.doctor),
        "earlier": earlier_ones(mine),
    }
    page = "portal/prescriptions/prescription_new.html"
    return render(request, page, context, status=status)


def answer_template(
    request: DeskRequest, template: PrescriptionTemplate | None, look: Look
) -> HttpResponse:
    """A new one where `template` is None."""
    act = request.POST.get("act", "")
    if act.startswith(CHANGES):
        return template_page(request, template, Sheet.typed(TemplateForm, request.POST, act))
    sheet = Sheet.bound(TemplateForm, request.POST)
    if not sheet.is_valid():
        return template_page(request, template, sheet, status=422)
    doctor = request.desk.doctor
    try:
        save_template(doctor=doctor, said=sheet.named, now=look.at, template=template)
    except PrescriptionRefused as refused:
        sheet.head.add_error(None, str(refused))
        return template_page(request, template, sheet, status=refused.status)
    messages.success(request, _("Guardamos la plantilla."))
    return redirect("portal:prescription_templates")


def template_page(
    request: DeskRequest, template: PrescriptionTemplate | None, sheet: Sheet, status: int = 200
) -> HttpResponse:
    context = {"desk": request.desk, "template": template, "sheet": sheet}
    page = "portal/prescriptions/prescription_template.html"
    return render(request, page, context, status=status)


def earlier_content(request: DeskRequest, wanted: str, look: Look) -> Content:
    """Of one that this doctor issued; it is a look at it. Raises Http404."""
    mine = Prescription.objects.filter(visit__in=request.desk.visits).with_visits()
    found = get_object_or_404(mine, public_id=_id(wanted))
    return open_prescription(prescription=found, act=Act.RX_READ, look=look).said.content


def _filled(request: DeskRequest, visit: Appointment, look: Look) -> Content:
    if wanted := request.GET.get("plantilla"):
        rows = PrescriptionTemplate.objects.filter(doctor=request.desk.doctor)
        return get_object_or_404(rows, public_id=_id(wanted)).said.content
    if wanted := request.GET.get("repetir"):
        assert visit.patient is not None
        mine = Prescription.objects.of_doctor(request.desk.doctor, visit.patient)
        get_object_or_404(mine.unopened(), public_id=_id(wanted))
        return earlier_content(request, wanted, look)
    return Content()


def _last_look(request: DeskRequest, visit: Appointment, sheet: Sheet, look: Look) -> HttpResponse:
    """Exactly what will be printed. What stands in the way is said now."""
    if (refusal := why_not(visit, look)) is not None:
        sheet.head.add_error(None, str(refusal))
        return sheet_page(request, visit, sheet, look, status=refusal.status)
    paper = paper_of(preview_of(visit, sheet.order, look), now=look.at)
    known = open_background(doctor=request.desk.doctor, patient=visit.patient, look=look)
    context = {
        "desk": request.desk, "visit": visit, "sheet": sheet, "paper": paper, "known": known,
    }  # fmt: skip
    return render(request, "portal/prescriptions/prescription_review.html", context)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
