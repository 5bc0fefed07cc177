"""A mail as it came (RFC 5322) -> what somebody wrote. Pure: no Django, no database.

Strangers choose every byte: what cannot be read is refused as a whole, and nothing is followed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser

from support.quotes import is_forward_mark, is_handed_on, with_quotes, without_quotes

MOST_PARTS = 100
MOST_HEADERS = 20_000
MOST_TEXT = 100_000
MOST_HTML = 40_000
MOST_ADDRESSES = 50
TO_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
SILENT = frozenset({"script", "style", "head", "title", "noscript", "template"})
BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "table", "ul", "ol",
                    "blockquote"})  # fmt: skip
VOID = frozenset({"br", "img", "hr", "meta", "link", "input"})
# What opens no tag; the library would look for its end again and again.
LOOSE = re.compile(r"<(?![^<>]{1,2000}>)")
AUTOMATIC = {"bulk", "junk", "list", "auto_reply"}


class Unfit(Exception):
    """It is no mail that can be read."""


@dataclass(frozen=True)
class Mail:
    """`sender` is "" where nobody is to be answered: a bounce. `text` is what is new in it;
    `is_cut`: it was longer than what is read.
    """

    message_id: str
    sender: str
    name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    is_cut: bool
    files: tuple[tuple[str, bytes], ...]
    is_automatic: bool


def read_mail(raw: bytes) -> Mail:
    """Raises Unfit."""
    try:
        return _read(raw)
    # The library meets broken mails with nearly any kind of error.
    except Unfit:
        raise
    except Exception as error:
        raise Unfit(type(error).__name__) from error


def _read(raw: bytes) -> Mail:
    _check_size(raw)
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    if not (found.get("From") and found.get("Message-ID")):
        raise Unfit("no sender or no Message-ID")
    parts = [p for p in found.walk() if isinstance(p, EmailMessage) and not p.is_multipart()]
    name, sender = _first_address(found, "From")
    subject = _line(found.get("Subject", ""), 500)
    text, is_cut = _new_text(parts, is_whole=is_handed_on(subject))
    recipients = getaddresses([str(v) for h in TO_HEADERS for v in found.get_all(h, [])])
    return Mail(
        message_id=_line(found.get("Message-ID", ""), 500),
        sender=sender,
        name=name,
        recipients=tuple(address.lower() for _name, address in recipients[:MOST_ADDRESSES]),
        subject=subject,
        text=text,
        is_cut=is_cut,
        files=tuple(_files(parts)),
        is_automatic=_is_automatic(found, sender),
    )


def _check_size(raw: bytes) -> None:
    """The reader that understands headers takes its time with long ones: first another one."""
    signs = 0
    for number, part in enumerate(message_from_bytes(raw, policy=policy.compat32).walk()):
        signs += sum(len(name) + len(str(value)) for name, value in part.raw_items())
        if number >= MOST_PARTS or signs > MOST_HEADERS:
            raise Unfit("too many parts, or too long headers")


def _first_address(found: EmailMessage, header: str) -> tuple[str, str]:
    name, address = (getaddresses([str(found.get(header, ""))]) or [("", "")])[0]
    return _line(name, 120), _line(address, 254).lower()


def _line(value: object, most: int) -> str:
    return " ".join("".join(c for c in str(value) if c.isprintable() or c == " ").split())[:most]


def _is_automatic(found: EmailMessage, sender: str) -> bool:
    """Bounces, answers of machines, lists: whoever answers them starts a loop."""
    auto = str(found.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    return (
        auto != "no"
        or str(found.get("Precedence", "")).strip().lower() in AUTOMATIC
        or str(found.get("Return-Path", "")).strip() == "<>"
        or found.get_content_type() in ("multipart/report", "message/delivery-status")
        or any(found.get(name) for name in ("List-Id", "X-Autoreply", "X-Autorespond"))
        or sender.partition("@")[0] in ("", "mailer-daemon", "postmaster")
    )


# Text ---------------------------------------------------------------------------------------------


def _new_text(parts: list[EmailMessage], *, is_whole: bool) -> tuple[str, bool]:
    """The plain part; of mails that have none, what their HTML says. And whether it went on.
    `is_whole`: with what it quotes, since whoever hands something on wants it read.
    """
    texts, is_cut = [part for part in parts if not _is_file(part)], False
    for kind, read in (("text/plain", _plain), ("text/html", _read_html)):
        for part in texts:
            if part.get_content_type() == kind:
                text, is_longer = read(str(part.get_content()), is_whole)
                own = with_quotes(text) if is_whole else without_quotes(text)
                if own:
                    # What is missing of a quote, nobody misses.
                    return own, is_longer and text.rstrip().endswith(own[-20:])
                is_cut = is_cut or is_longer
    return "", is_cut


def _plain(text: str, _is_whole: bool = False) -> tuple[str, bool]:
    return text[:MOST_TEXT], len(text) > MOST_TEXT


def text_of_html(html: str) -> str:
    return _read_html(html)[0]


def _read_html(html: str, is_whole: bool = False) -> tuple[str, bool]:
    """Without what it quotes; with it where `is_whole`, and of a mail that says nothing else."""
    for with_quoted in (is_whole, True):
        reader = _Reader(with_quoted)
        reader.feed(LOOSE.sub("&lt;", html[:MOST_HTML]))
        reader.close()
        if reader.text.strip():
            break
    ends_in_quote = reader.silent and reader.text.strip()
    return reader.text, len(html) > MOST_HTML and not ends_in_quote


class _Reader(HTMLParser):
    """`is_whole` reads quotes, too. What only looks like one, a <blockquote> that no mail program
    made, or is handed on, is read in any case.
    """

    def __init__(self, is_whole: bool) -> None:
        super().__init__()
        self.is_whole = is_whole
        self.texts: list[str] = []
        self.silent: list[str] = []
        # In a quote of Gmail's that has said nothing yet: its forwards are wrapped like its quotes.
        self.may_be_handed_on = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        is_gmails = "gmail_quote" in (said.get("class") or "")
        is_quote = is_gmails or (tag == "blockquote" and (said.get("type") or "").lower() == "cite")
        is_hidden = tag in SILENT or (is_quote and not self.is_whole)
        if (is_hidden or self.silent) and tag not in VOID:
            self.may_be_handed_on = self.may_be_handed_on or (is_gmails and not self.silent)
            self.silent.append(tag)
        elif tag in BREAKS and not self.silent:
            self.texts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            while self.silent.pop() != tag:
                pass
            self.may_be_handed_on = self.may_be_handed_on and bool(self.silent)

    def handle_data(self, data: str) -> None:
        if self.may_be_handed_on and data.strip() and self.silent[-1] not in SILENT:
            self.may_be_handed_on = False
            if is_forward_mark(" ".join(data.split())):
                # With what it quotes itself, as quotes.py leaves it.
                self.is_whole = True
                self.silent.clear()
                self.texts.append("\n")
        if not self.silent:
            self.texts.append(data.replace("\n", " "))

    @property
    def text(self) -> str:
        return "\n".join(" ".join(line.split()) for line in "".join(self.texts).split("\n"))


# Files --------------------------------------------------------------------------------------------


def _is_file(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _files(parts: list[EmailMessage]) -> Iterator[tuple[str, bytes]]:
    for part in parts:
        content = part.get_payload(decode=True) if _is_file(part) else None
        if isinstance(content, bytes) and content:
            yield _line(part.get_filename() or "", 200), content
