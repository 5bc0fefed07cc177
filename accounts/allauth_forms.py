"""django-allauth's forms with the manners of ours: caps, plain text, better sentences."""

import uuid
from typing import Any, ClassVar

from allauth.account import forms as allauth
from allauth.core import context, ratelimit
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from accounts.passwords import OwnWordsValidator
from core.forms import FormMixin

EMAIL = _("Correo electrónico")


class Relabelled:
    """Goes before a form of the library and behind FormMixin, whose sentences name the labels."""

    labels: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = label  # type: ignore[attr-defined]


class OnePassword(FormMixin, Relabelled):
    """A new password is typed once: it can be shown, which finds more mistakes than a copy."""

    labels: ClassVar[dict[str, Any]] = {"password1": _("Contraseña nueva")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)  # type: ignore[attr-defined]


class LoginForm(FormMixin, Relabelled, allauth.LoginForm):
    labels: ClassVar[dict[str, Any]] = {"login": EMAIL}


class SignupForm(FormMixin, Relabelled, allauth.SignupForm):
    """Links for doctors say so: «?rol=doctor»."""

    labels: ClassVar[dict[str, Any]] = {"email": EMAIL}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = context.request
        wish = request.GET.get("rol") if request else None
        if wish in Role.values:
            self.fields["role"].initial = wish

    def clean(self) -> dict[str, Any]:
        """The library knows the address only; one's names are in the same form."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("password1") and not self.has_error("password1"):
            names = {name: data.get(name, "") for name in ("email", "first_names", "last_names")}
            try:
                OwnWordsValidator().validate(data["password1"], User(**names))
            except ValidationError as error:
                self.add_error("password1", error)
        return data

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """A taken address takes as long as a free one: the same is done for nobody."""
        if self.account_already_exists:
            self._save_for_nothing(request)
        return super().try_save(request)

    def _save_for_nothing(self, request: HttpRequest) -> None:
        """An account is made under an address that nobody can have, and unmade."""
        email = self.cleaned_data["email"]
        self.cleaned_data["email"] = f"{uuid.uuid4().hex}@nadie.invalid"
        self.account_already_exists = False
        try:
            with transaction.atomic():
                self.save(request)
                transaction.set_rollback(True)
        finally:
            self.account_already_exists = True
            self.cleaned_data["email"] = email


class ResetPasswordForm(FormMixin, Relabelled, allauth.ResetPasswordForm):
    """Strangers can use up the mails of an address: its owner is told the same as ever, and one of
    those that came opens the account.
    """

    labels: ClassVar[dict[str, Any]] = {"email": EMAIL}

    def save(self, request: HttpRequest, **details: Any) -> str:
        email = str(self.cleaned_data["email"])
        if not ratelimit.consume(request, action="reset_password_mail", key=email.lower()):
            return email
        return str(super().save(request, **details))


class UserTokenForm(allauth.UserTokenForm):
    """The link names the account as AccountAdapter writes it: by `public_id`."""

    def _get_user(self, uidb36: str | None) -> User | None:
        try:
            return User.objects.filter(public_id=uuid.UUID(hex=uidb36)).first()
        except (TypeError, ValueError):
            return None


class ResetPasswordKeyForm(OnePassword, allauth.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(OnePassword, allauth.ChangePasswordForm):
    labels: ClassVar[dict[str, Any]] = {
        **OnePassword.labels,
        "oldpassword": _("Contraseña actual"),
    }


class SetPasswordForm(OnePassword, allauth.SetPasswordForm):
    pass


class AddEmailForm(FormMixin, Relabelled, allauth.AddEmailForm):
    labels: ClassVar[dict[str, Any]] = {"email": _("Correo nuevo")}


class ChangeEmailForm(FormMixin, Relabelled, allauth.ChangeEmailForm):
    labels: ClassVar[dict[str, Any]] = {"email": EMAIL}


class ReauthenticateForm(FormMixin, allauth.ReauthenticateForm):
    pass


class ConfirmCodeForm(FormMixin, allauth.ConfirmEmailVerificationCodeForm):
    pass
