from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.admin import QUEUES, Queue, ReadOnlyAdmin, ask_reason
from core.clock import current_time
from core.db import Refusal, once_more
from notifications.enums import TELLING, State
from notifications.models import Message, Preferences, RefusedAddress
from notifications.queries import STALE, backlog
from notifications.refusals import MessagesBusy
from notifications.services.addresses import forgive
from notifications.services.resending import send_again

LOST = (State.GIVEN_UP, State.UNKNOWN)
ENDED = (State.SENT, State.SUPPRESSED)
RESEND = "notifications.resend_message"
LATELY = timedelta(days=7)
QUEUES += [
    Queue(
        gettext_lazy("Mensajes atrasados"), RESEND,
        "admin:notifications_message_changelist", "atencion=stuck", backlog, "due_at",
    ),
    Queue(
        gettext_lazy("Mensajes que no llegaron, de los últimos siete días"), RESEND,
        "admin:notifications_message_changelist", "atencion=lost",
        lambda now: Message.objects.filter(state__in=LOST, due_at__gt=now - LATELY), "due_at",
    ),
]  # fmt: skip


class LookAtFilter(admin.SimpleListFilter):
    """What a person has to do something about."""

    title = gettext_lazy("atención")
    parameter_name = "atencion"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("stuck", _("Atrasados")),
            ("lost", _("Abandonados o de resultado desconocido")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        if self.value() == "stuck":
            return backlog(current_time()).filter(pk__in=queryset.values("pk"))
        if self.value() == "lost":
            return queryset.filter(state__in=LOST)
        return queryset


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """The ledger: what was or will be sent to whom, when, and what went wrong.

    Messages that tell by themselves who has a prescription, or gave an opinion, are here only as
    long as they did not arrive, and without their visit.
    """

    list_display = ("due_at", "kind", "channel", "audience", "address", "outcome", "attempts",
                    "sent_at")  # fmt: skip
    list_filter = (LookAtFilter, "state", "kind", "channel", "audience")
    search_fields = ("address", "visit__code", "public_id")
    fields = ("public_id", "visit", "version", "kind", "audience", "channel", "address", "state",
              "why", "due_at", "next_try_at", "attempts", "lapses", "sent_at", "read_at",
              "last_error", "carrier", "instead_of", "resent_by", "created_at")  # fmt: skip
    show_full_result_count = False
    actions = ("send_again",)
    change_list_template = "admin/notifications/message/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).exclude(kind__in=TELLING, state__in=ENDED)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        """By its visit's code none of these is found."""
        found, repeats = super().get_search_results(request, queryset, search_term)
        for word in search_term.split():
            found = found.exclude(kind__in=TELLING, visit__code__icontains=word)
        return found, repeats

    def get_fields(self, request: HttpRequest, obj: Message | None = None) -> Any:
        is_telling = obj is not None and obj.kind in TELLING
        return [name for name in self.fields if name != "visit" or not is_telling]

    def found_as(self, message: Message) -> str:
        """«Recordatorio · 24 nov 2026 09:00 · ana@...»."""
        due = timezone.localtime(message.due_at)
        parts = (message.get_kind_display(), f"{due:%Y-%m-%d %H:%M} UTC", message.address)
        return " · ".join((*parts, message.get_state_display()))

    @admin.display(description=gettext_lazy("estado"), ordering="state")
    def outcome(self, message: Message) -> SafeString | str:
        words = [message.get_state_display(), message.get_why_display(), message.last_error]
        return " · ".join(filter(None, words))

    @admin.action(
        description=gettext_lazy("Enviar otra vez los mensajes elegidos"), permissions=["resend"]
    )
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> HttpResponse | None:
        why = ask_reason(self, request, queryset, _("Enviar otra vez"))
        if not isinstance(why, str):
            return why
        sent = 0
        for message in queryset.order_by("pk"):
            try:
                self._send_again(request, message, why)
            except Refusal as refusal:
                messages.warning(request, f"{message}: {refusal}")
            else:
                sent += 1
        if sent:
            said = ngettext(
                "%(n)d mensaje saldrá otra vez.", "%(n)d mensajes saldrán otra vez.", sent
            )
            messages.success(request, said % {"n": sent})
        return None

    @once_more(MessagesBusy)
    @transaction.atomic
    def _send_again(self, request: HttpRequest, message: Message, why: str) -> None:
        """Done and written down, both or neither."""
        send_again(message=message, actor=request.user, now=current_time())  # type: ignore[arg-type]
        self.log_change(request, message, why)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RESEND)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With a word on what is late, above everything else."""
        now = current_time()
        late = backlog(now)
        oldest = late.order_by("due_at").first()
        context = {
            "late": late.count(),
            "oldest": oldest.due_at if oldest else None,
            "stale": STALE,
            "now": now,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})


@admin.register(RefusedAddress)
class RefusedAddressAdmin(ReadOnlyAdmin):
    """Addresses that take nothing. Whoever hears that one works again takes its mark away."""

    list_display = ("address", "channel", "account", "error", "times", "last_at")
    list_filter = ("channel",)
    search_fields = ("address", "account__email", "account__last_names")
    list_select_related = ("account",)
    actions = ("forgive",)

    @admin.action(
        description=gettext_lazy("Volver a escribir a las direcciones elegidas"),
        permissions=["forgive"],
    )
    def forgive(
        self, request: HttpRequest, queryset: QuerySet[RefusedAddress]
    ) -> HttpResponse | None:
        why = ask_reason(self, request, queryset, _("Volver a escribir"))
        if not isinstance(why, str):
            return why
        marks = list(queryset)
        for mark in marks:
            # Before the mark goes: its number and its words are in the line.
            with transaction.atomic():
                self.log_change(request, mark, why)
                forgive(mark=mark, actor=request.user, now=current_time())  # type: ignore[arg-type]
        said = ngettext(
            "Volvemos a escribir a %(n)d dirección.", "Volvemos a escribir a %(n)d direcciones.",
            len(marks),
        )  # fmt: skip
        messages.success(request, said % {"n": len(marks)})
        return None

    def has_forgive_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.forgive_address")


@admin.register(Preferences)
class PreferencesAdmin(ReadOnlyAdmin):
    """How people want their messages: they change it themselves."""

    list_display = ("account", "patient", "channels", "reminders", "wants_feedback")
    search_fields = ("account__email", "patient__last_names")
    list_select_related = ("account", "patient")
