"""What django-allauth and Django say about accounts, noted."""

from typing import Any

from allauth.account.signals import email_changed, password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.audit import note
from accounts.enums import AuditAct
from accounts.models import User
from core.clock import current_time


@receiver(user_logged_in, dispatch_uid="audit")
def on_login(user: User, **_details: Any) -> None:
    note(AuditAct.LOGIN, person=user, actor=user, at=current_time())


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
def on_password(user: User, **_details: Any) -> None:
    note(AuditAct.PASSWORD, person=user, actor=user, at=current_time())


@receiver(email_changed, dispatch_uid="audit")
def on_address(user: User, **_details: Any) -> None:
    note(AuditAct.EMAIL, person=user, actor=user, at=current_time())
