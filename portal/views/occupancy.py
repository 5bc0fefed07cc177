"""How full the doctor's consultorios are: as a page, and for a spreadsheet."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.audit import note_export
from clinics.models import Clinic
from core.clock import current_time
from core.sheets import sheet
from portal.desk import DeskRequest, doctor_page
from portal.occupancy import occupancy_of, sheet_head, sheet_rows, today_of
from portal.periods import Period, PeriodForm

PAGE = "portal/occupancy/occupancy.html"


@require_safe
@doctor_page
def occupancy(request: DeskRequest) -> HttpResponse:
    """A month, a week, a day or any span; all consultorios, or one of them."""
    now = current_time()
    clinics = _clinics(request)
    if not clinics:
        return render(request, PAGE, {"clinics": clinics})
    form = PeriodForm(request.GET, clinics=clinics)
    context: dict[str, Any] = {"form": form, "clinics": clinics}
    if form.is_valid():
        chosen, period = form.clinic, _asked(form, clinics, now)
        context |= {"chosen": chosen, "period": period}
        context["occupancy"] = occupancy_of(
            request.desk.doctor, clinics, period, chosen=chosen, now=now
        )
    return render(request, PAGE, context, status=200 if form.is_valid() else 400)


@require_safe
@doctor_page
def occupancy_csv(request: DeskRequest) -> HttpResponse:
    now, clinics = current_time(), _clinics(request)
    form = PeriodForm(request.GET, clinics=clinics)
    if not form.is_valid():
        return render(request, PAGE, {"form": form, "clinics": clinics}, status=400)
    period = _asked(form, clinics, now)
    name = f"ocupacion-{period.first}-{period.last}.csv"
    note_export(request.user, name, at=now)
    return sheet(name, sheet_head(), sheet_rows(request.desk.doctor, clinics, period, form.clinic))


def _clinics(request: DeskRequest) -> list[Clinic]:
    """Archived ones, too: they were full or empty once."""
    return list(request.desk.all_clinics.with_schedule().order_by("id"))


def _asked(form: PeriodForm, clinics: list[Clinic], now: datetime) -> Period:
    return form.period(today_of([form.clinic] if form.clinic else clinics, now))
