"""A legal text as blocks for a page: its file has paragraphs, «## » titles and «- » lists."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from accounts.legal import LegalText, Version

FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Block:
    kind: str
    lines: tuple[str, ...]


def source_of(text: LegalText, version: Version, language: str) -> Path:
    return FOLDER / language / f"{text.value}-{version.number}.md"


@cache
def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks_of(text: LegalText, version: Version, language: str) -> list[Block]:
    """In Spanish where a language is not there: the text that binds."""
    path = source_of(text, version, language)
    written = _source(path if path.exists() else source_of(text, version, settings.LANGUAGE_CODE))
    names = {
        "company": settings.COMPANY_NAME,
        "address": settings.COMPANY_ADDRESS,
        "contact": settings.PRIVACY_EMAIL,
        "dpo": settings.DPO_NAME,
    }
    return [block for part in written.split("\n\n") for block in _blocks(part.format_map(names))]


def _blocks(part: str) -> list[Block]:
    lines = [line for line in part.splitlines() if line]
    found = []
    if lines and lines[0].startswith("## "):
        found.append(Block("title", (lines.pop(0).removeprefix("## "),)))
    if lines and lines[0].startswith("- "):
        found.append(Block("list", tuple(line.removeprefix("- ") for line in lines)))
    elif lines:
        found.append(Block("paragraph", (" ".join(lines),)))
    return found
