from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core.names import name_columns  # noqa: PLC0415 -- models are there now

        name_columns()
