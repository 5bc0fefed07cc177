"""Occupancy with three years behind it, beside the emptiest page somebody logged in can ask for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.agenda import EMPTIEST, asking
from benchmarks.registry import Result, benchmark, milliseconds
from benchmarks.stage import stage

YEARS, CLINICS, A_DAY = 3, 3, 14


@benchmark
def occupancy(quick: bool) -> Iterator[Result]:
    """Three consultorios, three years of 14 visits a day, all of them counted."""
    with stage():
        doctor, nobody = _people()
        today = datetime.now(UTC).date()
        pages = {
            "occupancy, this month": "/ocupacion/",
            "occupancy, a month that is over": f"/ocupacion/?fecha={today - timedelta(days=400)}",
            "occupancy, a year": _span(today, 365),
            "occupancy, three years": _span(today, 3 * 365),
        }
        for name, address in pages.items():
            limit = 3 if "month" in name else None
            measured, floor = milliseconds(
                asking(doctor, address, {}),
                asking(nobody, EMPTIEST, {}),
                seconds=1 if quick else 5,
            )
            yield Result(name, measured, floor, aim=2, limit=limit)


def _span(today: date, days: int) -> str:
    yesterday = today - timedelta(days=1)
    return f"/ocupacion/?desde={yesterday - timedelta(days=days - 1)}&hasta={yesterday}"


def _people() -> tuple[Any, Any]:
    from django.db import connection  # noqa: PLC0415 -- the stage is up only now
    from django.test import Client  # noqa: PLC0415 -- the stage is up only now

    from appointments.models import Appointment, HoursVersion  # noqa: PLC0415 -- likewise
    from appointments.services.tallying import tally_due  # noqa: PLC0415 -- likewise
    from tests import factories  # noqa: PLC0415 -- likewise

    now = datetime.now(UTC)
    since = now - timedelta(days=YEARS * 365)
    doctor = factories.DoctorFactory()
    clinics = [
        factories.ClinicFactory(
            doctor=doctor, name=f"Consultorio {n}", created_at=since,
            hours=[(d, s, e) for d in days for s, e in ((540, 780), (900, 1080))],
        )
        for n, days in enumerate(((1, 4), (2, 5), (3, 6)))
    ]  # fmt: skip
    assert len(clinics) == CLINICS
    HoursVersion.objects.all().delete()
    patients = factories.PatientFactory.create_batch(60)
    nine = since.replace(hour=14, minute=0, second=0, microsecond=0)
    days = [nine + timedelta(days=n) for n in range(YEARS * 365 + 14)]
    Appointment.objects.bulk_create(
        (
            factories.AppointmentFactory.build(
                clinic=clinics[day.weekday() % CLINICS], doctor=doctor,
                patient=patients[(n + 7 * k) % 60], booked_by=patients[(n + 7 * k) % 60].account,
                starts_at=day + timedelta(minutes=30 * k),
                ends_at=day + timedelta(minutes=30 * k + 30),
                booked_at=day - timedelta(days=k), code=f"B{n}-{k}",
                status="booked" if day > now else ("no_show" if k == 5 else "attended"),
            )
            for n, day in enumerate(days) for k in range(A_DAY) if day.weekday() < 6
        ),
        batch_size=2000,
    )  # fmt: skip
    while tally_due(clock=lambda: now):
        pass
    with connection.cursor() as cursor:
        # As autovacuum leaves it, a minute after such a load.
        cursor.execute("VACUUM ANALYZE")
    browsers = []
    for user in (doctor.user, factories.UserFactory()):
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        browsers.append(client)
    return browsers[0], browsers[1]
