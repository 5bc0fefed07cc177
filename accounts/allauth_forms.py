"""django-allauth's forms with the manners of ours: caps, plain text, better sentences."""

from typing import Any

from allauth.account import forms as allauth
from django.utils.translation import gettext_lazy as _

from core.forms import FormMixin


class OnePassword(FormMixin):
    """A new password is typed once: it can be shown, which finds more mistakes than a copy."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)  # type: ignore[attr-defined]


class LoginForm(FormMixin, allauth.LoginForm):
    pass


class SignupForm(FormMixin, allauth.SignupForm):
    pass


class ResetPasswordForm(FormMixin, allauth.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(OnePassword, allauth.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(OnePassword, allauth.ChangePasswordForm):
    pass


class SetPasswordForm(OnePassword, allauth.SetPasswordForm):
    pass


class AddEmailForm(FormMixin, allauth.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Correo nuevo")


class ChangeEmailForm(FormMixin, allauth.ChangeEmailForm):
    pass


class ReauthenticateForm(FormMixin, allauth.ReauthenticateForm):
    pass


class ConfirmCodeForm(FormMixin, allauth.ConfirmEmailVerificationCodeForm):
    pass
