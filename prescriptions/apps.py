from importlib import import_module

from django.apps import AppConfig


class PrescriptionsConfig(AppConfig):
    name = "prescriptions"

    def ready(self) -> None:
        import_module("prescriptions.rules")
