"""What the law has kept of a patient whose account is closed: of whose visits, until when."""

from dataclasses import replace
from datetime import date, datetime

from accounts.models import Patient
from privacy.countries import clinical_years, receipt_years, rules_of
from records.services.identities import Duty, has_receipt, is_of_record


def duty_for(patient: Patient, now: datetime) -> Duty | None:
    """The longest one that is not over; None where nothing has to name them. A visit that took
    place has a record, or may get one still; a receipt names who paid.
    """
    rows = (
        patient.appointments.visits()
        .annotate(is_clinical=is_of_record(now), has_receipt=has_receipt())
        .values_list("clinic__country", "starts_at", "is_clinical", "has_receipt")
    )
    duties = [_clinical(country, at.date()) for country, at, is_so, _has in rows if is_so]
    duties += [_receipt(country, at.date()) for country, at, _so, has_one in rows if has_one]
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
