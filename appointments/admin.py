from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

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
from clinics.terms import TERMS
from core.admin import ReadOnlyAdmin, ReadOnlyInline


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
