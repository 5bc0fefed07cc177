"""django-allauth's forms of the second factor with the manners of ours."""

import struct
from typing import Any, ClassVar

from allauth.mfa.base import forms as base
from allauth.mfa.recovery_codes import forms as recovery
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.allauth_forms import Relabelled
from core.forms import FormMixin

CODE = _("Código")
UNUSABLE = _("No se pudo usar esa llave. Inténtelo otra vez o entre de otra manera.")
LISTS = ("transports", "publicKeyAlgorithm")
STUMBLES = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, struct.error)


class Coded(FormMixin, Relabelled):
    labels: ClassVar[dict[str, Any]] = {"code": CODE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class Credential(forms.JSONField):
    """What a browser says for a passkey (WebAuthn PublicKeyCredential as JSON): texts, and one
    level of texts inside. Anything else is a sentence, and never reaches the library.
    """

    LONGEST = 20_000

    def to_python(self, value: Any) -> Any:
        """Raises ValidationError."""
        if isinstance(value, str) and len(value) > self.LONGEST:
            raise ValidationError(UNUSABLE)
        try:
            found = super().to_python(value)
        except RecursionError:
            found = None
        if found in self.empty_values and value in self.empty_values:
            return found
        response = found.get("response") if isinstance(found, dict) else None
        if not isinstance(response, dict):
            raise ValidationError(UNUSABLE)
        said = [found.get(name) for name in ("id", "rawId", "type")]
        said += [text for name, text in response.items() if name not in LISTS]
        if not all(isinstance(text, str) or text is None for text in said):
            raise ValidationError(UNUSABLE)
        return found

    def bound_data(self, data: Any, initial: Any) -> str:
        """A key is asked anew each time: what it said is not shown again."""
        return ""


class Keyed(FormMixin):
    """The library reads bytes that anybody may send: what it stumbles over is a refusal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = Credential(  # type: ignore[attr-defined]
            widget=forms.HiddenInput, error_messages={"required": UNUSABLE, "invalid": UNUSABLE}
        )

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]
        except STUMBLES:
            self.add_error(None, UNUSABLE)  # type: ignore[attr-defined]


class AuthenticateWebAuthnForm(Keyed, webauthn.AuthenticateWebAuthnForm):
    pass


class LoginWebAuthnForm(Keyed, webauthn.LoginWebAuthnForm):
    pass


class ReauthenticateWebAuthnForm(Keyed, webauthn.ReauthenticateWebAuthnForm):
    pass


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


class AddWebAuthnForm(Keyed, Relabelled, webauthn.AddWebAuthnForm):
    labels: ClassVar[dict[str, Any]] = {
        "name": _("Nombre de la llave"),
        "passwordless": _("Entrar solo con esta llave, sin la contraseña"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _("Le pedirá la huella, la cara o el PIN.")
