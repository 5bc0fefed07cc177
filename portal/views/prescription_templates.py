"""The doctor's own templates of prescriptions."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.desk import DeskRequest, doctor_page
from portal.prescribing import answer_template, earlier_content, template_page
from prescriptions.documents import Content
from prescriptions.forms import Sheet, TemplateForm
from prescriptions.models import PrescriptionTemplate
from prescriptions.services.templates import delete_template, templates_of
from records.enums import Role
from records.looks import look_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@doctor_page
def prescription_templates(request: DeskRequest) -> HttpResponse:
    context = {"desk": request.desk, "templates": templates_of(request.desk.doctor)}
    return render(request, "portal/prescriptions/prescription_templates.html", context)


@require_http_methods(GET_OR_POST)
@doctor_page
def prescription_template_new(request: DeskRequest) -> HttpResponse:
    """`?receta=` fills it with what a prescription says."""
    look = look_of(request, Role.DOCTOR)
    if request.method == "POST":
        return answer_template(request, None, look)
    wanted = request.GET.get("receta")
    content = earlier_content(request, wanted, look) if wanted else Content()
    return template_page(request, None, Sheet.of(TemplateForm, content))


@require_http_methods(GET_OR_POST)
@doctor_page
def prescription_template(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    template = _own(request, public_id)
    if request.method == "POST":
        return answer_template(request, template, look_of(request, Role.DOCTOR))
    said = template.said
    return template_page(request, template, Sheet.of(TemplateForm, said.content, name=said.name))


@require_http_methods(GET_OR_POST)
@doctor_page
def prescription_template_delete(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    template = _own(request, public_id)
    if request.method == "POST":
        delete_template(template=template)
        messages.success(request, _("Borramos la plantilla."))
        return redirect("portal:prescription_templates")
    context = {"desk": request.desk, "template": template}
    return render(request, "portal/prescriptions/prescription_template_delete.html", context)


def _own(request: DeskRequest, public_id: uuid.UUID) -> PrescriptionTemplate:
    rows = PrescriptionTemplate.objects.filter(doctor=request.desk.doctor)
    return get_object_or_404(rows, public_id=public_id)
