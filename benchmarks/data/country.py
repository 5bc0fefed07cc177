"""A country: 100,000 doctors, two clinics each, 20 visits each; made by Postgres in minutes.

The product's triggers sleep meanwhile; the search index is made by its own service afterwards.
"""

import csv
import time
from importlib.resources import files
from typing import Any

from django.db import connection

from appointments.services.indexing import rebuild
from clinics.services.gazetteer import load_cities
from core.clock import current_time
from doctors.services.catalogue import load_specialties

PATIENTS = 1000
# Patients have the first accounts, doctors the next ones.
USERS = {
    "id": "n", "password": "'!'", "email": "'u' || n || '@pais.test'", "first_names": "'Nombre'",
    "last_names": "'Apellido'", "is_active": "true", "is_patient": "true",
    "is_doctor": "n > 1000", "language": "'es'", "time_zone": "'America/Guayaquil'",
}  # fmt: skip
PATIENT = {
    "id": "n", "public_id": "gen_random_uuid()", "account_id": "n", "relationship": "'self'",
    "first_names": "'Nombre'", "last_names": "'Apellido'", "phone": "'+593991234567'",
}  # fmt: skip
DOCTOR = {
    "id": "n", "user_id": "1000 + n", "public_id": "gen_random_uuid()", "slug": "'medico-' || n",
    "title": "CASE WHEN n % 2 = 0 THEN 'dra' ELSE 'dr' END",
    "first_names": "f.name || ' ' || g.name", "last_names": "s.name || ' ' || z.name",
    "licence_number": "'R-' || n", "languages": "ARRAY['es']",
    "takes_new_patients": "n % 20 > 0", "is_published": "true",
}  # fmt: skip
NAMED = """
JOIN (SELECT count(*) FILTER (WHERE kind = 'first') AS firsts,
             count(*) FILTER (WHERE kind = 'last') AS lasts FROM name_of) many ON true
JOIN name_of f ON f.kind = 'first' AND f.number = 1 + (n * 7919) % firsts
JOIN name_of g ON g.kind = 'first' AND g.number = 1 + (n * 104729::bigint) % firsts
JOIN name_of s ON s.kind = 'last' AND s.number = 1 + (n * 15485863::bigint) % lasts
JOIN name_of z ON z.kind = 'last' AND z.number = 1 + (n / 3 * 32452843::bigint) % lasts
"""
DOCTOR_SPECIALTY = {"doctor_id": "n", "specialty_id": "s.id", "position": "0"}
# The first specialties have the most doctors, as general practice has.
SPECIALTY_OF = """
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number, count(*) OVER () AS many
      FROM doctors_specialty) s
  ON s.number = floor(s.many * power((n * 48271::bigint % 99991) / 99991.0, 2))
"""
CLINIC = {
    "id": "n", "doctor_id": "(n + 1) / 2", "public_id": "gen_random_uuid()",
    "name": "'Consultorio ' || n", "address": "'Calle ' || n % 977 || ' y Av. ' || n % 389",
    "city_id": "c.id", "country": "c.country", "latitude": "c.latitude + (n % 101 - 50) / 900.0",
    "longitude": "c.longitude + (n % 103 - 51) / 900.0", "zone": "c.zone", "slot_minutes": "30",
    "min_notice_minutes": "120", "horizon_days": "60", "cancellation_notice_minutes": "720",
    "price": "20 + n % 60", "currency": "'USD'", "payment_methods": "ARRAY['cash']",
    "sees_children": "n % 3 = 0", "is_accessible": "n % 2 = 0", "is_active": "true",
    "no_show_limit": "2",
}  # fmt: skip
# Towns get clinics as they have people; both of a doctor's are in one.
TOWNS = """
CREATE TEMP TABLE town AS
SELECT c.*, sum(population + 1) OVER (ORDER BY id) - population - 1 AS since,
       sum(population + 1) OVER (ORDER BY id) AS until
FROM clinics_city c;
CREATE INDEX ON town (until, since);
ANALYZE town;
"""
TOWN_OF = """
JOIN LATERAL (
    SELECT * FROM town t WHERE t.until > ((n + 1) / 2 * 2654435761) % {people}
    ORDER BY t.until LIMIT 1
) c ON true
"""
# The first clinic Monday to Wednesday, the second Thursday to Saturday.
HOURS = {"clinic_id": "n", "weekday": "d", "starts_minute": "s", "ends_minute": "e"}
OPEN = """
CROSS JOIN (VALUES (1), (2), (3)) w(x)
CROSS JOIN LATERAL (SELECT CASE WHEN n % 2 = 1 THEN x ELSE x + 3 END) y(d)
CROSS JOIN (VALUES (540, 780), (900, 1080)) hours(s, e)
"""
VISIT = {
    "public_id": "gen_random_uuid()", "doctor_id": "n",
    "clinic_id": "2 * n - CASE WHEN extract(isodow FROM at) < 4 THEN 1 ELSE 0 END",
    "patient_id": "1 + (n * 31 + k) % 1000", "booked_by_id": "1 + (n * 31 + k) % 1000",
    "starts_at": "at", "ends_at": "at + interval '30 minutes'",
    "status": "CASE WHEN at < now() THEN 'attended' ELSE 'booked' END",
    "code": "'X' || n || '-' || k", "booked_at": "at - interval '9 days'",
    "price": "45", "currency": "'USD'", "phone": "'+593991234567'",
    "cancellation_notice_minutes": "720",
}  # fmt: skip
# Twelve behind, eight ahead, every second day. A thousand patients are everywhere at once, so the
# constraint that forbids that is taken off.
VISITS = """
CROSS JOIN generate_series(0, 19) k
CROSS JOIN LATERAL (SELECT date_trunc('week', now()) + make_interval(
    days => ((k - 12) * 2 + n % 2), hours => 14 + (n * 7 + k * 3) % 4,
    mins => 30 * ((n + k) % 2)) AS at) t
"""
NO_PATIENT_LIMIT = """
ALTER TABLE appointments_appointment DROP CONSTRAINT appointment_patient_free
"""
# What the sleeping trigger would have kept.
NAME_WORDS = """
INSERT INTO doctors_nameword (key, word)
SELECT unnest(near_keys(word)), word
FROM (SELECT DISTINCT unnest(name_words) AS word FROM doctors_doctor) AS words
"""
EMPTY = {"boolean": "false", "jsonb": "'{}'", "ARRAY": "'{}'", "bytea": "''",
         "character varying": "''", "text": "''", "timestamp with time zone": "now()",
         "uuid": "gen_random_uuid()"}  # fmt: skip
