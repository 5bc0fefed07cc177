from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class SupportSite(AdminSite):
    """The support team's admin. One log-in for everybody: the site's own, with its limits."""

    site_header = _("Doctobooking · Soporte")
    site_title = _("Soporte")
    index_title = _("Administración")

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send to the site's log-in. Someone logged in without the right gets a 404 there."""
        return redirect_to_login(reverse("admin:index"))
