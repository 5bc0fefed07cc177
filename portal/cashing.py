"""What is owed to a doctor, and what came in: lists over the visits that a desk may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Abs
from django.utils.translation import gettext as _

from appointments.enums import Status
from appointments.ledger import with_balance
from appointments.models import AppointmentQuerySet, PaymentLine
from clinics.models import Clinic
from core.money import exact
from core.templatetags.when import clock
from portal.desk import Desk
from portal.looks import NOWHERE
from portal.payment_forms import CashForm, OwedForm


@dataclass(frozen=True)
class Total:
    """Of one currency, and on the cash desk of one method."""

    currency: str
    amount: Decimal
    count: int
    method: str = ""


def zone_of(clinics: Sequence[Clinic], chosen: Clinic | None) -> ZoneInfo:
    """Whose calendar the days of a list are on."""
    first = chosen or (clinics[0] if clinics else None)
    return ZoneInfo(first.zone if first else NOWHERE)


def owed_visits(desk: Desk, form: OwedForm, zone: ZoneInfo, now: datetime) -> QuerySet[Any]:
    """Visits that are over, and fees, that are not paid; or what is to be given back."""
    visits = desk.visits.exclude(status=Status.REQUESTED)
    if form.clinic:
        visits = visits.filter(clinic=form.clinic)
    visits = _between(visits, form.cleaned_data["desde"], form.cleaned_data["hasta"], zone)
    if form.is_credits:
        found = with_balance(visits).filter(balance__lt=0)
    else:
        found = with_balance(visits.past(now)).filter(balance__gt=0)
    return found.annotate(rest=Abs("balance")).select_related("patient", "clinic")


def totals_of(visits: QuerySet[Any]) -> list[Total]:
    """By currency."""
    sums = visits.order_by().values("currency").annotate(sum=Sum("rest"), n=Count("pk"))
    rows = sorted((row["currency"], row["sum"], row["n"]) for row in sums)
    return [Total(currency, exact(amount, currency), n) for currency, amount, n in rows]


def owed_rows(visits: Iterable[Any]) -> Iterable[Sequence[object]]:
    """For a spreadsheet: no reason, no note."""
    for visit in visits:
        local = visit.starts_at.astimezone(ZoneInfo(visit.zone))
        assert visit.patient is not None
        phone = visit.phone or visit.patient.phone
        yield (
            f"{local:%Y-%m-%d}", clock(local), visit.code, visit.patient.full_name,
            # Without the sign that would begin a formula.
            phone.as_international.removeprefix("+") if phone else "",
            visit.clinic.name, visit.get_status_display(), visit.currency,
            *(exact(getattr(visit, name), visit.currency) for name in ("due", "paid", "rest")),
        )  # fmt: skip


def owed_head() -> list[str]:
    return [
        _("Fecha"), _("Hora"), _("Código"), _("Paciente"), _("Celular"), _("Consultorio"),
        _("Estado"), _("Moneda"), _("Valor"), _("Pagado"), _("Saldo"),
    ]  # fmt: skip


def cash_lines(
    desk: Desk, form: CashForm, days: tuple[date, date], zone: ZoneInfo
) -> QuerySet[PaymentLine]:
    """Money that came in or went out, and what was voided of it, in the order of its being written.

    On the day on which it was written down.
    """
    since, until = _instants(*days, zone)
    lines = PaymentLine.objects.with_money().filter(doctor=desk.doctor, at__gte=since, at__lt=until)
    if form.clinic:
        lines = lines.filter(appointment__clinic=form.clinic)
    elif not desk.is_doctor:
        lines = lines.filter(appointment__clinic__in=desk.all_clinics)
    people = ("appointment__patient", "appointment__clinic", "recorded_by", "voids")
    return lines.annotate(moved=-F("effect")).select_related(*people).order_by("at", "pk")


def cash_totals(lines: QuerySet[PaymentLine]) -> list[Total]:
    sums = lines.order_by().values("currency", "method").annotate(sum=Sum("moved"), n=Count("pk"))
    rows = sorted((row["currency"], row["method"], row["sum"], row["n"]) for row in sums)
    return [
        Total(currency, exact(amount, currency), n, method) for currency, method, amount, n in rows
    ]


def cash_head() -> list[str]:
    return [
        _("Fecha"), _("Hora"), _("Movimiento"), _("Recibo"), _("Código"), _("Paciente"),
        _("Consultorio"), _("Forma de pago"), _("Moneda"), _("Valor"), _("Registrado por"),
        _("Nota"),
    ]  # fmt: skip


def cash_rows(lines: Iterable[PaymentLine]) -> Iterable[Sequence[object]]:
    for line in lines:
        visit = line.appointment
        local = line.at.astimezone(ZoneInfo(visit.zone))
        receipt = line.receipt_number or (line.voids and line.voids.receipt_number)
        assert visit.patient is not None
        yield (
            f"{local:%Y-%m-%d}", clock(local), line.get_kind_display(), receipt, visit.code,
            visit.patient.full_name, visit.clinic.name, line.get_method_display(), line.currency,
            exact(-line.effect, line.currency),
            line.recorded_by.full_name if line.recorded_by else "", line.note,
        )  # fmt: skip


def _between(
    visits: AppointmentQuerySet, since: date | None, until: date | None, zone: ZoneInfo
) -> AppointmentQuerySet:
    if since:
        visits = visits.filter(starts_at__gte=datetime.combine(since, time(), zone))
    if until:
        visits = visits.filter(starts_at__lt=_instants(until, until, zone)[1])
    return visits


def _instants(since: date, until: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first midnight to the one after the last day."""
    day_after = until + timedelta(days=1)
    return datetime.combine(since, time(), zone), datetime.combine(day_after, time(), zone)
