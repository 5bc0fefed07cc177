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
# Of everybody in a rectangle, how many are where.
GRID = """
SELECT round(latitude), round(longitude), count(*) FROM appointments_indexentry
WHERE latitude BETWEEN %s AND %s AND longitude BETWEEN %s AND %s GROUP BY 1, 2
"""
COUNTRY = {"south": -4.2, "north": 12.5, "west": -79.0, "east": -66.9}  # Colombia
ALIKE = """
SELECT id FROM doctors_doctor WHERE name_key %% %(q)s
ORDER BY similarity(name_key, %(q)s) DESC LIMIT 10
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
        yield _rectangle(seconds)
        yield from _names(seconds)
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


def _rectangle(seconds: float) -> Result:
    """The marks of a map that shows a whole country."""
    from django.db import connection  # noqa: PLC0415 -- the stage is up only now
    from django.test import Client  # noqa: PLC0415 -- as above

    client = Client(SERVER_NAME="localhost")
    south, north, west, east = COUNTRY.values()

    def marks() -> None:
        box = f"{west},{south},{east},{north}"
        assert client.get("/buscar/mapa/", {"bbox": box}).status_code == 200

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(GRID, [south, north, west, east])
            cursor.fetchall()

    return beside("map of a country", marks, floor, aim=1.5, limit=3, seconds=seconds)


def _names(seconds: float) -> Iterator[Result]:
    """A doctor's name, half of its words with a typing error each."""
    from django.db import connection  # noqa: PLC0415 -- the stage is up only now
    from django.test import Client  # noqa: PLC0415 -- as above

    from directory.words import understand  # noqa: PLC0415 -- as above

    client, chance = Client(SERVER_NAME="localhost"), random.Random(4)
    typed = [_misspelt(name, chance) for name in _full_names(chance)]

    def ours() -> None:
        understand(q=chance.choice(typed), specialty_slug="", place="")

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(ALIKE, {"q": chance.choice(typed)})
            cursor.fetchall()

    def suggestions() -> None:
        q = chance.choice(typed)[: chance.randint(3, 9)]
        found = client.get("/buscar/sugerencias/", {"q": q}, headers={"hx-request": "true"})
        assert found.status_code == 200

    def empty() -> None:
        assert client.get(EMPTY_PAGE).status_code == 200

    yield beside("name with two typing errors", ours, bare, aim=1.5, limit=3, seconds=seconds)
    yield beside("suggestions", suggestions, empty, seconds=seconds)


def _full_names(chance: random.Random) -> list[str]:
    from doctors.models import Doctor  # noqa: PLC0415 -- the stage is up only now

    ids = chance.sample(range(1, _doctors() + 1), 300)
    rows = Doctor.objects.filter(pk__in=ids).values_list("first_names", "last_names")
    return [f"{first} {last}" for first, last in rows]


def _misspelt(name: str, chance: random.Random) -> str:
    """Two letters are others, in two words."""
    words = name.split()
    for n in chance.sample(range(len(words)), 2):
        at = chance.randrange(len(words[n]))
        words[n] = words[n][:at] + chance.choice("aeinors") + words[n][at + 1 :]
    return " ".join(words)


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
