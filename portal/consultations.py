"""A record as its doctor's pages show it: what became of an attempt to save, sign or amend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from appointments.models import Appointment
from core.templatetags.when import clock
from records.documents import lines_of
from records.forms import LOST, AmendmentForm, ConsultationForm, SignForm, initial_of
from records.models import Consultation
from records.refusals import RecordRefused
from records.services.accesses import Look
from records.services.amending import amend_consultation
from records.services.reading import Reading
from records.services.writing import save_draft, sign_consultation

DONE, INVALID, CONFLICT = 302, 422, 409


@dataclass(frozen=True)
class Attempt:
    """`status` is the HTTP answer; `sentence` what stood in the way, for who sees no form."""

    status: int
    sentence: str = ""
    consultation: Consultation | None = None


def save(visit: Appointment, form: ConsultationForm, look: Look) -> Attempt:
    if not form.is_valid():
        return Attempt(INVALID, _("Sin guardar: hay un dato por corregir."))
    data = form.cleaned_data
    try:
        saved = save_draft(
            visit=visit, said=form.said, shows_diagnoses=data["shows_diagnoses"],
            version=data["version"], look=look,
        )  # fmt: skip
    except RecordRefused as refusal:
        form.add_error(None, str(refusal))
        return Attempt(refusal.status, str(refusal))
    return Attempt(DONE, consultation=saved)


def sign(visit: Appointment, form: SignForm, look: Look) -> int:
    """The status of the answer; the form says what stood in the way."""
    if not form.is_valid():
        form.add_error(None, str(LOST))
        return INVALID
    try:
        sign_consultation(visit=visit, version=form.cleaned_data["version"], look=look)
    except RecordRefused as refusal:
        form.add_error(None, str(refusal))
        return refusal.status
    return DONE


def amend(visit: Appointment, form: AmendmentForm, look: Look) -> int:
    """The status of the answer; the form says what stood in the way."""
    if not form.is_valid():
        return INVALID
    data = form.cleaned_data
    try:
        amend_consultation(
            visit=visit, said=form.said, shows_diagnoses=data["shows_diagnoses"],
            number=data["number"], look=look,
        )  # fmt: skip
    except RecordRefused as refusal:
        form.add_error(None, str(refusal))
        return refusal.status
    return DONE


def on_top_of(form: Any, **marks: int) -> Any:
    """The same answers and complaints, as if written on the page of now."""
    data = form.data.copy()
    data.update(marks)
    twin = type(form)(data)
    for sentence in form.non_field_errors():
        twin.add_error(None, sentence)
    return twin


def form_page(
    request: HttpRequest, context: dict[str, Any], reading: Reading | None, status: int = 200
) -> HttpResponse:
    """The form of a draft; after a conflict with the text that is kept beside it."""
    form: ConsultationForm = context["form"]
    kept = []
    if status == CONFLICT and reading is not None:
        kept = list(_kept(form, reading.consultation))
        form = on_top_of(form, version=reading.consultation.version)
    page = {**context, "form": form, "reading": reading, "kept": kept}
    return render(request, "portal/records/consultation.html", page, status=status)


def saved_words(consultation: Consultation, visit: Appointment) -> str:
    return _("Borrador guardado a las %(clock)s.") % {
        "clock": clock(consultation.saved_at, visit.zone)
    }


def _kept(form: ConsultationForm, consultation: Consultation) -> Iterator[tuple[Any, str]]:
    """(label, text) of each field that is kept otherwise than it is written here."""
    typed = dict(form.cleaned_data)
    typed["diagnoses"] = lines_of(typed["diagnoses"])
    for name, text in initial_of(consultation).items():
        if isinstance(text, str) and typed[name] != text:
            yield form.fields[name].label, text
