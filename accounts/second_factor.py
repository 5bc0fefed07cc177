"""The second thing that a log-in asks for: a code of an app, a passkey, a recovery code."""

import base64
import io
from datetime import datetime
from typing import Any

import segno
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import sessions
from accounts.audit import note
from accounts.enums import AuditAct
from accounts.models import User
from core.crypto import newest_mark, seal, unseal
from core.resealing import Column

SESSION_KEY = "second_factor_of"
# Not bound to a row: the library seals before it has one.
CONTEXT = "mfa.authenticator.secret"
MESSAGES = {
    "cannot_delete_authenticator": gettext_lazy("Su cuenta necesita los dos pasos."),
    "cannot_generate_recovery_codes": gettext_lazy("Active antes la verificación en dos pasos."),
    "incorrect_code": gettext_lazy(
        "Ese no es el código. Espere al siguiente e inténtelo otra vez."
    ),
    "unverified_email": gettext_lazy("Confirme antes el correo de su cuenta."),
}


class MFAAdapter(DefaultMFAAdapter):
    """django-allauth's questions about the second factor, answered for this product."""

    error_messages = {**DefaultMFAAdapter.error_messages, **MESSAGES}

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text, context=CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises core.crypto.Unreadable."""
        return unseal(base64.b64decode(encrypted_text), context=CONTEXT)

    def build_totp_svg(self, url: str) -> str:
        drawing = io.BytesIO()
        code = segno.make(url, error="m")
        code.save(drawing, kind="svg", xmldecl=False, scale=5, border=3, dark="#000", light="#fff")
        return drawing.getvalue().decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Llave %(number)d") % {"number": number}

    def _get_site_name(self) -> str:
        return "Doctobooking"


def must_have(user: User) -> bool:
    """Whether the rules of the house ask this account for a second factor."""
    asked = settings.SECOND_FACTOR_FOR
    return ("staff" in asked and user.is_staff) or ("doctors" in asked and user.is_doctor)


def page_that_asks(user: User) -> str:
    """The name of the page that asks this account for its factor, or where it sets one up."""
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if Authenticator.Type.TOTP in kinds:
        return "mfa_reauthenticate"
    return "mfa_reauthenticate_webauthn" if Authenticator.Type.WEBAUTHN in kinds else "mfa_index"


def keep_proof(request: HttpRequest, user: User) -> None:
    """This session has shown the second factor."""
    request.session[SESSION_KEY] = user.pk


def has_proof(request: HttpRequest) -> bool:
    return bool(request.session.get(SESSION_KEY) == request.user.pk)


def drop_proof(request: HttpRequest) -> None:
    """What was shown is no factor of the account any more."""
    request.session.pop(SESSION_KEY, None)


def ways_of(user: User) -> QuerySet[Authenticator]:
    """What the account can show; recovery codes only stand in for these."""
    ways = Authenticator.objects.filter(user=user)
    return ways.exclude(type=Authenticator.Type.RECOVERY_CODES)


@transaction.atomic
def take_away(*, person: User, actor: User | None, now: datetime) -> int:
    """Somebody lost the telephone, and proved to support who they are: how many ways are gone.
    Whoever has the telephone is out; the person is told by mail. `actor` is None at the console.
    """
    gone, _each = Authenticator.objects.filter(user=person).delete()
    if gone:
        note(AuditAct.SECOND_FACTOR, person=person, actor=actor, at=now, what="-all")
        sessions.end(person.sessions.filter(ended_at=None), now)
        get_account_adapter().send_mail("mfa/email/taken_away", person.email, {"user": person})
    return gone


class SecretColumn(Column):
    """The library's secrets, for the rotation of keys: base64 in its JSON."""

    KEYS = ("secret", "seed")

    @property
    def name(self) -> str:
        return self.text

    @property
    def rows(self) -> Any:
        return self.model._base_manager.exclude(type=Authenticator.Type.WEBAUTHN)

    @property
    def under_other_keys(self) -> Any:
        mark = newest_mark()
        start = base64.b64encode(mark).decode()[: len(mark) // 3 * 4]
        new = Q(data__secret__startswith=start) | Q(data__seed__startswith=start)
        return self.rows.exclude(pk__in=self.rows.filter(new).values("pk"))

    def read(self, row: Any) -> dict[str, str]:
        return {key: MFAAdapter().decrypt(row.data[key]) for key in self.KEYS if key in row.data}

    def write(self, row: Any, plain: dict[str, str]) -> None:
        row.data |= {key: MFAAdapter().encrypt(secret) for key, secret in plain.items()}
