"""What people wait for, at the size of a country (benchmarks.data.country)."""

import random
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from benchmarks.registry import Result, benchmark, beside
from benchmarks.stage import stage

DOCTORS, QUICK_DOCTORS = 100_000, 3_000
# Of the gazetteer's, where there are the most clinics.
CITIES = ("bogota", "lima", "santiago", "ciudad-de-mexico", "quito", "buenos-aires", "madrid")
SPECIALTIES = ("medicina-general", "pediatria", "cardiologia", "dermatologia", "ginecologia")
EMPTY_PAGE = "/ayuda/"
# The same doctors by hand: nobody can ask for less.
SOONEST = """
SELECT doctor_id FROM appointments_indexentry
WHERE specialty_id = %s AND city_id = %s ORDER BY next_at LIMIT 10
"""
# The busy rows of a doctor and the free half hours between them, as multiranges.
FREE = """
WITH hours AS MATERIALIZED (
    SELECT range_agg(tstzrange(
        (day + make_interval(mins => h.starts_minute)) AT TIME ZONE c.zone,
        (day + make_interval(mins => h.ends_minute)) AT TIME ZONE c.zone)) AS open
    FROM clinics_clinic c JOIN clinics_openinghours h ON h.clinic_id = c.id
    JOIN generate_series(current_date, current_date + %(days)s, interval '1 day') day
      ON extract(isodow FROM day) = h.weekday
    WHERE c.doctor_id = %(doctor)s
), busy AS MATERIALIZED (
    SELECT coalesce(range_agg(tstzrange(starts_at, ends_at)), '{}') AS taken
    FROM appointments_appointment
    WHERE doctor_id = %(doctor)s AND status IN ('held', 'requested', 'booked', 'attended')
      AND starts_at BETWEEN now() - interval '1 day' AND now() + make_interval(days => %(days)s)
)
SELECT extract(epoch FROM t)::bigint
FROM hours, busy, unnest(open - taken) free,
     generate_series(lower(free), upper(free) - interval '30 minutes', interval '30 minutes') t
"""


@benchmark
def pages(quick: bool) -> Iterator[Result]:
    """100,000 doctors, 200,000 clinics, 2 million visits; quick: 3,000 doctors."""
    with stage():
        from benchmarks.data.country import load_country  # noqa: PLC0415 -- the stage is up now

        took = load_country(QUICK_DOCTORS if quick else DOCTORS)
        said = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items())
        sys.stderr.write(f"loaded: {said}\n")
        seconds = 2 if quick else 15
        yield _results(seconds)
        yield from _free_times(seconds)
        yield _profile(seconds)


def _results(seconds: float) -> Result:
    from django.db import connection  # noqa: PLC0415 -- the stage is up only now
    from django.test import Client  # noqa: PLC0415 -- as above

    from clinics.models import City  # noqa: PLC0415 -- as above
    from doctors.models import Specialty  # noqa: PLC0415 -- as above

    client, chance = Client(SERVER_NAME="localhost"), random.Random(1)
    cities = list(City.objects.filter(slug__in=CITIES))
    specialties = list(Specialty.objects.filter(slug__in=SPECIALTIES))

    def search() -> None:
        city, specialty = chance.choice(cities), chance.choice(specialties)
        query = {"especialidad": specialty.slug, "lugar": city.name}
        assert client.get("/buscar/", query).status_code == 200

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(SOONEST, [chance.choice(specialties).pk, chance.choice(cities).pk])
            cursor.fetchall()
        assert client.get(EMPTY_PAGE).status_code == 200

    return beside("results, city and specialty", search, floor, aim=2, limit=4, seconds=seconds)


def _free_times(seconds: float) -> Iterator[Result]:
    from benchmarks.data.country import give_past  # noqa: PLC0415 -- the stage is up only now

    chance = random.Random(2)
    most = _doctors()
    one, twenty = _asking(30, 1, chance, most), _asking(14, 20, chance, most)
    yield beside("free times, 1 doctor, 30 days", *one, aim=1.2, limit=2, seconds=seconds)
    yield beside("free times, 20 doctors, 14 days", *twenty, aim=1.2, limit=2, seconds=seconds)
    give_past(doctor=7, visits=10_000)
    yield beside(
        "free times, 30 days, 10,000 past visits", _month_of(7), _month_of(8),
        aim=1.1, limit=1.3, seconds=seconds,
    )  # fmt: skip


def _doctors() -> int:
    from doctors.models import Doctor  # noqa: PLC0415 -- the stage is up only now

    return Doctor.objects.count()


def _asking(
    days: int, many: int, chance: random.Random, most: int
) -> tuple[Callable[[], None], Callable[[], None]]:
    """The engine's question for some doctors with their clinics, and bare SQL of the same."""
    from django.db import connection  # noqa: PLC0415 -- the stage is up only now

    def ours() -> None:
        for _clinic, times in _times([chance.randint(1, most) for _ in range(many)], days).items():
            len(times)

    def bare() -> None:
        with connection.cursor() as cursor:
            for _ in range(many):
                cursor.execute(FREE, {"doctor": chance.randint(1, most), "days": days})
                cursor.fetchall()

    return ours, bare


def _times(doctors: list[int], days: int) -> dict[int, Any]:
    from appointments.queries import free_times  # noqa: PLC0415 -- the stage is up only now
    from clinics.models import Clinic  # noqa: PLC0415 -- as above
    from core.clock import current_time  # noqa: PLC0415 -- as above

    now = current_time()
    clinics = list(Clinic.objects.with_schedule().filter(doctor__in=doctors))
    return free_times(clinics, now=now, since=now, until=now + timedelta(days=days))


def _month_of(doctor: int) -> Callable[[], object]:
    return lambda: _times([doctor], 30)


def _profile(seconds: float) -> Result:
    """A doctor's page with the times of a week, beside the emptiest page of somebody logged in."""
    from django.test import Client  # noqa: PLC0415 -- the stage is up only now

    from tests.factories import UserFactory  # noqa: PLC0415 -- as above

    client, chance, most = Client(SERVER_NAME="localhost"), random.Random(3), _doctors()
    nobody = Client(SERVER_NAME="localhost")
    nobody.force_login(UserFactory(pk=10_000_000))

    def profile() -> None:
        assert client.get(f"/medicos/medico-{chance.randint(1, most)}/").status_code == 200

    def floor() -> None:
        assert nobody.get("/mis-citas/").status_code == 200

    return beside("profile with times", profile, floor, aim=2, limit=3, seconds=seconds)
