"""One visit as its desk sees it: a page of its own, or beside the agenda."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.clock import current_time
from portal.desk import DeskRequest, desk_page
from portal.queries import changes_of, other_visits


@require_safe
@desk_page
def visit(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    desk = request.desk
    found = get_object_or_404(desk.visits.with_people(), public_id=public_id)
    context = {
        "desk": desk,
        "visit": found,
        "changes": changes_of(found),
        "others": other_visits(desk, found),
        "now": current_time(),
    }
    page = "_visit_panel" if request.headers.get("HX-Request") else "visit"
    return render(request, f"portal/{page}.html", context)
