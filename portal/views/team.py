"""The doctor's reception: who works with the agenda of which consultorios."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.models import Assistant
from clinics.services.reception import (
    change_work,
    end_assistant,
    invite_again,
    invite_assistant,
)
from core.clock import current_time
from core.db import Refusal
from portal.desk import DeskRequest, doctor_page
from portal.team_forms import AssistantForm, WorkForm

FORMER = 20


@require_safe
@doctor_page
def team(request: DeskRequest) -> HttpResponse:
    """Who works here, who was invited, who left."""
    people = request.desk.doctor.assistants.select_related("user", "invitation")
    context = {
        "desk": request.desk,
        "assistants": people.current().prefetch_related("clinics").order_by("id"),
        "former": people.filter(ended_at__isnull=False).order_by("-ended_at")[:FORMER],
        "now": current_time(),
    }
    return render(request, "portal/team/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def team_new(request: DeskRequest) -> HttpResponse:
    """Invite somebody by e-mail."""
    desk, now = request.desk, current_time()
    form = AssistantForm(_data(request), clinics=desk.clinics)
    status = _status(request)
    if form.is_valid():
        data = form.cleaned_data
        try:
            invited = invite_assistant(
                doctor=desk.doctor, name=data["name"], email=data["email"],
                clinics=form.chosen, notices=data["notices"], by=request.user, now=now,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            text = _("Enviamos la invitación a %(email)s.")
            messages.success(request, text % {"email": invited.invitation.email})
            return redirect("portal:team")
    context = {"form": form, "desk": desk}
    return render(request, "portal/team/team_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def team_member(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """One assistant; a POST changes their clinics and what they are told."""
    assistant = _assistant(request, public_id)
    form = _work_form(request, assistant, data=_data(request))
    if form.is_valid():
        try:
            change_work(
                assistant=assistant, clinics=form.chosen, notices=form.cleaned_data["notices"],
                by=request.user, now=current_time(),
            )  # fmt: skip
        except Refusal as refusal:
            return _member(request, assistant, form, str(refusal), 409)
        messages.success(request, _("Guardamos los cambios."))
        return redirect("portal:team")
    return _member(request, assistant, form, status=_status(request))


@require_POST
@doctor_page
def team_resend(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Invite again: a new mail, whose link replaces the one before."""
    assistant = _assistant(request, public_id)
    try:
        invite_again(assistant=assistant, by=request.user, now=current_time())
    except Refusal as refusal:
        form = _work_form(request, assistant, data=None)
        return _member(request, assistant, form, str(refusal), 409)
    text = _("Enviamos otra vez la invitación a %(email)s.")
    messages.success(request, text % {"email": assistant.invitation.email})
    return redirect("portal:team")


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def team_end(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, and then end somebody's access, or call an invitation back."""
    people = request.desk.doctor.assistants.select_related("doctor", "user", "invitation")
    assistant = get_object_or_404(people, public_id=public_id)
    if request.method == "POST":
        end_assistant(assistant=assistant, by=request.user, now=current_time())
        text = _("%(name)s ya no puede ver su agenda.")
        messages.success(request, text % {"name": assistant.name})
    if request.method == "POST" or assistant.ended_at:
        return redirect("portal:team")
    return render(request, "portal/team/team_end.html", {"assistant": assistant})


def _data(request: DeskRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _status(request: DeskRequest) -> int:
    return 422 if request.method == "POST" else 200


def _assistant(request: DeskRequest, public_id: uuid.UUID) -> Assistant:
    people = request.desk.doctor.assistants.current().select_related("doctor", "user", "invitation")
    return get_object_or_404(people, public_id=public_id)


def _work_form(request: DeskRequest, assistant: Assistant, *, data: QueryDict | None) -> WorkForm:
    return WorkForm(
        data,
        clinics=request.desk.clinics,
        initial={
            "clinics": [str(clinic.public_id) for clinic in assistant.clinics.all()],
            "notices": assistant.notices,
        },
    )


def _member(
    request: DeskRequest,
    assistant: Assistant,
    form: WorkForm,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    now = current_time()
    context = {
        "assistant": assistant,
        "form": form,
        "refusal": refusal,
        "is_open": assistant.invitation.is_open(now),
        "now": now,
    }
    return render(request, "portal/team/team_member.html", context, status=status)
