"""A record as its doctor's pages show it: what became of an attempt to save, sign or amend it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from appointments.models import Appointment
from core.forms import Form
from core.templatetags.when import clock
from portal.desk import DeskRequest
from records.documents import lines_of
from records.enums import Role
from records.forms import (
    LOST,
    AmendmentForm,
    AttachmentForm,
    ConsultationForm,
    EndForm,
    FactForm,
    LookUpForm,
    SignForm,
    initial_of,
)
from records.looks import look_of
from records.models import Consultation, DiagnosisCode, Line
from records.queries import look_up
from records.refusals import RecordRefused
from records.services.accesses import Look
from records.services.amending import amend_consultation
from records.services.attaching import attach_file
from records.services.background import Known, end_fact, note_fact, open_background
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


def attach(visit: Appointment, form: AttachmentForm, look: Look) -> int:
    """The status of the answer; the form says what stood in the way."""
    if not form.is_valid():
        return INVALID
    file, shown = form.cleaned_data["file"], form.cleaned_data["is_for_patient"]
    return _tried(
        form, lambda: attach_file(visit=visit, file=file, is_for_patient=shown, look=look)
    )


def note(visit: Appointment, form: FactForm, look: Look) -> int:
    """The same for a line of background."""
    if not form.is_valid():
        return INVALID
    return _tried(form, lambda: note_fact(visit=visit, fact=form.said, look=look))


def end(visit: Appointment, line: Line, form: EndForm, look: Look) -> int:
    if not form.is_valid():
        return INVALID
    reason = form.cleaned_data["reason"]
    return _tried(form, lambda: end_fact(visit=visit, line=line, reason=reason, look=look))


def _tried(form: Form, act: Callable[[], object]) -> int:
    try:
        act()
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
    request: DeskRequest, context: dict[str, Any], reading: Reading | None, status: int = 200
) -> HttpResponse:
    """The form of a draft; after a conflict with the text that is kept beside it."""
    form: ConsultationForm = context["form"]
    kept = []
    if status == CONFLICT and reading is not None:
        kept = list(_kept(form, reading.consultation))
        form = on_top_of(form, version=reading.consultation.version)
    page = {**context, "form": form, "reading": reading, "kept": kept, "sought": LookUpForm()}
    page["known"] = known_of(request, context["visit"])
    return render(request, "portal/records/consultation.html", page, status=status)


def wants_codes(data: QueryDict) -> bool:
    """Enter in a field presses the first button, which looks for codes; without words it saves."""
    return "add" in data or (data.get("act") == "search" and bool(data.get("search", "").strip()))


def looked_up(request: DeskRequest, context: dict[str, Any]) -> HttpResponse:
    """The form as it was typed, with the codes that were looked for, or with the one that was
    chosen. Nothing is kept yet.
    """
    sought = LookUpForm(request.POST)
    wish = sought.cleaned_data if sought.is_valid() else {"search": "", "add": ""}
    chosen = DiagnosisCode.objects.filter(code=wish["add"]).first()
    page = {
        **context,
        "form": ConsultationForm.typed(request.POST, added=str(chosen or "")),
        "sought": LookUpForm() if chosen else sought,
        "results": None if chosen else look_up(wish["search"]),
    }
    page["known"] = known_of(request, context["visit"])
    status = 422 if sought.errors else 200
    return render(request, "portal/records/consultation.html", page, status=status)


def known_of(request: DeskRequest, visit: Appointment) -> list[Known]:
    look = look_of(request, Role.DOCTOR)
    return open_background(doctor=request.desk.doctor, patient=visit.patient, look=look)


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
