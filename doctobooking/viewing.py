"""Which pages «ver como» may show, and the middleware that shows them as the person sees them.

A page that is not in the list stays shut: new pages are shut until somebody thinks about them.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts import viewing
from accounts.models import User
from core.clock import current_time
from core.middleware import GetResponse

# Without the calendars: their secret addresses would go on being read when the viewing is over.
VIEWABLE = frozenset({
    "home", "search", "search_marks", "search_suggestions", "doctor", "slots", "slots_mark",
    "opinions", "help", "support:article", "photo", "landing", "terms", "privacy_notice",
    "health_consent", "doctor_terms",
    "appointments:mine", "appointments:waiting", "notifications:inbox",
    "notifications:preferences", "accounts:dependants", "accounts:activity",
    "portal:setup", "portal:profile", "portal:preview", "portal:agenda", "portal:why",
    "portal:clinics", "portal:clinic", "portal:hours", "portal:dates", "portal:booking_rules",
    "portal:travel", "portal:team", "portal:opinions", "portal:occupancy",
})  # fmt: skip
# These are support's own, whoever is looked at.
OWN = ("csp_report", "set_language", "accounts:view_end", "account_logout")


class ViewingMiddleware:
    """Before the access rules, which then ask for the person."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_args: Any
    ) -> HttpResponseBase | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        is_off = settings.VIEWING_COOKIE_NAME not in request.COOKIES
        if is_off or name in OWN or name.startswith("admin:"):
            return None
        staff = request.user
        found = None
        if isinstance(staff, User) and staff.is_staff:
            found = viewing.current(request, staff, current_time())
        if found is None:
            return None
        request.viewing, request.viewer = found, staff  # type: ignore[attr-defined]
        if name not in VIEWABLE or request.method not in ("GET", "HEAD"):
            return render(request, "accounts/view_refused.html", status=403)
        request.user = found.person
        return None
