"""Tables for spreadsheets: what somebody typed stays text there, whatever it begins with."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.http import HttpResponse

from core.templatetags.when import DECIMAL_POINT, spoken_language

BOM = "\ufeff"
# A spreadsheet takes what begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """Amounts with the comma or point of the reader's language; texts that cannot be formulas."""
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", DECIMAL_POINT[spoken_language()])
    text = str("" if value is None else value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def sheet(name: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """UTF-8 with its mark, and «;» between cells: what a spreadsheet in Spanish opens at once."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell(value) for value in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    answer = HttpResponse(BOM + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
