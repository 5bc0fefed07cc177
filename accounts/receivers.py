"""What django-allauth and Django say about accounts, noted."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import email_changed, password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import second_factor, sessions
from accounts.audit import note
from accounts.enums import AuditAct
from accounts.models import User
from core.clock import current_time


@receiver(user_logged_in, dispatch_uid="audit")
def on_login(user: User, request: HttpRequest, **_details: Any) -> None:
    now = current_time()
    note(AuditAct.LOGIN, person=user, actor=user, at=now)
    if sessions.begin(request, user, now):
        get_adapter().send_notification_mail("account/email/new_browser", user)


@receiver(user_logged_out, dispatch_uid="audit")
def on_logout(user: User | None, **_details: Any) -> None:
    if user is not None:
        note(AuditAct.LOGOUT, person=user, actor=user, at=current_time())


@receiver(user_login_failed, dispatch_uid="audit")
def on_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Of an address that nobody has, nothing is kept."""
    address = str(credentials.get("email") or credentials.get("username") or "")
    person = User.objects.filter(email__iexact=address).first() if address else None
    if person is not None:
        note(AuditAct.LOGIN_FAILED, person=person, actor=None, at=current_time())


@receiver([password_changed, password_reset, password_set], dispatch_uid="audit")
def on_password(user: User, request: HttpRequest, **_details: Any) -> None:
    """All other browsers are out by now: Django's sessions hold a hash of the password."""
    now = current_time()
    note(AuditAct.PASSWORD, person=user, actor=user, at=now)
    sessions.follow_key(request)
    sessions.end(sessions.others(request, user), now)


@receiver(password_reset, dispatch_uid="known browser")
def on_reset(user: User, request: HttpRequest, **_details: Any) -> None:
    sessions.know(request, user, current_time())


@receiver(email_changed, dispatch_uid="audit")
def on_address(user: User, **_details: Any) -> None:
    note(AuditAct.EMAIL, person=user, actor=user, at=current_time())


@receiver(authenticator_added, dispatch_uid="audit")
def on_factor(user: User, request: HttpRequest, authenticator: Authenticator, **_: Any) -> None:
    """With the first one, who has only the password is out wherever that was enough."""
    ways = second_factor.ways_of(user)
    if ways.filter(pk=authenticator.pk).exists() and ways.count() == 1:
        sessions.end(sessions.others(request, user), current_time())
    second_factor.keep_proof(request, user)
    _note_factor(user, f"+{authenticator.type}")


@receiver(authenticator_removed, dispatch_uid="audit")
def on_factor_gone(
    user: User, request: HttpRequest, authenticator: Authenticator, **_: Any
) -> None:
    """With the last one, what was shown counts nowhere any more."""
    if not second_factor.ways_of(user).exists():
        second_factor.drop_proof(request)
        sessions.end(sessions.others(request, user), current_time())
    _note_factor(user, f"-{authenticator.type}")


@receiver(authenticator_reset, dispatch_uid="audit")
def on_new_codes(user: User, authenticator: Authenticator, **_: Any) -> None:
    _note_factor(user, f"+{authenticator.type}")


@receiver(authenticator_used, dispatch_uid="audit")
def on_factor_used(user: User, request: HttpRequest, **_: Any) -> None:
    second_factor.keep_proof(request, user)


@receiver(authentication_failed, dispatch_uid="audit")
def on_wrong_code(user: User, **_: Any) -> None:
    note(AuditAct.LOGIN_FAILED, person=user, actor=None, at=current_time())


def _note_factor(user: User, what: str) -> None:
    note(AuditAct.SECOND_FACTOR, person=user, actor=user, at=current_time(), what=what)
