from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClinicsConfig(AppConfig):
    name = "clinics"
    verbose_name = _("Consultorios")

    def ready(self) -> None:
        import_module("clinics.rules")
