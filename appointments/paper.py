"""Papers of visits as PDF. What is written on one is data: it never becomes source of the page."""

import json
from dataclasses import asdict
from pathlib import Path

import typst
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appointments.receipts import Receipt

FOLDER = Path(__file__).resolve().parent / "papers"


def receipt_pdf(receipt: Receipt) -> bytes:
    """A5, with fonts that come with the library: the same on every machine; some 10 ms."""
    words = {"total": _("Total pagado"), "made_with": _("Emitido con Doctobooking")}
    data = {**asdict(receipt), "words": words, "language": (get_language() or "es")[:2]}
    return _compile("receipt.typ", data)


def _compile(name: str, data: dict[str, object]) -> bytes:
    made = typst.compile(
        str(FOLDER / name),
        root=str(FOLDER),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(made)


def pdf_answer(receipt: Receipt) -> HttpResponse:
    """To look at, or to keep under its number."""
    answer = HttpResponse(receipt_pdf(receipt), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{receipt.file_name}"'
    return answer
