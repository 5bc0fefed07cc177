"""A file of ICD-10 codes -> rows of DiagnosisCode."""

import csv
import re
from pathlib import Path

from records.models import CODE_SHAPE, DiagnosisCode

FILE = Path(__file__).resolve().parent.parent / "data" / "diagnoses.csv"
BATCH = 1000
DOTLESS = re.compile(r"^[A-Z][0-9]{2}[0-9A-Z]{1,4}$")


class BadFile(Exception):
    """With the line that cannot be read."""


def load_diagnoses(*, path: Path = FILE) -> int:
    """Add or correct the codes of a CSV file with the columns code, title and, if there are, words;
    others stay. «I109» is I10.9. Returns how many it has. Raises BadFile.
    """
    codes: dict[str, DiagnosisCode] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"code", "title"} <= set(reader.fieldnames or ()):
            raise BadFile("the first line must name the columns code and title")
        for row in reader:
            found = _row(row, reader.line_num)
            codes[found.code] = found
    DiagnosisCode.objects.bulk_create(
        codes.values(),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title", "words"],
    )
    return len(codes)


def _row(row: dict[str, str | None], number: int) -> DiagnosisCode:
    code = (row["code"] or "").strip().upper()
    if DOTLESS.match(code):
        code = f"{code[:3]}.{code[3:]}"
    title = (row["title"] or "").strip()
    if not re.match(CODE_SHAPE, code) or not 0 < len(title) <= 200:
        raise BadFile(f"line {number}: no code of ICD-10 with a title of up to 200 characters")
    return DiagnosisCode(code=code, title=title, words=(row.get("words") or "").strip()[:300])
