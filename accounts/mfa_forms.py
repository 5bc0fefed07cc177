"""django-allauth's forms of the second factor with the manners of ours."""

from typing import Any, ClassVar

from allauth.mfa.base import forms as base
from allauth.mfa.recovery_codes import forms as recovery
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _

from accounts.allauth_forms import Relabelled
from core.forms import FormMixin

CODE = _("Código")


class Coded(FormMixin, Relabelled):
    labels: ClassVar[dict[str, Any]] = {"code": CODE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class AuthenticateForm(Coded, base.AuthenticateForm):
    pass


class ReauthenticateForm(Coded, base.ReauthenticateForm):
    pass


class ActivateTOTPForm(Coded, totp.ActivateTOTPForm):
    pass


class DeactivateTOTPForm(FormMixin, totp.DeactivateTOTPForm):
    pass


class GenerateRecoveryCodesForm(FormMixin, recovery.GenerateRecoveryCodesForm):
    pass


class AddWebAuthnForm(FormMixin, Relabelled, webauthn.AddWebAuthnForm):
    labels: ClassVar[dict[str, Any]] = {
        "name": _("Nombre de la llave"),
        "passwordless": _("Entrar solo con esta llave, sin la contraseña"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _("Le pedirá la huella, la cara o el PIN.")
