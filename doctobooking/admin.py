from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class SupportSite(AdminSite):
    site_header = _("Doctobooking · Soporte")
    site_title = _("Soporte")
    index_title = _("Administración")
