"""The search index: each doctor's entries made from the engine's answers, when something changed.

A change is noted in its own transaction (triggers: migrations 0006 and 0007). The entries follow
within seconds, by a task; they choose and order doctors, while the times that people see always
come from the engine.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from time import monotonic as time_passed
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Min

from appointments.availability import MINUTE
from appointments.enums import Status
from appointments.models import Appointment, IndexChange, IndexEntry, IndexMark
from appointments.queries import free_seconds, taken_times
from clinics.models import Clinic
from core.spelling import key_of
from doctors.models import Doctor, DoctorSpecialty

LOOK_AHEAD = timedelta(days=60)
# A time that lets the horizon's next day in, without one night for everybody.
TRUE_FOR = timedelta(hours=24)
AT_ONCE = 50
# Less than the task's tick.
RUN_SECONDS = 2
# Local hours at which the parts of a day begin.
PARTS = {"mornings": 0, "afternoons": 12, "evenings": 18}

COLUMNS = [f.attname for f in IndexEntry._meta.concrete_fields if f.name != "id"]
MARK = """
INSERT INTO appointments_indexmark (doctor_id, renew_at, renewed_at)
SELECT id, 'epoch', 'epoch' FROM doctors_doctor WHERE id = ANY(%(doctors)s)
ON CONFLICT DO NOTHING
"""
# One renewer a doctor; a second one leaves them alone. Nobody else ever waits for these rows.
CLAIM = """
SELECT doctor_id FROM appointments_indexmark WHERE doctor_id = ANY(%(doctors)s)
ORDER BY doctor_id FOR UPDATE SKIP LOCKED
"""
# Of doctors who are gone, too.
TAKE = """
DELETE FROM appointments_indexchange c WHERE c.doctor_id = ANY(%(ours)s)
OR c.doctor_id = ANY(%(asked)s)
AND NOT EXISTS (SELECT FROM doctors_doctor d WHERE d.id = c.doctor_id)
"""
RENEWED = """
UPDATE appointments_indexmark m SET renew_at = ours.until, renewed_at = %(now)s
FROM unnest(%(doctors)s::bigint[], %(until)s::timestamptz[]) ours(doctor, until)
WHERE m.doctor_id = ours.doctor
"""
FORGET = "DELETE FROM appointments_indexentry WHERE doctor_id = ANY(%(doctors)s)"


@dataclass
class Made:
    """A doctor's entries, and until when they are true if nobody changes anything."""

    renew_at: datetime
    entries: list[IndexEntry] = field(default_factory=list)


def renew_due(*, clock: Callable[[], datetime]) -> int:
    """Doctors of whom something changed, or a time has passed. Returns how many."""
    done = 0
    deadline = time_passed() + RUN_SECONDS
    while time_passed() < deadline:
        now = clock()
        ids = _due(now)
        renewed = renew(ids, now=now) if ids else 0
        done += renewed
        if not renewed:
            break
    return done


def _due(now: datetime) -> list[int]:
    """The longest waiting first; one who was changed often is still one."""
    changed = IndexChange.objects.order_by("pk").values_list("doctor_id", flat=True)
    ids = list(dict.fromkeys(changed[: 4 * AT_ONCE]))[:AT_ONCE]
    if len(ids) < AT_ONCE:
        passed = IndexMark.objects.filter(renew_at__lte=now).exclude(pk__in=ids)
        ids += passed.order_by("renew_at").values_list("pk", flat=True)[: AT_ONCE - len(ids)]
    return ids


def rebuild(*, clock: Callable[[], datetime]) -> int:
    """Make the entries of every doctor anew. Returns how many doctors that were."""
    done, last = 0, 0
    while ids := list(_after(last)):
        done += renew(ids, now=clock())
        last = ids[-1]
    return done


def _after(last: int) -> Iterable[int]:
    doctors = Doctor.objects.filter(pk__gt=last).order_by("pk")
    return doctors.values_list("pk", flat=True)[:AT_ONCE]


@transaction.atomic
def renew(doctor_ids: Iterable[int], *, now: datetime) -> int:
    """Make the entries of these doctors anew. Returns how many doctors that were.

    The changes go first and the rows are read after them: what we then do not see, because its
    transaction ends later, has left a change of its own.
    """
    asked = list(doctor_ids)
    with connection.cursor() as cursor:
        cursor.execute(MARK, {"doctors": asked})
        cursor.execute(CLAIM, {"doctors": asked})
        ours = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(TAKE, {"ours": ours, "asked": asked})
    _write(entries_of(ours, now=now), now)
    return len(ours)


