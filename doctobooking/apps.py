from importlib import import_module

from django.apps import apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import module_has_submodule


class AdminConfig(SimpleAdminConfig):
    """The admin, discovered app by app without django-leaflet's.

    `leaflet.admin` imports django.contrib.gis, which needs GDAL; we need neither
    (makinacorpus/django-leaflet issue 299), so the stock autodiscover must not run.
    """

    default_site = "doctobooking.admin.SupportSite"

    def ready(self) -> None:
        super().ready()
        for config in apps.get_app_configs():
            if config.name != "leaflet" and module_has_submodule(config.module, "admin"):
                import_module(f"{config.name}.admin")
