"""What is owed to the doctor, and the cash desk of a day; both as pages and for a spreadsheet."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.audit import note_export
from core.clock import current_time
from core.sheets import sheet
from portal.cashing import (
    cash_head,
    cash_lines,
    cash_rows,
    cash_totals,
    owed_head,
    owed_rows,
    owed_visits,
    totals_of,
    zone_of,
)
from portal.desk import DeskRequest, desk_page
from portal.payment_forms import CashForm, OwedForm

PAGE_SIZE = 50


@require_safe
@desk_page
def owed(request: DeskRequest) -> HttpResponse:
    """«Por cobrar»: visits that are over and fees; «Por devolver» with `?ver=devolver`."""
    form, now = OwedForm(request.GET, clinics=_clinics(request)), current_time()
    context: dict[str, Any] = {"desk": request.desk, "form": form, "now": now}
    if form.is_valid():
        visits = owed_visits(request.desk, form, zone_of(request.desk.clinics, form.clinic), now)
        context["page"] = Paginator(visits, PAGE_SIZE).get_page(request.GET.get("pagina"))
        context["totals"] = totals_of(visits)
    return _page(request, "portal/payments/owed.html", context)


@require_safe
@desk_page
def owed_csv(request: DeskRequest) -> HttpResponse:
    form, now = OwedForm(request.GET, clinics=_clinics(request)), current_time()
    if not form.is_valid():
        return _page(request, "portal/payments/owed.html", {"desk": request.desk, "form": form})
    visits = owed_visits(request.desk, form, zone_of(request.desk.clinics, form.clinic), now)
    name = "por-devolver.csv" if form.is_credits else "por-cobrar.csv"
    note_export(request.user, name, at=now)
    return sheet(name, owed_head(), owed_rows(visits))


@require_safe
@desk_page
def cash(request: DeskRequest) -> HttpResponse:
    """What came in by method: today, or from one day to another."""
    form = CashForm(request.GET, clinics=_clinics(request))
    context: dict[str, Any] = {"desk": request.desk, "form": form}
    if form.is_valid():
        context |= _cash(request, form)
        context["page"] = Paginator(context["lines"], PAGE_SIZE).get_page(request.GET.get("pagina"))
        context["totals"] = cash_totals(context["lines"])
    return _page(request, "portal/payments/cash.html", context)


@require_safe
@desk_page
def cash_csv(request: DeskRequest) -> HttpResponse:
    form = CashForm(request.GET, clinics=_clinics(request))
    if not form.is_valid():
        return _page(request, "portal/payments/cash.html", {"desk": request.desk, "form": form})
    found = _cash(request, form)
    name = f"caja-{found['days'][0]}-{found['days'][1]}.csv"
    note_export(request.user, name, at=current_time())
    return sheet(name, cash_head(), cash_rows(found["lines"]))


def _clinics(request: DeskRequest) -> list[Any]:
    return list(request.desk.all_clinics.order_by("id"))


def _cash(request: DeskRequest, form: CashForm) -> dict[str, Any]:
    zone = zone_of(request.desk.clinics, form.clinic)
    days = form.days(current_time().astimezone(zone).date())
    return {"days": days, "lines": cash_lines(request.desk, form, days, zone)}


def _page(request: DeskRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """What cannot be read of an address is said beside its field."""
    return render(request, template, context, status=200 if context["form"].is_valid() else 400)
