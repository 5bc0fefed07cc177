from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Personas")

    def ready(self) -> None:
        import_module("accounts.receivers")

    def also_sealed(self) -> Iterator[Any]:
        authenticators = apps.get_model("mfa", "Authenticator")
        yield import_module("accounts.second_factor").SecretColumn(authenticators, "data")
