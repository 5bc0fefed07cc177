"""The doctor's opinions: read, answered once, reported, appealed. Reception has no part in it."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import current_time
from core.db import Refusal
from doctors.models import Doctor
from portal.consultorios import posted, status_of
from portal.desk import DeskRequest, doctor_page
from portal.opinions import opinions_on, rows_of
from reviews.forms import AppealForm, ReplyForm
from reviews.queries import facts_of, last_decision, with_facts
from reviews.services.replying import edit_reply, reply_to_review
from reviews.services.reporting import appeal_decision

GET_OR_POST = ["GET", "HEAD", "POST"]
PAGE_SIZE = 20


@require_safe
@doctor_page
def opinions(request: DeskRequest) -> HttpResponse:
    doctor = request.desk.doctor
    page = Paginator(opinions_on(doctor), PAGE_SIZE).get_page(request.GET.get("pagina"))
    context = {
        "desk": request.desk,
        "facts": facts_of(with_facts(Doctor.objects.filter(pk=doctor.pk)).get()),
        "page": page,
        "rows": rows_of(page, current_time()),
    }
    return render(request, "portal/opinions/opinions.html", context)


@require_http_methods(GET_OR_POST)
@doctor_page
def opinion_reply(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Answer, or edit the answer."""
    review = get_object_or_404(opinions_on(request.desk.doctor).shown(), public_id=public_id)
    given = getattr(review, "reply", None)
    form = ReplyForm(posted(request), initial={"text": given.text if given else ""})
    status = status_of(form)
    if form.is_valid():
        write = edit_reply if given else reply_to_review
        text, now = form.cleaned_data["text"], current_time()
        try:
            write(review=review, text=text, actor=request.user, now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Su respuesta está publicada."))
            return redirect("portal:opinions")
    context = {"desk": request.desk, "review": review, "given": given, "form": form}
    return render(request, "portal/opinions/opinion_reply.html", context, status=status)


@require_http_methods(GET_OR_POST)
@doctor_page
def opinion_appeal(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask for another look at what was decided."""
    review = get_object_or_404(opinions_on(request.desk.doctor), public_id=public_id)
    decision = last_decision(review)
    if decision is None:
        raise Http404
    form = AppealForm(posted(request))
    status = status_of(form)
    if form.is_valid():
        text, now = form.cleaned_data["text"], current_time()
        try:
            appeal_decision(decision=decision, text=text, by=request.user, now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Recibimos su reclamo. El equipo le responderá."))
            return redirect("portal:opinions")
    context = {"desk": request.desk, "review": review, "decision": decision, "form": form}
    return render(request, "portal/opinions/opinion_appeal.html", context, status=status)