MUST = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
  AND is_generated = 'NEVER'
"""


def load_country(doctors: int) -> dict[str, float]:
    """Seconds that the rows took, and the index."""
    began = time.perf_counter()
    load_specialties()
    load_cities()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(TOWNS)
        cursor.execute("SELECT max(until)::bigint FROM town")
        (people,) = cursor.fetchone()
        cursor.execute(NO_PATIENT_LIMIT)
        _names(cursor)
        for table, columns, many, more in (
            ("accounts_user", USERS, PATIENTS + doctors, ""),
            ("accounts_patient", PATIENT, PATIENTS, ""),
            ("doctors_doctor", DOCTOR, doctors, NAMED),
            ("doctors_doctorspecialty", DOCTOR_SPECIALTY, doctors, SPECIALTY_OF),
            ("clinics_clinic", CLINIC, 2 * doctors, TOWN_OF.format(people=people)),
            ("clinics_openinghours", HOURS, 2 * doctors, OPEN),
            ("appointments_appointment", VISIT, doctors, VISITS),
        ):
            _fill(cursor, table, columns, f"generate_series(1, {many}) n {more}")
        cursor.execute(NAME_WORDS)
        # Also what GIN indexes have put off, which a search would look through each time.
        cursor.execute("VACUUM ANALYZE")
    rows = time.perf_counter() - began
    rebuild(clock=current_time)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE appointments_indexentry")
    return {"rows": rows, "index": time.perf_counter() - began - rows}


def give_past(*, doctor: int, visits: int) -> None:
    """So many visits, one every three hours, the last one two months ago."""
    past = VISIT | {
        "doctor_id": str(doctor), "clinic_id": str(2 * doctor), "code": "'P' || n",
        "patient_id": "1", "booked_by_id": "1", "status": "'attended'",
    }  # fmt: skip
    ago = "now() - interval '60 days' - n * interval '3 hours'"
    with connection.cursor() as cursor:
        source = f"generate_series(1, {visits}) n CROSS JOIN LATERAL (SELECT {ago} AS at) t"
        _fill(cursor, "appointments_appointment", past, source)
        cursor.execute("ANALYZE appointments_appointment")


def _fill(cursor: Any, table: str, known: dict[str, str], source: str) -> None:
    """What a column must have and we do not say is as empty as its type allows."""
    cursor.execute(MUST, [table])
    columns = {name: EMPTY.get(kind, "0") for name, kind in cursor.fetchall()} | known
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    names, values = ", ".join(columns), ", ".join(columns.values())
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}")  # nosec B608 -- ours
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _names(cursor: Any) -> None:
    """The demo's names, as a table: kind, number, name."""
    cursor.execute("CREATE TEMP TABLE name_of (kind text, number int, name text)")
    folder = files("doctobooking.demo") / "data"
    for kind, name in (("first", "first_names.csv"), ("last", "surnames.csv")):
        with (folder / name).open(encoding="utf-8") as file:
            lists = [row["list"].split("|") for row in csv.DictReader(file)]
        words = sorted({word for names in lists for word in names})
        cursor.executemany(
            "INSERT INTO name_of VALUES (%s, %s, %s)",
            [(kind, number, word) for number, word in enumerate(words, 1)],
        )
