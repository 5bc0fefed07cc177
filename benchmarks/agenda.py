"""The doctor's agenda beside the emptiest page that somebody logged in can ask for."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.registry import Result, benchmark, milliseconds
from benchmarks.stage import stage

CLINICS, PAST, COMING = 3, 5_000, 60
EMPTIEST = "/mis-citas/"


@benchmark
def week(quick: bool) -> Iterator[Result]:
    """Three clinics, 5,000 past visits, a week that is half full."""
    with stage():
        doctor, nobody = _people()
        pages = {
            "agenda, week": f"/agenda/?fecha={_monday():%Y-%m-%d}",
            "agenda, day": f"/agenda/?vista=dia&fecha={_monday():%Y-%m-%d}",
            "agenda, list": f"/agenda/?vista=lista&fecha={_monday():%Y-%m-%d}",
            "agenda, what refreshes": f"/agenda/?fecha={_monday():%Y-%m-%d}",
        }
        for name, address in pages.items():
            headers = {"HX-Request": "true"} if name.endswith("refreshes") else {}
            measured, floor = milliseconds(
                asking(doctor, address, headers),
                asking(nobody, EMPTIEST, {}),
                seconds=1 if quick else 5,
            )
            yield Result(name, measured, floor, aim=2, limit=3)


def _monday() -> datetime:
    """Of next week, 9:00 in Quito: a week that is free until it is filled."""
    now = datetime.now(UTC).replace(hour=14, minute=0, second=0, microsecond=0)
    return now + timedelta(days=7 - now.weekday())


def asking(client: Any, address: str, headers: dict[str, str]) -> Callable[[], None]:
    def ask() -> None:
        assert client.get(address, headers=headers).status_code == 200

    return ask


def _people() -> tuple[Any, Any]:
    """A doctor with a long life behind her, and somebody without a visit: their browsers."""
    from django.test import Client  # noqa: PLC0415 -- the stage is up only now

    from appointments.live import channel_of  # noqa: PLC0415 -- the stage is up only now
    from core.live.changes import position_now  # noqa: PLC0415 -- the stage is up only now
    from core.live.marks import mark_seen  # noqa: PLC0415 -- the stage is up only now
    from tests import factories  # noqa: PLC0415 -- the stage is up only now

    doctor = factories.DoctorFactory()
    clinics = [
        factories.ClinicFactory(
            doctor=doctor, name=f"Consultorio {n}", slot_minutes=20,
            hours=[(d, s, e) for d in days for s, e in ((540, 780), (900, 1080))],
        )
        for n, days in enumerate(((1, 4), (2, 5), (3, 6)))
    ]  # fmt: skip
    assert len(clinics) == CLINICS
    patients = factories.PatientFactory.create_batch(30)
    _fill(factories, clinics, patients)
    mark_seen(user=doctor.user, channel=channel_of(doctor), position=position_now(), now=_monday())
    browsers = []
    for user in (doctor.user, factories.UserFactory()):
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        browsers.append(client)
    return browsers[0], browsers[1]


def _fill(factories: Any, clinics: list[Any], patients: list[Any]) -> None:
    from appointments.models import Appointment  # noqa: PLC0415 -- the stage is up only now

    monday = _monday()
    past = [monday - timedelta(days=1 + n // 12, minutes=-20 * (n % 12)) for n in range(PAST)]
    coming = [monday + timedelta(days=n % 6, minutes=40 * (n // 6)) for n in range(COMING)]
    Appointment.objects.bulk_create(
        factories.AppointmentFactory.build(
            clinic=clinics[start.weekday() % CLINICS], doctor=clinics[0].doctor,
            patient=patients[n % len(patients)], booked_by=patients[n % len(patients)].account,
            starts_at=start, ends_at=start + timedelta(minutes=20),
            status="attended" if start < monday else "booked", code=f"B-{n}",
        )
        for n, start in enumerate([*past, *coming])
    )  # fmt: skip
