"""A prescription in words, for the page and for the paper alike; the paper as PDF, by typst."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import segno
import typst
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.templatetags.when import age_on
from prescriptions.documents import Medicine
from prescriptions.enums import State
from prescriptions.models import Prescription
from prescriptions.words import dose_in_words, repeats_in_words, route_in_words

FOLDER = Path(__file__).resolve().parent / "papers"
# What a pharmacy reads, whatever the doctor's or the patient's pages speak.
LANGUAGE = "es"
DATE_PARTS = ("year", "month", "day")


@dataclass(frozen=True)
class Line:
    name: str
    presentation: str
    dose: str
    route: str
    quantity: str
    notes: str


@dataclass(frozen=True)
class Paper:
    """`mark` says that it is worth nothing any more; `code` is empty before it is issued."""

    doctor: str
    licence: str
    clinic: Sequence[str]
    patient: str
    age: str
    issued_on: str
    valid_until: str
    repeats: str
    lines: Sequence[Line]
    instructions: str
    code: str
    mark: str


def paper_of(prescription: Prescription, *, now: datetime) -> Paper:
    """Of one that came with its visit, in the active language."""
    heading, content = prescription.said.heading, prescription.said.content
    born = date.fromisoformat(heading.born_on) if heading.born_on else None
    state = prescription.state_at(now)
    return Paper(
        doctor=heading.doctor,
        licence=heading.licence,
        clinic=heading.clinic,
        patient=heading.patient,
        age=age_on(born, prescription.issued_on) if born else "",
        issued_on=date_format(prescription.issued_on),
        valid_until=date_format(prescription.valid_until),
        repeats=repeats_in_words(prescription.repeats),
        lines=[_line(one) for one in content.medicines],
        instructions=content.instructions,
        code=prescription.said.code,
        mark="" if state == State.VALID else str(state.label).upper(),
    )


def check_address(code: str = "") -> str:
    """Where anybody checks a code; with one, the answer is there at once."""
    address = str(settings.SITE_URL) + reverse("prescriptions:verify")
    return f"{address}?{urlencode({'codigo': code})}" if code else address


def prescription_pdf(prescription: Prescription, *, now: datetime) -> bytes:
    """A5 and PDF/A-2b, with fonts that come with the library: the same on every machine."""
    with translation.override(LANGUAGE):
        paper = paper_of(prescription, now=now)
        data = {
            **asdict(paper),
            "words": _words(paper),
            "language": LANGUAGE,
            "day": {part: getattr(prescription.issued_on, part) for part in DATE_PARTS},
            "check": check_address().partition("://")[2],
            "qr": _qr(paper.code),
        }
    try:
        return _compile(data, "a-2b")
    except typst.TypstError:
        # What is for the archives has no sign that its fonts lack: an emoji, a name in Chinese.
        return _compile(data)


def _compile(data: dict[str, object], standard: Literal["a-2b"] | None = None) -> bytes:
    made = typst.compile(
        str(FOLDER / "prescription.typ"),
        root=str(FOLDER),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=standard,
    )
    return bytes(made)


def pdf_answer(prescription: Prescription, *, now: datetime) -> HttpResponse:
    """To be kept under its day: the name tells nothing of the patient."""
    answer = HttpResponse(prescription_pdf(prescription, now=now), content_type="application/pdf")
    name = f"receta-{prescription.issued_on:%Y-%m-%d}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store, private"
    return answer


def _line(medicine: Medicine) -> Line:
    return Line(
        name=medicine.name,
        presentation=medicine.presentation,
        dose=dose_in_words(medicine),
        route=route_in_words(medicine),
        quantity=medicine.quantity,
        notes=medicine.notes,
    )


def _words(paper: Paper) -> dict[str, str]:
    return {
        "title": _("Receta"),
        "licence": f"{_('Registro')} {paper.licence}",
        "patient": _("Paciente"),
        "age": _("Edad"),
        "date": _("Fecha"),
        "valid": _("Válida hasta el %(day)s.") % {"day": paper.valid_until},
        "quantity": _("Cantidad"),
        "instructions": _("Indicaciones"),
        "signature": _("Firma y sello"),
        "code": _("Código"),
        "check": _("Compruebe la receta en"),
    }


def _qr(code: str) -> str:
    return str(segno.make(check_address(code), error="m").svg_inline(border=0))
