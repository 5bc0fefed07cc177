"""django-allauth's questions, answered for this product."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# How to mend it, where the package only says that it is wrong.
MESSAGES = {
    "account_inactive": _("Su cuenta está cerrada. Escríbanos si cree que es un error."),
    "duplicate_email": _("Ese ya es el correo de su cuenta."),
    "email_password_mismatch": _(
        "El correo o la contraseña no coinciden. Revíselos o elija una contraseña nueva."
    ),
    "enter_current_password": _("Escriba la contraseña con la que entra hoy."),
    "incorrect_code": _("Ese no es el código. Escríbalo tal como está en el último correo."),
    "incorrect_password": _("Esa no es su contraseña. Inténtelo otra vez."),
    "rate_limited": _("Espere un minuto antes de pedir otro."),
    "same_as_current": _("Escriba uno distinto del que ya tiene."),
    "too_many_login_attempts": _("Demasiados intentos. Espere cinco minutos y pruebe otra vez."),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {**DefaultAccountAdapter.error_messages, **MESSAGES}

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Doctors start in their agenda, everybody else on the home page."""
        return reverse(
            "appointments:agenda"
            if request.user.is_authenticated and request.user.is_doctor
            else "home"
        )

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)
