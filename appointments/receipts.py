"""A receipt: what a patient gets for a payment, or signs for money that goes back. No reason."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from appointments.balance import live_lines
from appointments.enums import LineKind
from appointments.models import Appointment, PaymentLine
from core.templatetags.when import clock, day_long, gmt, money

Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Receipt:
    """In words, for the page and for the paper alike. `voided` says when it was voided, if ever."""

    title: str
    number: str
    amount: str
    issued: str
    issuer: Sequence[str]
    facts: Facts
    lines: Sequence[tuple[str, str, str]]
    total: str
    voided: str

    @property
    def file_name(self) -> str:
        return f"recibo-{self.number}.pdf"


def find_receipt(visit: Appointment, line_id: uuid.UUID, payer: str = "") -> Receipt:
    """`payer` is their name where the patient's row does not have it any more.

    Raises Http404 for a line that is none of this visit's, or has no receipt.
    """
    lines = list(visit.payment_lines.order_by("pk"))
    line = next((one for one in lines if one.public_id == line_id and one.receipt_number), None)
    if line is None:
        raise Http404
    line.appointment = visit
    return receipt_of(line, lines, payer)


def receipt_of(line: PaymentLine, lines: Sequence[PaymentLine], payer: str = "") -> Receipt:
    """As the account was when the line was written: later ones change no paper, but a void."""
    visit = line.appointment
    before = [one for one in lines if one.pk <= line.pk]
    void = next((one for one in lines if one.voids_id == line.pk), None)
    is_refund = line.kind == LineKind.REFUND
    paid = [one for one in live_lines(before) if one.receipt_number is not None]
    total = -sum(one.effect for one in paid)
    return Receipt(
        title=_("Recibo de devolución") if is_refund else _("Recibo de pago"),
        number=f"{line.receipt_number:06d}",
        amount=money(line.amount, line.currency),
        issued=_moment(line, visit),
        issuer=_issuer(visit),
        facts=_facts(line, visit, payer),
        # What was charged, forgiven and paid until then; mistakes that were taken back left out.
        lines=[_line(one, visit) for one in live_lines(before)],
        total=money(total, line.currency),
        voided=_("Anulado el %(day)s") % {"day": _moment(void, visit)} if void else "",
    )


def _issuer(visit: Appointment) -> list[str]:
    doctor, clinic = visit.doctor, visit.clinic
    licence = doctor.licence_number and f"{_('Registro')} {doctor.licence_number}"
    place = f"{clinic.name}, {clinic.address}, {clinic.city.name}"
    phone = clinic.phone.as_international if clinic.phone else ""
    return [part for part in (doctor.display_name, licence, place, phone) if part]


def _facts(line: PaymentLine, visit: Appointment, payer: str) -> Facts:
    assert visit.patient is not None
    held = f"{day_long(visit.starts_at, visit.zone)}, {clock(visit.starts_at, visit.zone)}"
    facts = [
        (_("Paciente"), payer or visit.patient.full_name),
        (_("Concepto"), _("Consulta médica")),
        (_("Fecha de la cita"), held),
        (_("Código de la cita"), visit.code or ""),
        (_("Forma de pago"), str(line.get_method_display())),
    ]
    # Whoever pays a fee after cancelling does not pay the visit.
    if visit.price is not None and not (visit.cancelled_at and visit.cancelled_at <= line.at):
        facts.append((_("Precio"), money(visit.price, visit.currency)))
    return facts


def _line(line: PaymentLine, visit: Appointment) -> tuple[str, str, str]:
    what = str(line.get_fee_display() if line.fee else line.get_kind_display())
    if line.receipt_number is not None:
        what = f"{what} · {line.receipt_number:06d}"
    amount = -line.amount if line.kind == LineKind.REFUND else line.amount
    return what, day_long(line.at, visit.zone), money(amount, line.currency)


def _moment(line: PaymentLine, visit: Appointment) -> str:
    day, hour = day_long(line.at, visit.zone), clock(line.at, visit.zone)
    return f"{day}, {hour} ({gmt(visit.zone, line.at)})"
