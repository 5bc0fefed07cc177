from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        import core.checks  # noqa: F401, PLC0415 -- it registers itself
        from core.names import name_columns  # noqa: PLC0415 -- models are there now

        name_columns()
