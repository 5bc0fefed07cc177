"""What the admin of every app shares."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import CharField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.forms import Form


@dataclass(frozen=True)
class Queue:
    """Something of the team's to do, on the admin's first page for who may do it.

    `rows` are what waits, at an instant; `since` is the field that says since when.
    """

    name: Any
    permission: str
    changelist: str
    query: str
    rows: Callable[[datetime], QuerySet[Any]]
    since: str

    @property
    def address(self) -> str:
        return f"{reverse(self.changelist)}?{self.query}"


QUEUES: list[Queue] = []


def act_page(
    page_of: "admin.ModelAdmin[Any]",
    request: HttpRequest,
    template: str,
    *,
    title: str,
    form: Form,
    **more: Any,
) -> TemplateResponse:
    """A page of an admin's with one form on it: 422 where the form was refused."""
    context = {
        **page_of.admin_site.each_context(request),
        "title": title, "form": form, "opts": page_of.opts, **more,
    }  # fmt: skip
    return TemplateResponse(request, template, context, status=422 if form.is_bound else 200)


class ReadOnlyAdmin(admin.ModelAdmin):
    """For rows whose rules the product owns: support looks, the product's pages change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    """Django's own template has empty headings, and scrolls by mouse only."""

    template = "admin/read_only_rows.html"
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


MOST_ROWS = 100


class ReasonForm(Form):
    """Who asked for it, and why: stays in the admin's history. No health data."""

    reason = CharField(label=_("Por qué"), min_length=5, max_length=200)


def ask_reason(
    page_of: "admin.ModelAdmin[Any]", request: HttpRequest, queryset: QuerySet[Any], title: str
) -> HttpResponse | str:
    """Of an act on rows of a list: what was typed, or the page that asks for it. Each row is named
    there, so that nobody acts on thousands by a tick too many.
    """
    if queryset.count() > MOST_ROWS:
        messages.error(request, _("Elija hasta cien filas a la vez."))
        return HttpResponseRedirect(request.get_full_path())
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if form.is_valid():
        return str(form.cleaned_data["reason"])
    call = getattr(page_of, "found_as", str)
    rows = [(row.pk, call(row)) for row in queryset]
    chosen = {"rows": rows, "action": request.POST.get("action", "")}
    return act_page(page_of, request, "admin/ask_reason.html", title=title, form=form, **chosen)
