"""What existing checks were on is filled in from what their doctors say now, where that is sure."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import connection

from doctors.models import LicenceCheck
from tests.factories import DoctorFactory

pytestmark = pytest.mark.django_db
FILL = import_module("doctors.migrations.0006_fill_what_was_checked").FILL


def day(number):
    return datetime(2026, 11, number, tzinfo=UTC)


def checked(doctor, judge, *, at, verdict="verified", number="1234-5678"):
    reason = "No consta." if verdict == "refused" else ""
    return LicenceCheck.objects.create(doctor=doctor, number=number, verdict=verdict,
                                       reason=reason, checked_by=judge, checked_at=at)  # fmt: skip


def test_only_verdicts_that_stand_are_filled(erin, dr_chen):
    dr_chen.licence_checked_at = day(9)
    dr_chen.save()
    pending, bare = DoctorFactory(), DoctorFactory(licence_checked_at=day(9), specialty=False)
    refused = DoctorFactory(licence_refused_at=day(9), licence_refusal="No consta.")
    rows = [
        checked(dr_chen, erin, at=day(8)), checked(dr_chen, erin, at=day(9)),
        checked(pending, erin, at=day(9)), checked(bare, erin, at=day(9)),
        checked(refused, erin, at=day(9), verdict="refused"),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FILL)
    found = LicenceCheck.objects.in_bulk([row.pk for row in rows])
    assert [(found[r.pk].title, found[r.pk].name, found[r.pk].specialties) for r in rows] == [
        ("", "", None), ("dra", "Ana Molina Paz", ["cardiologia"]), ("", "", None),
        ("dra", "Ana Molina Paz", []), ("", "", None),
    ]  # fmt: skip
