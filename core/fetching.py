"""Reads a web address that somebody else named: a public one only, and only so much of it.

Private, loopback, link-local and shared addresses are refused by where a name leads, not by how it
is written, and the connection goes to the very address that was looked at (requests-hardened).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

import requests
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from core.apart import TimeIsUp, time_limit

CHUNK = 16_384
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# To connect, and between two bytes; how long all of it may take is said by who asks.
PATIENCE = (5, 10)
SCHEMES = ("https", "http")
# What we unpack ourselves, a little at a time; a library would unpack a bomb first.
PACKED = frozenset({"gzip", "x-gzip", "deflate"})


class Failure(StrEnum):
    UNREACHABLE = "unreachable"
    NOT_PUBLIC = "not_public"
    DENIED = "denied"
    MISSING = "missing"
    REFUSED = "refused"
    REDIRECTS = "redirects"
    TOO_SLOW = "too_slow"
    TOO_BIG = "too_big"


class FetchFailed(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True)
class Fetched:
    """`body` is None where the server says that it is what we know already."""

    body: bytes | None
    etag: str = ""
    last_modified: str = ""


def fetch(
    address: str,
    *,
    seconds: float,
    most_bytes: int,
    accept: str = "*/*",
    etag: str = "",
    last_modified: str = "",
    allow_loopback: bool = False,
) -> Fetched:
    """GET `address`, or raise FetchFailed. Main thread only; `allow_loopback` is for tests."""
    asked = {
        "Accept": accept,
        "Accept-Encoding": "gzip",
        "If-None-Match": etag,
        "If-Modified-Since": last_modified,
    }
    headers = {name: value for name, value in asked.items() if value}
    try:
        with time_limit(seconds), _session(allow_loopback) as session:
            return _get(session, address, headers, most_bytes)
    except (TimeIsUp, requests.Timeout):
        raise FetchFailed(Failure.TOO_SLOW) from None
    except InvalidIPAddress:
        raise FetchFailed(Failure.NOT_PUBLIC) from None
    except (requests.RequestException, HTTPError, OSError, ValueError):
        # ValueError: hosts and headers that no library takes.
        raise FetchFailed(Failure.UNREACHABLE) from None


def _session(allow_loopback: bool) -> requests.Session:
    config = Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=allow_loopback,
        never_redirect=True,
        default_timeout=PATIENCE,
        user_agent_override="Doctobooking/1.0 (calendar)",
    )
    session: requests.Session = Manager(config).get_session()
    # Neither a proxy nor a password file of this machine is the stranger's business.
    session.trust_env = False
    return session


def _get(
    session: requests.Session, address: str, headers: dict[str, str], most_bytes: int
) -> Fetched:
    for _step in range(MOST_REDIRECTS + 1):
        _require_web(address)
        with session.get(address, headers=headers, stream=True) as answer:
            if answer.status_code in REDIRECTS and "Location" in answer.headers:
                address = _next(address, answer.headers["Location"])
                continue
            return _read(answer, headers, most_bytes)
    raise FetchFailed(Failure.REDIRECTS)


def _require_web(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise FetchFailed(Failure.REFUSED)


def _next(address: str, location: str) -> str:
    """Where a redirect leads; never from a private line to an open one."""
    target = urljoin(address, location)
    if urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https":
        raise FetchFailed(Failure.REFUSED)
    return target


def _read(answer: requests.Response, headers: dict[str, str], most_bytes: int) -> Fetched:
    status = answer.status_code
    if status == 304 and ("If-None-Match" in headers or "If-Modified-Since" in headers):
        return Fetched(None)
    if status in (401, 403, 407):
        raise FetchFailed(Failure.DENIED)
    if status in (404, 410):
        raise FetchFailed(Failure.MISSING)
    if status != 200:
        raise FetchFailed(Failure.REFUSED)
    body = bytearray()
    for piece in _pieces(answer):
        body += piece
        if len(body) > most_bytes:
            raise FetchFailed(Failure.TOO_BIG)
    return Fetched(
        bytes(body), answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
    )


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    raw = iter(lambda: answer.raw.read(CHUNK, decode_content=False), b"")
    if encoding in ("", "identity"):
        yield from raw
    elif encoding in PACKED:
        yield from _unpacked(raw)
    else:
        raise FetchFailed(Failure.REFUSED)


def _unpacked(raw: Iterator[bytes]) -> Iterator[bytes]:
    # gzip and zlib, told apart by how they begin.
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        for piece in raw:
            rest = piece
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, CHUNK)
                rest = unpacker.unconsumed_tail
    except zlib.error:
        raise FetchFailed(Failure.REFUSED) from None
    if not unpacker.eof:
        raise FetchFailed(Failure.REFUSED)
