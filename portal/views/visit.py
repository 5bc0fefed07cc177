"""One visit as its desk sees it."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.desk import DeskRequest, desk_page


@require_safe
@desk_page
def visit(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(request.desk.visits.with_people(), public_id=public_id)
    context = {
        "desk": request.desk,
        "visit": found,
        "changes": found.changes.order_by("id"),
        "now": timezone.now(),
    }
    return render(request, "portal/visit.html", context)
