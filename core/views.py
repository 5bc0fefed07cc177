"""Pages for what went wrong: what happened, and one way out."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from core.crypto import Unreadable
from core.db import Busy


@login_not_required
@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@login_not_required
@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@login_not_required
@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Without request, session or user: whatever broke may break again.

    Called while the error is being handled; a database that is away is 503, not a fault of ours,
    and so are rows that somebody else does not let go of. A sealed text that does not open needs
    somebody with the keys: what was logged is its table and row.
    """
    if isinstance(sys.exception(), (OperationalError, InterfaceError, Busy)):
        response = render(None, "503.html", status=503)
        response["Retry-After"] = "30"
        return response
    if isinstance(sys.exception(), Unreadable):
        return render(None, "503_unreadable.html", status=503)
    return render(None, "500.html", status=500)
