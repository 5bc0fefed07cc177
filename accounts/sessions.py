"""Where an account is logged in: which browsers, until when, and who is new among them."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts.browsers import name_of
from accounts.models import AccountSession, User
from core.origin import origin

# In the session: the row's id, when it began, when it was last used (seconds since 1970, UTC).
ROW, BEGAN, SEEN = "browser_row", "browser_began", "browser_seen"
COOKIE_DAYS = 400
# How exactly the last use is known.
STEP = timedelta(minutes=1)


def begin(request: HttpRequest, user: User, now: datetime) -> bool:
    """A log-in, written down. Whether the account was never in this browser, though in others.

    A log-in without a browser (a test's, a command's) has no row.
    """
    request.session[BEGAN] = request.session[SEEN] = int(now.timestamp())
    if "REQUEST_METHOD" not in request.META:
        return False
    known = AccountSession.objects.filter(account=user)
    digest = _digest(_device_of(request))
    is_new = known.exists() and not known.filter(device_digest=digest).exists()
    row = _write(request, user, now, session_key=request.session.session_key or "")
    request.session[ROW] = str(row.public_id)
    return is_new


def know(request: HttpRequest, user: User, now: datetime) -> None:
    """Who chose a new password here reads the account's mail. From now on the guesses of strangers,
    which go on, do not count in this browser.
    """
    if "REQUEST_METHOD" in request.META:
        _write(request, user, now, ended_at=now)


def _write(request: HttpRequest, user: User, now: datetime, **more: Any) -> AccountSession:
    return AccountSession.objects.create(
        account=user, device_digest=_digest(_device_of(request)), network=origin(),
        browser=name_of(request.headers.get("User-Agent", "")), began_at=now, seen_at=now, **more,
    )  # fmt: skip


def known_device(request: HttpRequest, email: str) -> str:
    """The digest of this browser, where the account was logged in before; else "". What the
    browser sends is signed: nobody can make one up.
    """
    token = request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, default="")
    if not token:
        return ""
    rows = AccountSession.objects.filter(account__email__iexact=email, device_digest=_digest(token))
    return _digest(token) if rows.exists() else ""


def keep_device(request: HttpRequest, response: HttpResponse) -> None:
    """The browser remembers its own name, so that it is known at the next log-in."""
    token = getattr(request, "device_token", "")
    if token:
        response.set_signed_cookie(
            settings.DEVICE_COOKIE_NAME, token, max_age=timedelta(days=COOKIE_DAYS),
            httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip


def use(request: HttpRequest, now: datetime, user: User | None = None) -> bool:
    """False when the session is over: too long unused, or open for too long. Else it is in use,
    where a person did something: what a page fetches by itself does not count. `user` is whose
    session it is, where the page is shown as another person sees it.
    """
    session, second = request.session, int(now.timestamp())
    began, seen = session.get(BEGAN, second), session.get(SEEN, second)
    user = user or request.user  # type: ignore[assignment]
    assert isinstance(user, User)
    if user.is_staff or user.is_doctor or user.is_assistant:
        idle, whole = settings.SESSION_IDLE_MINUTES * 60, settings.SESSION_HOURS * 3600
        if (idle and second - seen > idle) or (whole and second - began > whole):
            return False
    is_old = BEGAN not in session or second - seen >= STEP.total_seconds()
    if is_old and _by_hand(request):
        session[BEGAN], session[SEEN] = began, second
        _touch(request, now)
    return True


def open_sessions(user: User, now: datetime) -> list[AccountSession]:
    """Newest use first. What ran out or was ended elsewhere is not among them."""
    rows = list(user.sessions.filter(ended_at=None).order_by("-seen_at"))
    keys = [row.session_key for row in rows]
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=now)
    there = set(alive.values_list("session_key", flat=True))
    return [row for row in rows if row.session_key in there]


@transaction.atomic
def end(sessions: Iterable[AccountSession], now: datetime) -> int:
    """Log these browsers out, at once. How many it were."""
    rows = list(sessions)
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    AccountSession.objects.filter(pk__in=[row.pk for row in rows], ended_at=None).update(
        session_key="", ended_at=now
    )
    return len(rows)


def is_current(row: AccountSession, request: HttpRequest) -> bool:
    return bool(request.session.get(ROW) == str(row.public_id))


def others(request: HttpRequest, user: User) -> list[AccountSession]:
    rows = user.sessions.filter(ended_at=None)
    return [row for row in rows if not is_current(row, request)]


def follow_key(request: HttpRequest) -> None:
    """The session has another key since the password was changed."""
    if ROW in request.session:
        AccountSession.objects.filter(public_id=request.session[ROW], ended_at=None).update(
            session_key=request.session.session_key
        )


def _touch(request: HttpRequest, now: datetime) -> None:
    if ROW in request.session:
        AccountSession.objects.filter(public_id=request.session[ROW], ended_at=None).update(
            seen_at=now, network=origin()
        )


def _by_hand(request: HttpRequest) -> bool:
    is_asked_for = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return is_asked_for or request.method == "POST"


def _device_of(request: HttpRequest) -> str:
    kept = request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, default="")
    token = kept or getattr(request, "device_token", "") or secrets.token_urlsafe(16)
    request.device_token = token  # type: ignore[attr-defined]
    return str(token)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
