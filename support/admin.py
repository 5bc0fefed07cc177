"""The team's side: which questions wait, and a page to attend to one.

What people wrote is shown on that page alone, to whoever may attend; lists have addresses.
"""

import uuid
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import QUEUES, Queue, ReadOnlyAdmin
from core.clock import current_time
from support.desk import Doing, act_on
from support.files import send_file
from support.models import ArticleMark, CannedAnswer, Ticket, TicketFile
from support.queries import all_messages_of
from support.services.attending import PERMISSION

LIST = "admin:support_ticket_changelist"
QUEUES += [
    Queue(
        gettext_lazy("Consultas sin nadie a cargo"), PERMISSION, LIST, "cola=unassigned",
        lambda _now: Ticket.objects.unassigned(), "last_at",
    ),
    Queue(
        gettext_lazy("Consultas: respondieron y esperan"), PERMISSION, LIST, "cola=replied",
        lambda _now: Ticket.objects.replied(), "last_at",
    ),
    Queue(
        gettext_lazy("Consultas sin respuesta a tiempo"), PERMISSION, LIST, "cola=overdue",
        lambda now: Ticket.objects.overdue(now), "due_at",
    ),
]  # fmt: skip


class QueueFilter(admin.SimpleListFilter):
    title = gettext_lazy("cola")
    parameter_name = "cola"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("unassigned", _("Sin nadie a cargo")),
            ("mine", _("A mi cargo")),
            ("replied", _("Respondieron y esperan")),
            ("overdue", _("Sin respuesta a tiempo")),
            ("waiting", _("Esperan a la persona")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Ticket]:
        queues = {
            "unassigned": queryset.unassigned(),
            "mine": queryset.filter(owner=request.user.pk).exclude(state__in=("solved", "closed")),
            "replied": queryset.replied(),
            "overdue": queryset.overdue(current_time()),
            "waiting": queryset.filter(state="waiting"),
        }
        return queues.get(self.value() or "", queryset)


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ("attend", "reached_at", "about", "state", "priority", "in_charge", "due",
                    "last_at", "mark")  # fmt: skip
    list_display_links = None
    list_filter = (QueueFilter, "state", "priority", "about", "mark")
    list_select_related = ("requester", "owner", "visit__doctor__user")
    search_fields = ("code", "email", "requester__email", "public_id")
    show_full_result_count = False
    ordering = ("-priority", "last_at")

    def found_as(self, ticket: Ticket) -> str:
        about, state = ticket.get_about_display(), ticket.get_state_display()
        return f"{ticket.code} · {about} · {state} · {ticket.address}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        related = ("requester", "owner", "visit__doctor__user")
        found = super().get_queryset(request).select_related(*related)
        return found.with_standing()  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("consulta"), ordering="code")
    def attend(self, ticket: Ticket) -> SafeString:
        address = reverse("admin:support_ticket_attend", args=[ticket.pk])
        return format_html('<a href="{}">{}</a>', address, ticket.code)

    @admin.display(description=gettext_lazy("correo"))
    def reached_at(self, ticket: Ticket) -> str:
        return ticket.address

    @admin.display(description=gettext_lazy("responder antes de"), ordering="due_at")
    def due(self, ticket: Ticket) -> object:
        return ticket.due_at if ticket.awaits_us else "—"  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("a cargo de"), ordering="owner__first_names")
    def in_charge(self, ticket: Ticket) -> object:
        """Nobody, where its owner attends no more."""
        return ticket.owner if ticket.is_attended else "—"  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        page, file = (self.admin_site.admin_view(v) for v in (self.attend_view, self.file_view))
        return [
            path("<path:object_id>/atender/", page, name="support_ticket_attend"),
            path("<path:object_id>/archivo/", file, name="support_ticket_file"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One page for a question, whatever leads to it."""
        ticket = self.get_object(request, object_id)
        if ticket is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:support_ticket_attend", args=[ticket.pk]))

    def attend_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        ticket = self._ticket(request, object_id)
        log = partial(self.log_change, request, ticket)
        act = act_on(request, ticket, Doing(request.user, current_time(), log))  # type: ignore[arg-type]
        if act.done:
            messages.success(request, act.done)
            return HttpResponseRedirect(reverse("admin:support_ticket_attend", args=[ticket.pk]))
        if act.refused:
            ticket = self._ticket(request, object_id)  # somebody may have changed it meanwhile
        context = {
            **self.admin_site.each_context(request),
            "title": _("Consulta %(code)s") % {"code": ticket.code},
            "ticket": ticket,
            "said": all_messages_of(ticket),
            "act": act,
            "now": current_time(),
            "opts": self.opts,
        }
        return TemplateResponse(
            request, "admin/support/ticket/attend.html", context, status=act.status
        )

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`?id=` names the file."""
        ticket = self._ticket(request, object_id)
        try:
            file_id = uuid.UUID(request.GET.get("id", ""))
        except ValueError:
            raise Http404 from None
        files = TicketFile.objects.filter(message__ticket=ticket, public_id=file_id)
        return send_file(files.first())

    def _ticket(self, request: HttpRequest, object_id: str) -> Ticket:
        """Raises PermissionDenied, Http404."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return found


@admin.register(ArticleMark)
class ArticleMarkAdmin(ReadOnlyAdmin):
    """Which articles are of no use, and as which words."""

    list_display = ("article", "language", "since", "yes", "no", "version")
    list_filter = ("language",)
    search_fields = ("article",)
    ordering = ("-no", "article")


@admin.register(CannedAnswer)
class CannedAnswerAdmin(admin.ModelAdmin):
    """The team's own words; «{nombre}» and «{codigo}» become the question's."""

    list_display = ("title", "is_active")
    list_filter = ("is_active",)
    search_fields = ("title", "text_es", "text_en")
    fields = ("title", "text_es", "text_en", "is_active")
