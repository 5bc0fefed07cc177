from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from appointments.help_forms import HelpForm
from appointments.helping import Asker, fulfil, offered
from appointments.models import (
    Absence,
    Appointment,
    AppointmentChange,
    FreedTime,
    OnlinePayment,
    PaymentLine,
    Relocation,
    RelocationTime,
    Series,
    SeriesVisit,
    VisitDay,
    WaitingEntry,
    WaitingOffer,
)
from appointments.queries import was_moved_by_desk
from appointments.rules import can_cancel, cancelling_costs
from clinics.terms import TERMS
from core.admin import ReadOnlyAdmin, ReadOnlyInline, act_page
from core.clock import current_time
from core.db import Refusal
from core.templatetags.when import clock, day_long

# Nobody edits a visit here: it opens the page that acts for who asked.
HELP = "appointments.change_appointment"


class ChangeInline(ReadOnlyInline):
    model = AppointmentChange
    fields = ("at", "kind", "actor", "by_desk", "is_override", "from_status", "to_status",
              "from_starts_at", "to_starts_at", "minutes_late", "reason")  # fmt: skip


class VisitDayInline(ReadOnlyInline):
    model = VisitDay
    fields = ("date", "code", "on_the_way_at", "arrived_at", "arrival_said_by", "started_at",
              "finished_at")  # fmt: skip


