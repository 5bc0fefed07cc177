"""What the law has kept where an account is closed: of whose visits, until when."""

from dataclasses import replace
from datetime import date, datetime

from django.db.models import Max, QuerySet

from accounts.models import Patient
from appointments.models import Appointment
from doctors.models import Doctor
from privacy.countries import clinical_years, receipt_years, rules_of
from records.services.identities import Duty, has_receipt, is_of_record


def duty_for(patient: Patient, now: datetime) -> Duty | None:
    """The longest one that is not over; None where nothing has to name them. A visit that took
    place has a record, or may get one still; a receipt names who paid.
    """
    return _duty_of(patient.appointments.visits(), now)


def duty_of_doctor(doctor: Doctor, now: datetime) -> Duty | None:
    """The same of who wrote the records and gave the receipts. A visit that was cancelled, or that
    nobody came to, asks for nothing.
    """
    return _duty_of(doctor.appointments.visits(), now)


def _duty_of(visits: QuerySet[Appointment], now: datetime) -> Duty | None:
    """Of each country the last visit counts: years begin there."""
    last = visits.order_by().values_list("clinic__country").annotate(last=Max("starts_at"))
    clinical, receipts = last.filter(is_of_record(now)), last.filter(has_receipt())
    duties = [_clinical(country, at.date()) for country, at in clinical]
    duties += [_receipt(country, at.date()) for country, at in receipts]
    live = [duty for duty in duties if duty.until >= now.date()]
    if not live:
        return None
    longest = max(live, key=lambda duty: (duty.until, duty.is_clinical))
    return replace(longest, is_clinical=any(duty.is_clinical for duty in live))


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
