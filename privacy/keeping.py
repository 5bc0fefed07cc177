"""What the law has kept of a patient whose account is closed: of whose visits, until when."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import Patient
from appointments.enums import Status
from appointments.models import PaymentLine
from privacy.countries import clinical_years, receipt_years, rules_of
from records.models import Consultation
from records.services.identities import Duty


def duty_for(patient: Patient, now: datetime) -> Duty | None:
    """The longest one of records, else of receipts; None where nothing has to name them. A visit
    that took place has a record, or may get one still; a receipt names who paid.
    """
    paid = PaymentLine.objects.with_receipt()
    rows = (
        patient.appointments.visits()
        .annotate(
            is_clinical=is_of_record(now),
            has_receipt=Exists(paid.filter(appointment=OuterRef("pk"))),
        )
        .values_list("clinic__country", "starts_at", "is_clinical", "has_receipt")
    )
    clinical = [_clinical(country, at.date()) for country, at, is_so, _has in rows if is_so]
    receipts = [_receipt(country, at.date()) for country, at, _so, has_one in rows if has_one]
    return max(clinical + receipts, key=lambda duty: (duty.is_clinical, duty.until), default=None)


def is_of_record(now: datetime) -> Q:
    """Of visits: whose words belong to a record, and stay with it."""
    is_over = Q(status=Status.ATTENDED) | Q(status=Status.BOOKED, starts_at__lte=now)
    return is_over | Q(Exists(Consultation.objects.filter(visit=OuterRef("pk"))))


def _clinical(country: str, last: date) -> Duty:
    until = years_after(last, clinical_years(country))
    return Duty(country, rules_of(country).clinical_source, until, True)


def _receipt(country: str, last: date) -> Duty:
    until = years_after(last, receipt_years(country))
    return Duty(country, rules_of(country).receipt_source, until, False)


def years_after(day: date, years: int) -> date:
    """The same day of a later year; of a leap day, the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