class PaymentLineInline(ReadOnlyInline):
    """What moved, never what the desk noted about it."""

    model = PaymentLine
    fields = ("at", "kind", "amount", "currency", "method", "fee", "receipt_number", "voids",
              "recorded_by")  # fmt: skip


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin):
    """When, who, where and what happened: never why the patient comes."""

    list_display = ("code", "starts_at", "doctor", "clinic", "patient", "status")
    list_filter = ("status",)
    list_select_related = ("doctor", "clinic", "patient")
    search_fields = ("code", "patient__last_names", "doctor__last_names", "booked_by__email")
    date_hierarchy = "starts_at"
    fields = ("code", "status", "doctor", "clinic", "patient", "booked_by", "starts_at", "ends_at",
              "is_outside_hours", "answer_by", "phone", "price", "currency", "payment_policy",
              "cancellation_notice_minutes", *TERMS, "booked_at", "cancelled_at",
              "is_late_cancellation", "minutes_late")  # fmt: skip
    inlines = (ChangeInline, VisitDayInline, PaymentLineInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        return Appointment.objects.visits().defer("reason_sealed")

    def found_as(self, visit: Appointment) -> str:
        when = f"{day_long(visit.starts_at, visit.zone)}, {clock(visit.starts_at, visit.zone)}"
        return f"{visit} · {when} · {visit.doctor.display_name} · {visit.patient}"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.help_view)
        name = "appointments_appointment_help"
        return [path("<path:object_id>/a-pedido/", page, name=name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        visit = self.get_object(request, object_id)
        offered = visit is not None and can_cancel(visit, current_time())
        context = {**(extra_context or {}), "may_help": offered and request.user.has_perm(HELP)}
        return super().change_view(request, object_id, form_url, context)

    def help_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move or cancel a visit because its patient or its doctor asked."""
        visit, now = self.get_object(request, object_id), current_time()
        if visit is None:
            raise Http404
        if not request.user.has_perm(HELP):
            raise PermissionDenied
        if not can_cancel(visit, now) and request.method != "POST":
            messages.warning(request, _("Esta cita ya no se puede mover ni cancelar."))
            return redirect("admin:appointments_appointment_change", visit.pk)
        fee = cancelling_costs(visit, now, is_moved_by_desk=was_moved_by_desk(visit))
        data = request.POST if request.method == "POST" else None
        form = HelpForm(data, visit=visit, times=offered(visit, now), initial={"cargo": fee or ""})
        if form.is_valid() and self._helped(request, visit, form, now):
            return redirect("admin:appointments_appointment_change", visit.pk)
        return act_page(
            self, request, "admin/appointments/appointment/help.html",
            title=_("Mover o cancelar a pedido"), form=form, visit=visit, zone=visit.zone, fee=fee,
        )  # fmt: skip

    def _helped(
        self, request: HttpRequest, visit: Appointment, form: HelpForm, now: datetime
    ) -> bool:
        """Done and written down, both or neither."""
        try:
            with transaction.atomic():
                fulfil(visit, form.asked, actor=request.user, now=now)  # type: ignore[arg-type]
                asker = Asker(form.cleaned_data["asker"]).label
                self.log_change(request, visit, f"{asker}: {form.cleaned_data['reason']}")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return False
        messages.success(request, _("Hecho. El paciente y el médico reciben el aviso."))
        return True


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin):
    list_display = ("doctor", "starts_at", "ends_at")
    list_select_related = ("doctor",)
    search_fields = ("doctor__last_names",)
    fields = ("doctor", "starts_at", "ends_at")


@admin.register(OnlinePayment)
class OnlinePaymentAdmin(ReadOnlyAdmin):
    """What support looks at when a provider and an account do not agree."""

    list_display = ("public_id", "status", "amount", "currency", "provider", "created_at")
    list_filter = ("status", "provider")
    search_fields = ("public_id", "reference", "appointment__code")
    fields = ("public_id", "provider", "reference", "status", "amount", "currency", "created_at",
              "settled_at")  # fmt: skip


class RelocationTimeInline(ReadOnlyInline):
    model = RelocationTime
    fields = ("starts_at",)


@admin.register(Relocation)
class RelocationAdmin(ReadOnlyAdmin):
    """Why a visit went, or was cancelled by itself."""

    list_display = ("asked_at", "visit", "answer_by", "end", "ended_at")
    list_filter = ("end",)
    list_select_related = ("visit",)
    search_fields = ("visit__code",)
    fields = ("visit", "asked_starts_at", "asked_by", "asked_at", "answer_by", "end", "ended_at")
    inlines = (RelocationTimeInline,)


@admin.register(WaitingEntry)
class WaitingEntryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "patient", "doctor", "specialty", "city", "until_date",
                    "closed_as")  # fmt: skip
    list_filter = ("closed_as",)
    list_select_related = ("patient", "doctor", "specialty", "city")
    search_fields = ("patient__last_names", "doctor__last_names")
    fields = ("patient", "doctor", "specialty", "city", "clinics", "weekdays", "from_minute",
              "until_minute", "until_date", "notice_minutes", "created_at", "closed_at",
              "closed_as")  # fmt: skip


@admin.register(WaitingOffer)
class WaitingOfferAdmin(ReadOnlyAdmin):
    list_display = ("starts_at", "doctor", "clinic", "state", "offered_at", "expires_at",
                    "answered_at")  # fmt: skip
    list_filter = ("state",)
    list_select_related = ("doctor", "clinic")
    search_fields = ("doctor__last_names", "entry__patient__last_names")
    fields = ("doctor", "clinic", "starts_at", "ends_at", "state", "offered_at", "offered_by",
              "expires_at", "answered_at")  # fmt: skip


@admin.register(FreedTime)
class FreedTimeAdmin(ReadOnlyAdmin):
    """Why a time was offered to whom it was, or to nobody."""

    list_display = ("starts_at", "doctor", "clinic", "cause", "state", "freed_at", "looked_at")
    list_filter = ("state", "cause")
    list_select_related = ("doctor", "clinic")
    search_fields = ("doctor__last_names",)
    fields = ("doctor", "clinic", "starts_at", "ends_at", "cause", "freed_at", "state", "looked_at",
              "look_at", "skips")  # fmt: skip


class SeriesVisitInline(ReadOnlyInline):
    model = SeriesVisit
    fields = ("number", "appointment")


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    list_display = ("public_id", "every_weeks", "created_by", "created_at")
    list_select_related = ("created_by",)
    search_fields = ("public_id", "places__appointment__code")
    fields = ("public_id", "every_weeks", "created_by", "created_at")
    inlines = (SeriesVisitInline,)
