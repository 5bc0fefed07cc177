"""django-allauth's forms with the manners of ours: caps, plain text, better sentences."""

from allauth.account import forms as allauth

from core.forms import FormMixin


class LoginForm(FormMixin, allauth.LoginForm):
    pass


class SignupForm(FormMixin, allauth.SignupForm):
    pass


class ResetPasswordForm(FormMixin, allauth.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(FormMixin, allauth.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(FormMixin, allauth.ChangePasswordForm):
    pass


class ChangeEmailForm(FormMixin, allauth.ChangeEmailForm):
    pass


class ReauthenticateForm(FormMixin, allauth.ReauthenticateForm):
    pass


class ConfirmCodeForm(FormMixin, allauth.ConfirmEmailVerificationCodeForm):
    pass
