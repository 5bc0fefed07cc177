"""Accounts of the demo's visits: most are paid, some in part, one in some is owed or waived."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid5

from django.db.models import OuterRef, Q, Subquery

from appointments.balance import price_of
from appointments.enums import ChangeKind, Fee, LineKind, Status
from appointments.models import Appointment, AppointmentChange, PaymentLine
from appointments.rules import fee_of
from clinics.enums import PaymentMethod
from core.money import exact
from doctobooking.demo.chance import Chance

BATCH = 1000
PAID, PART, OWED, WAIVED = "paid", "part", "owed", "waived"
OUTCOMES = ((PAID, 82), (PART, 5), (OWED, 9), (WAIVED, 4))
NOTES = ("Cortesía", "Convenio", "Control sin costo")


class Cashier:
    """Writes lines whose receipts follow one another for each doctor."""

    def __init__(self, chance: Chance, now: datetime) -> None:
        self.chance = chance
        self.now = now
        self.numbers: Counter[int] = Counter()

    def save(self) -> None:
        """Past visits of doctors who have no lines yet; no events: nobody is told about them."""
        over = Q(ends_at__lt=self.now) | Q(cancelled_at__isnull=False)
        missed = AppointmentChange.objects.filter(
            appointment=OuterRef("pk"), kind=ChangeKind.NO_SHOW
        )
        visits = (
            Appointment.objects.visits()
            .filter(over)
            .annotate(missed_at=Subquery(missed.values("at")[:1]))
            .exclude(doctor__in=PaymentLine.objects.values("doctor"))
            .select_related("clinic__doctor")
            .defer("reason_sealed")
            .order_by("ends_at", "public_id")
        )
        lines = [line for visit in visits.iterator(BATCH) for line in self._lines(visit)]
        PaymentLine.objects.bulk_create(lines, batch_size=BATCH)

    def _lines(self, visit: Appointment) -> list[PaymentLine]:
        fee = self._fee(visit)
        owed = fee.amount if fee else price_of(visit)
        lines = [fee] if fee else []
        if not owed or visit.status == Status.BOOKED:
            return lines
        outcome = self.chance.weighted([o for o, _n in OUTCOMES], [n for _o, n in OUTCOMES])
        if outcome == WAIVED:
            lines.append(self._line(visit, LineKind.WAIVER, owed, note=self.chance.choice(NOTES)))
        elif outcome in (PAID, PART):
            half = exact(owed / 2, visit.currency)
            amount = half if outcome == PART and half else owed
            lines.append(self._payment(visit, amount))
        return lines

    def _fee(self, visit: Appointment) -> PaymentLine | None:
        kind = Fee.NO_SHOW if visit.status == Status.NO_SHOW else Fee.LATE_CANCELLATION
        is_due = visit.status == Status.NO_SHOW or (
            visit.status == Status.CANCELLED_BY_PATIENT and visit.is_late_cancellation
        )
        amount = fee_of(visit, kind) if is_due else None
        return self._line(visit, LineKind.CHARGE, amount, fee=kind) if amount else None

    def _payment(self, visit: Appointment, amount: Decimal) -> PaymentLine:
        self.numbers[visit.doctor_id] += 1
        methods = [m for m in visit.payment_methods.split(",") if m] or [PaymentMethod.CASH]
        return self._line(
            visit,
            LineKind.PAYMENT,
            amount,
            method=self.chance.choice(methods),
            receipt_number=self.numbers[visit.doctor_id],
        )

    def _line(
        self, visit: Appointment, kind: LineKind, amount: Decimal, **columns: object
    ) -> PaymentLine:
        # A fee is of the moment of the act that brought it about.
        over = min(visit.ends_at + timedelta(minutes=5), self.now)
        at = visit.cancelled_at or vars(visit)["missed_at"] or over
        return PaymentLine(
            public_id=uuid5(visit.public_id, f"line:{kind}"),
            key=uuid5(visit.public_id, f"key:{kind}"),
            appointment=visit,
            doctor_id=visit.doctor_id,
            kind=kind,
            amount=amount,
            currency=visit.currency,
            effect=amount if kind == LineKind.CHARGE else -amount,
            recorded_by_id=visit.clinic.doctor.user_id,
            at=at,
            **columns,
        )
