"""django-allauth's questions, answered for this product."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.http import keep_language
from accounts.models import User
from accounts.sessions import known_device

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

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the account's language; in the page's own for an address without an account. At the
        console there is no request, whose site the library would name.
        """
        with translation.override(_language_of(context.get("user"), email)):
            if self.request is None:
                self.render_mail(template_prefix, email, {"email": email, **context}).send()
            else:
                super().send_mail(template_prefix, email, context)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """The library names the account by its sequential key, which no address of ours has."""
        uid = user.public_id.hex
        link = self.get_reset_password_from_key_url(f"{uid}-{context['key']}")
        super().send_password_reset_mail(
            user, email, {**context, "uid": uid, "password_reset_url": link}
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords of strangers do not close the account in a browser that it knows: each
        of those has its own count.
        """
        shared = super()._get_login_attempts_cache_key(request, **credentials)
        device = known_device(request, str(credentials.get("email", "")))
        return f"{shared}:{device}" if device else str(shared)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """A new password opens everywhere, also where this browser has a count of its own."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        shared = super()._get_login_attempts_cache_key(request, **credentials)
        ratelimit.clear(request, action="login_failed", key=shared)

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """A browser that never chose a language takes the account's."""
        response = super().post_login(request, user, **details)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            keep_language(response, user.language)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Doctors and their assistants start in the agenda, everybody else on the home page."""
        return reverse(
            "portal:agenda"
            if request.user.is_authenticated
            and (request.user.is_doctor or request.user.is_assistant)
            else "home"
        )

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.stages.FactorStage"}
        return [ours.get(name, name) for name in super().get_login_stages()]

    def is_safe_url(self, url: str | None) -> bool:
        """The package lets «http://[», which is no address, become a 500."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)


def _language_of(user: User | None, email: str) -> str | None:
    owner = user or User.objects.filter(email__iexact=email).first()
    return owner.language if owner else translation.get_language()
