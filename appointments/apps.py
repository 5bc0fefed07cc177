from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = _("Citas")

    def ready(self) -> None:
        import_module("appointments.receivers")
