"""A mail's text -> what somebody wrote in it, without what they answer to. Pure.

What is cut here nobody will ever read. So a line is a quote's beginning only where it has what mail
programs write there (who, when, a colon, lines with «>»); where in doubt, it stays.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

SIGNATURE = re.compile(r"^-- ?$")
SENT_FROM = re.compile(
    r"^\s*(?:(?:Enviado desde mi|Sent from my)"
    r"(?:[\s.]+(?:iPhone|iPad|Android|Samsung|Galaxy|Huawei|Xiaomi|Redmi|Motorola|BlackBerry|Mail|"
    r"Yahoo|Outlook|celular|m.{1,2}vil|tel.{1,2}fono|smartphone|phone|mobile|device|dispositivo|"
    r"de|en|for|para)){1,6}[\s.]*$|(?:Get|Obtener) Outlook (?:for|para) .{2,60}$)",
    re.I,
)
# «El lun, 23 nov 2026 a las 9:00, Soporte (<...>) escribió:». Only in German the name comes last.
SAID_BY = re.compile(
    r"^\s*(?:(?:El|On|Em|Le) .{4,300}\b(?:escribi.{1,2}|wrote|escreveu|a .{1,2}crit)|"
    r"Am .{4,200} schrieb\b.{0,200})\s*:\s*$",
    re.I,
)
WHEN = re.compile(r"\b\d{4}\b|\b\d{1,2}[:.]\d{2}\b")
ADDRESS = re.compile(r"[<\[(][^<>\[\]()\s]{1,250}@[^<>\[\]()\s]{1,250}[>\])]")
SEPARATOR = re.compile(r"^\s*(?:_{20,}|-{2,}\s*(?:Original Message|Mensaje original)\s*-{2,})\s*$",
                       re.I)  # fmt: skip
FORWARDED = re.compile(r"^\s*-{2,}\s*(?:Forwarded message|Mensaje reenviado)\s*-{2,}\s*$", re.I)
# Outlook's forwards have the head of its answers: only the subject tells them apart.
HANDED_ON = re.compile(r"^\s*(?:RV|RE-?ENV|FWD?|WG|TR|ENC)\s*:", re.I)
# The head that Outlook puts over what it quotes.
SENDER = re.compile(r"^\s*\*?(?:De|From|Von)\s*:\*?\s+\S", re.I)
SENT = re.compile(
    r"^\s*\*?(?:Enviado(?: el)?|Enviada em|Sent|Fecha|Date|Data|Gesendet|Envoy.{1,2})\s*:\*?\s+\S",
    re.I,
)
HEADER = re.compile(
    r"^\s*\*?(?:Para|To|An|À|CC|Asunto|Assunto|Subject|Betreff|Objet|Responder a|Reply-To)\s*:",
    re.I,
)
# Longer lines are nobody's beginning of a quote, nor is what takes more lines.
LONGEST_MARK, MOST_LINES = 400, 3


def is_handed_on(subject: str) -> bool:
    """Whether a mail program began it so, for whoever forwards a mail: RV, FW and their like."""
    return bool(HANDED_ON.match(subject))


def is_forward_mark(line: str) -> bool:
    return bool(FORWARDED.match(line[:LONGEST_MARK]))


def without_quotes(text: str) -> str:
    """Also without a signature. Where nothing would be left, all of it."""
    lines = _lines(text)
    return _tidy(_own_lines(lines)) or _tidy(lines)


def with_quotes(text: str) -> str:
    return _tidy(_lines(text))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _tidy(lines: Sequence[str] | Iterator[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_printable(line).rstrip() for line in lines)).strip()


def _own_lines(lines: Sequence[str]) -> Iterator[str]:
    number = 0
    while number < len(lines):
        line = lines[number]
        if is_forward_mark(line):
            # Whoever hands something on wants it read.
            yield from lines[number:]
            return
        if SIGNATURE.match(line) or _is_head(lines, number):
            return
        said_by = _said_by(lines, number)
        if said_by and not _is_marked(lines, number + said_by):
            return
        if not said_by and not line.lstrip().startswith(">") and not SENT_FROM.match(line):
            yield line
        # Some answer below what they quote, or between its lines.
        number += said_by or 1


def _said_by(lines: Sequence[str], number: int) -> int:
    """How many lines say there whose words follow; 0 where none does."""
    for size in range(1, MOST_LINES + 1):
        said = lines[number : number + size]
        if len(said) < size or not said[-1].strip() or said[-1].lstrip().startswith(">"):
            return 0
        mark = " ".join(line.strip() for line in said)
        if len(mark) > LONGEST_MARK:
            return 0
        if SAID_BY.match(mark):
            follows = _is_marked(lines, number + size)
            named = bool(ADDRESS.search(mark) and WHEN.search(mark))
            return size if follows or named else 0
    return 0


def _is_marked(lines: Sequence[str], number: int) -> bool:
    """Whether what follows has «>» before it."""
    return next(_following(lines, number), "").lstrip().startswith(">")


def _is_head(lines: Sequence[str], number: int) -> bool:
    """Outlook's: who, when, to whom, about what; with a line before it, or without."""
    if SEPARATOR.match(lines[number][:LONGEST_MARK]):
        sender = next(_following(lines, number + 1), "")
        is_spelt = bool(ADDRESS.search(sender[:LONGEST_MARK]) or "-" in lines[number])
        return bool(SENDER.match(sender)) and is_spelt
    if not SENDER.match(lines[number]):
        return False
    head = lines[number + 1 : number + 7]
    count = next((n for n, line in enumerate(head) if not (SENT.match(line) or HEADER.match(line))),
                 len(head))  # fmt: skip
    is_dated = any(SENT.match(line) for line in head[:count])
    return is_dated and (count >= 3 or bool(ADDRESS.search(lines[number][:LONGEST_MARK])))


def _following(lines: Sequence[str], number: int) -> Iterator[str]:
    """What is not empty of the next few lines."""
    return (line for line in lines[number : number + 4] if line.strip())


def _printable(line: str) -> str:
    """Without what no keyboard types (core.forms.plain_text)."""
    return "".join(c for c in line if c == "\t" or unicodedata.category(c) not in ("Cc", "Cs"))
