"""The team's admin: one log-in for everybody, a first page with what waits, one search."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from core.admin import QUEUES
from core.clock import current_time
from doctobooking.explaining import explain

# What the search looks through, in this order; each by the fields of its own list.
FOUND = (
    "accounts.User", "accounts.Patient", "doctors.Doctor", "appointments.Appointment",
    "notifications.Message", "support.Ticket",
)  # fmt: skip
SHOWN = 10
LONGEST = 100


class KnownRows:
    """What is no name of a row chooses none: Django's lists ask the database, and fail. They
    do so, too, with a year that has no next one, and with what no column can hold.

    And a list answers only what it has a filter for. Django lets its address ask for any column,
    shown or not, letter by letter: the hash of a password, the key of a session, a document.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        names = {self.date_hierarchy}  # type: ignore[attr-defined]
        for one in self.get_list_filter(request):  # type: ignore[attr-defined]
            name = one[0] if isinstance(one, (list, tuple)) else one
            names.add(getattr(name, "parameter_name", name))
        is_ours = lookup.partition("__")[0] in names
        return is_ours and super().lookup_allowed(lookup, value, request)  # type: ignore[misc]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)  # type: ignore[misc]
        except (ValueError, OverflowError, DataError):
            raise BadRequest("no parameters of a list") from None

    def response_action(self, request: HttpRequest, queryset: Any) -> Any:
        key = self.opts.pk  # type: ignore[attr-defined]
        try:
            for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
                key.clean(chosen, None)
        except ValidationError:
            raise BadRequest("no name of a row") from None
        return super().response_action(request, queryset)  # type: ignore[misc]


class SupportSite(AdminSite):
    """The support team's admin. One log-in for everybody: the site's own, with its limits."""

    site_header = _("Doctobooking · Soporte")
    site_title = _("Soporte")
    index_title = _("Lo que espera")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Lists of libraries, too, take names of rows only."""
        page = admin_class or ModelAdmin
        safe = type(page.__name__, (KnownRows, page), {"__module__": page.__module__})
        super().register(model_or_iterable, safe, **options)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send to the site's log-in. Someone logged in without the right gets a 404 there."""
        return redirect_to_login(reverse("admin:index"))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The site's own page, with its limits, its mail and its line in the account's activity."""
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, {**(extra_context or {}), "queues": list(_waiting(request))})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        find = require_http_methods(["GET", "HEAD", "POST"])(self.find)
        why = path(
            "doctors/doctor/<int:object_id>/explicar/",
            self.admin_view(require_http_methods(["GET", "HEAD", "POST"])(partial(explain, self))),
            name="doctors_doctor_explain",
        )
        return [path("buscar/", self.admin_view(find), name="find"), why, *super().get_urls()]

    def find(self, request: HttpRequest) -> HttpResponse:
        """A person, a visit's code, a licence, a message, a ticket: by whatever one has at hand.

        By POST: addresses are kept by browsers and by servers on the way, and people are looked
        for by their names and e-mails.
        """
        typed = " ".join(request.POST.get("q", "").split())
        # A quotation mark alone is taken for nothing, and nothing is found everywhere.
        # So is what no text of the database can hold.
        is_word = any(map(str.isalnum, typed)) and "\x00" not in typed
        is_long = len(typed) > LONGEST
        context = {
            **self.each_context(request),
            "title": _("Buscar"),
            "typed": typed,
            "is_long": is_long,
            "groups": [] if is_long or not is_word else list(self._found(request, typed)),
        }
        status = 400 if is_long else 200
        return TemplateResponse(request, "admin/find.html", context, status=status)

    def _found(self, request: HttpRequest, typed: str) -> Iterator[dict[str, Any]]:
        admins = {model._meta.label: admin for model, admin in self._registry.items()}
        for admin in (admins[label] for label in FOUND if label in admins):
            if admin.has_view_permission(request):
                rows = _rows(admin, request, typed)
                if rows:
                    yield {"name": admin.opts.verbose_name_plural, "rows": rows}


def _rows(admin: "ModelAdmin[Any]", request: HttpRequest, typed: str) -> list[tuple[str, str]]:
    """What to call each row, and its page."""
    page = f"admin:{admin.opts.app_label}_{admin.opts.model_name}_change"
    try:
        found, repeats = admin.get_search_results(request, admin.get_queryset(request), typed)
    except (ValidationError, ValueError):  # no such thing can be in one of its fields
        return []
    call = getattr(admin, "found_as", str)
    related = admin.list_select_related
    if isinstance(related, (list, tuple)):
        found = found.select_related(*related)
    rows = found.distinct() if repeats else found
    return [(call(row), reverse(page, args=[row.pk])) for row in rows[:SHOWN]]


def _waiting(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """The queues of who asks: how many wait, and since when the longest."""
    now = current_time()
    for queue in QUEUES:
        if request.user.has_perm(queue.permission):
            rows = queue.rows(now)
            first = rows.order_by(queue.since).values_list(queue.since, flat=True).first()
            yield {"queue": queue, "count": rows.count(), "since": first}
