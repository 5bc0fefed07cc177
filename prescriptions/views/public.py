"""Anybody checks a code: a pharmacy, with the paper in hand."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import current_time
from prescriptions.checking import check_code
from prescriptions.limits import may_check

LONGEST_CODE = 40


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The answer names nobody and no medicine; it is kept nowhere, and no page is told of it."""
    typed = request.GET.get("codigo", "").strip()
    context: dict[str, Any] = {"typed": typed[:LONGEST_CODE], "is_asked": bool(typed)}
    status, now = 200, current_time()
    if typed and not may_check(request, now=now):
        status, context["is_too_fast"] = 429, True
    elif typed:
        context["answer"] = check_code(typed[:LONGEST_CODE], now=now)
    answer = render(request, "prescriptions/public/verify.html", context, status=status)
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
