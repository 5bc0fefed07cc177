"""«¿Por qué no se ofrece esta hora?»: any minute of any of the desk's clinics."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import current_time
from portal.desk import DeskRequest, desk_page
from portal.moments import moment_form
from portal.queries import clinics_of, explained


@require_safe
@desk_page
def why(request: DeskRequest) -> HttpResponse:
    now = current_time()
    clinics = clinics_of(request.desk)
    form = moment_form(request.GET, clinics, now)
    context = {"desk": request.desk, "form": form, "now": now}
    if form.is_bound and form.is_valid():
        context |= explained(request.desk, form.clinic, form.at, now, clinics)
    page = "_why_panel" if request.headers.get("HX-Request") else "why"
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"portal/{page}.html", context, status=status)