def _write(made: Mapping[int, Made], now: datetime) -> None:
    """As Postgres takes many rows: the ORM's own way costs as much as making them."""
    with connection.cursor() as cursor:
        until = [doctor.renew_at for doctor in made.values()]
        cursor.execute(RENEWED, {"doctors": list(made), "until": until, "now": now})
        cursor.execute(FORGET, {"doctors": list(made)})
        with cursor.copy(f"COPY appointments_indexentry ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for doctor in made.values():
                for entry in doctor.entries:
                    copy.write_row([getattr(entry, column) for column in COLUMNS])


def entries_of(
    doctor_ids: Iterable[int], *, now: datetime, as_of: Mapping[int, datetime] | None = None
) -> dict[int, Made]:
    """What the index should say of each doctor at `now`; a fixed number of queries.

    `as_of`: when a doctor's entries were made, to tell what those should be now; they look no
    farther ahead than was possible then.
    """
    ids = list(doctor_ids)
    clinics = list(_shown(ids))
    taken = taken_times(ids, now, now, now + LOOK_AHEAD)
    specialties, expiring = _specialties(ids), _expiring(ids, now)
    made = {
        pk: Made(min([now + TRUE_FOR, *([expiring[pk]] if pk in expiring else [])])) for pk in ids
    }
    for clinic in clinics:
        theirs = made[clinic.doctor_id]
        then = (as_of or {}).get(clinic.doctor_id, now)
        since = max(then, now + timedelta(minutes=clinic.min_notice_minutes))
        starts = free_seconds(clinic, taken=taken, now=then, since=since, until=then + LOOK_AHEAD)
        if starts:
            gone = starts[0] - clinic.min_notice_minutes * MINUTE + 1
            theirs.renew_at = min(theirs.renew_at, datetime.fromtimestamp(gone, UTC))
        for specialty_id in specialties.get(clinic.doctor_id, [None]):
            theirs.entries.append(_entry(clinic, specialty_id, starts))
    return made


def _shown(doctor_ids: Sequence[int]) -> Iterable[Clinic]:
    return Clinic.objects.with_schedule().filter(
        doctor__in=doctor_ids,
        is_active=True,
        doctor__is_published=True,
        doctor__user__is_active=True,
    ).order_by("pk")  # fmt: skip


def _specialties(doctor_ids: Sequence[int]) -> dict[int, list[int | None]]:
    rows = DoctorSpecialty.objects.filter(doctor__in=doctor_ids).order_by("specialty")
    found: dict[int, list[int | None]] = defaultdict(list)
    for doctor_id, specialty_id in rows.values_list("doctor_id", "specialty_id"):
        found[doctor_id].append(specialty_id)
    return dict(found)


def _expiring(doctor_ids: Sequence[int], now: datetime) -> dict[int, datetime]:
    """When the next hold of each doctor lets its time go, if nobody takes it."""
    holds = Appointment.objects.filter(
        doctor__in=doctor_ids, status=Status.HELD, hold_expires_at__gt=now
    )
    rows = holds.values("doctor").annotate(first=Min("hold_expires_at")).order_by()
    return dict(rows.values_list("doctor", "first"))


def _entry(clinic: Clinic, specialty_id: int | None, starts: Sequence[int]) -> IndexEntry:
    return IndexEntry(
        clinic=clinic,
        doctor_id=clinic.doctor_id,
        specialty_id=specialty_id,
        city_id=clinic.city_id,
        latitude=float(clinic.latitude),
        longitude=float(clinic.longitude),
        next_at=datetime.fromtimestamp(starts[0], UTC) if starts else None,
        zone=clinic.zone,
        price=clinic.lowest_price,
        currency=clinic.currency,
        payment_methods=clinic.payment_methods,
        agreements=[key_of(name) for name in clinic.agreements],
        languages=clinic.doctor.languages,
        is_female=clinic.doctor.is_female,
        sees_children=clinic.sees_children,
        is_accessible=clinic.is_accessible,
        offers_telehealth=clinic.offers_telehealth,
        **firsts(starts, ZoneInfo(clinic.zone)),
    )


def firsts(starts: Sequence[int], zone: ZoneInfo) -> dict[str, list[int]]:
    """Of each part of each local day the first start, as wall minutes since 1970."""
    found: dict[str, list[int]] = {name: [] for name in PARTS}
    if not starts:
        return found
    day, last = (datetime.fromtimestamp(edge, zone).date() for edge in (starts[0], starts[-1]))
    for (name, since), (_next, until) in pairwise(_parts(zone, day, last)):
        at = bisect_left(starts, since)
        if at < len(starts) and starts[at] < until:
            found[name].append(wall_minutes(datetime.fromtimestamp(starts[at], zone)))
    return found


@lru_cache(maxsize=1000)
def _parts(zone: ZoneInfo, first: date, last: date) -> list[tuple[str, int]]:
    """When each part of each of these days begins, and the day after them."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 2)]
    return [(name, _second(zone, day, hour)) for day in days for name, hour in PARTS.items()]


def wall_minutes(local: datetime) -> int:
    """Of a local time, whatever its zone says."""
    return (local.replace(tzinfo=None) - datetime(1970, 1, 1)) // timedelta(minutes=1)


def _second(zone: ZoneInfo, day: date, hour: int) -> int:
    return int(datetime.combine(day, time(hour), zone).timestamp())
