"""Visits with what happened to each, what was paid, and what was waited for."""

from typing import Any

from appointments.enums import Status
from appointments.models import (
    Appointment,
    CalendarFeed,
    OnlinePayment,
    Relocation,
    WaitingEntry,
    WaitingOffer,
)
from privacy.collecting.base import Asking, Collected, fields_of

VISIT = ("code", "starts_at", "ends_at", "status", "visit_type", "phone", "price", "currency",
         "payment_policy", "created_at", "booked_at", "cancelled_at", "attendance_confirmed_at",
         "is_late_cancellation", "minutes_late", "reason")  # fmt: skip
CHANGE = ("kind", "at", "from_status", "to_status", "from_starts_at", "to_starts_at", "by_desk",
          "minutes_late", "message")  # fmt: skip
PAID = ("kind", "amount", "currency", "method", "fee", "receipt_number", "at")
DAY = ("date", "code", "on_the_way_at", "arrived_at", "started_at", "finished_at")
WAITED = ("weekdays", "from_minute", "until_minute", "until_date", "notice_minutes", "phone",
          "created_at", "closed_at", "closed_as")  # fmt: skip


def collect(asking: Asking) -> Collected:
    user, found = asking.user, Collected()
    visits = Appointment.objects.for_account(user).exclude(status=Status.HELD).with_people()
    related = visits.prefetch_related("changes", "payment_lines")
    found.add("visits", [_visit(row) for row in related.order_by("starts_at", "pk")])
    online = OnlinePayment.objects.filter(account=user).order_by("pk")
    paid = ("provider", "amount", "currency", "status", "reference", "created_at", "settled_at")
    found.add("online_payments", [fields_of(row, *paid) for row in online])
    asked = Relocation.objects.filter(visit__patient__account=user).order_by("pk")
    times = ("asked_starts_at", "asked_at", "answer_by", "end", "ended_at")
    found.add("other_times_asked", [fields_of(row, *times) for row in asked])
    waiting = WaitingEntry.objects.filter(patient__account=user).select_related(
        "patient", "doctor", "specialty", "city"
    )
    found.add("waiting", [_entry(row) for row in waiting.order_by("pk")])
    offers = WaitingOffer.objects.filter(entry__patient__account=user).order_by("pk")
    offered = ("starts_at", "ends_at", "state", "offered_at", "expires_at", "answered_at")
    found.add("waiting_offers", [fields_of(row, *offered) for row in offers])
    drafts = asking.own.drafts.order_by("pk")
    typed = ("starts_at", "phone", "visit_type", "reason", "updated_at")
    found.add("drafts", [fields_of(row, *typed) for row in drafts])
    feeds = CalendarFeed.objects.filter(owner=user).order_by("pk")
    read = ("created_at", "revoked_at", "last_read_at")
    found.add("calendar_feeds", [fields_of(row, *read) for row in feeds])
    return found


def _visit(row: Appointment) -> dict[str, Any]:
    assert row.patient is not None
    day = getattr(row, "day", None)
    return {
        "doctor": row.doctor.display_name,
        "clinic": f"{row.clinic.name}, {row.clinic.address}",
        "zone": row.zone,
        "patient": row.patient.full_name,
        **fields_of(row, *VISIT),
        "changes": [fields_of(line, *CHANGE) for line in row.changes.all()],
        "payments": [fields_of(line, *PAID) for line in row.payment_lines.all()],
        "day": fields_of(day, *DAY) if day else None,
    }


def _entry(row: WaitingEntry) -> dict[str, Any]:
    place = row.doctor.display_name if row.doctor else f"{row.specialty}, {row.city}"
    return {"patient": row.patient.full_name, "for": place, **fields_of(row, *WAITED)}
