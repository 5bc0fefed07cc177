"""One visit as its desk sees it: a page of its own, or beside the agenda."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from appointments.ledger import follow_up_of, ledger_of
from appointments.series import series_of
from core.clock import current_time
from notifications.queries import refusals_of, told_about
from notifications.readers import OF_PATIENT
from notifications.told import told_of
from portal.attendance import answer_of, came_from, way_back
from portal.desk import DeskRequest, desk_page
from portal.queries import changes_of, other_visits
from portal.room import guest_of


@require_safe
@desk_page
def visit(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    desk = request.desk
    people = (*OF_PATIENT, "day", "in_series__series")
    visits = desk.visits.with_people().select_related(*people)
    found = get_object_or_404(visits, public_id=public_id)
    now, changes, is_panel = current_time(), changes_of(found), "HX-Request" in request.headers
    beside = came_from(request.headers.get("Referer", "")) if is_panel else ""
    ledger = ledger_of(found)
    context = {
        "desk": desk,
        "visit": found,
        "changes": changes,
        "answer": answer_of(desk, found, changes, now),
        "back": way_back(beside, found),
        "guest": guest_of(found, now),
        "others": other_visits(desk, found),
        "told": told_of(found, told_about(found, with_clinical=desk.sees_clinical), now=now),
        "refused": refusals_of(found, now=now),
        "resend": "portal:visit_resend",
        "ledger": ledger,
        "follow_up": follow_up_of(ledger),
        **series_of(found, now),
        "now": now,
    }
    page = "_visit_panel" if is_panel else "visit"
    return render(request, f"portal/{page}.html", context)
