"""What browsers tell of pages that tried what our Content-Security-Policy forbids (adr/0046).

Anybody can send anything here. Of a report the directive, the host that was blocked and the name
of our page's route become a log line: addresses hold keys of links and what people look for.
"""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.clock import current_time
from core.limits import count_from_here

logger = logging.getLogger(__name__)
KINDS = ("application/csp-report", "application/reports+json")
MAX_BYTES, MOST = 64_000, 5
DIRECTIVE = re.compile(r"[a-z-]{1,40}")
HOST = re.compile(r"[a-z0-9.:-]{1,253}")
# What is blocked without an address.
WORDS = frozenset({"inline", "eval", "wasm-eval", "self", "data", "blob", "filesystem"})
WEB = frozenset({"http", "https", "ws", "wss"})


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """204 for a report, also for one that says nothing of use; no browser reads the answer."""
    if request.content_type not in KINDS:
        return HttpResponse(status=415)
    now = current_time()
    count = count_from_here(request, "csp-reports", now=now, seconds=60)
    if count > settings.CSP_REPORTS_PER_ADDRESS:
        return HttpResponse(status=429)
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return HttpResponse(status=413)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for line in list(_lines(said))[:MOST]:
        logger.warning("content security policy violated", extra=line)
    return HttpResponse(status=204)


def _lines(said: Any) -> Iterator[dict[str, str]]:
    """A line for each violation: browsers have two ways to write it."""
    if isinstance(said, dict):
        old = said.get("csp-report")
        yield from _line(old, ("effective-directive", "violated-directive"), "blocked-uri",
                         "document-uri")  # fmt: skip
        return
    for one in said if isinstance(said, list) else ():
        if isinstance(one, dict) and one.get("type") == "csp-violation":
            yield from _line(one.get("body"), ("effectiveDirective",), "blockedURL", "documentURL")


def _line(
    body: Any, directives: tuple[str, ...], blocked: str, page: str
) -> Iterator[dict[str, str]]:
    """None for what names no directive, and for what an extension of the browser did."""
    if not isinstance(body, dict):
        return
    said = next((str(body[name]) for name in directives if body.get(name)), "")
    directive = DIRECTIVE.fullmatch(said.partition(" ")[0])
    host = _host(str(body.get(blocked, "")))
    if directive and not host.endswith("-extension:"):
        yield {"directive": directive[0], "blocked": host, "page": _route(str(body.get(page, "")))}


def _host(address: str) -> str:
    """A host, «data:», or a word of WORDS; never a path. "" of what is none of these."""
    if address in WORDS:
        return address
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme in WEB:
        return host if HOST.fullmatch(host) else ""
    return f"{parts.scheme}:" if DIRECTIVE.fullmatch(parts.scheme) else ""


def _route(address: str) -> str:
    """The name of our page's route; "" of pages that we do not have."""
    try:
        return resolve(urlsplit(address).path).view_name
    except (ValueError, Resolver404):
        return ""
