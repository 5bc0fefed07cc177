"""What must be true when the storm is over, asked of the database and of the mail server."""

import os
from collections import Counter
from collections.abc import Sequence

from tests.appointments.crowd import HOLDING, OVERLAPS
from tests.storms.clients import Client
from tests.storms.rig import Mails, Rig, soon

WAITING = """
SELECT (SELECT count(*) FROM core_event WHERE processed_at IS NULL)
     + (SELECT count(*) FROM notifications_message
        WHERE state IN ('sending', 'failed') OR (state = 'planned' AND due_at <= now()))
"""
NOT_TOLD_ONCE = """
SELECT count(*) FROM (
  SELECT e.id FROM core_event e LEFT JOIN notifications_message m
    ON m.event_id = e.id AND m.channel = 'email' AND m.kind NOT LIKE 'reminder%%'
  WHERE e.name LIKE 'appointment.%%'
  GROUP BY e.id
  -- Nobody is told of what they did themselves at their desk.
  HAVING array_agg(m.audience || '/' || m.kind ORDER BY m.audience) <> CASE
    WHEN e.actor_id IN (SELECT user_id FROM doctors_doctor)
    THEN ARRAY['patient/' || split_part(e.name, '.', 2)]
    ELSE ARRAY['doctor/' || split_part(e.name, '.', 2), 'patient/' || split_part(e.name, '.', 2)]
  END
) wrong
"""
LATENCY = """
SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY s), max(s) FROM (
  SELECT extract(epoch FROM m.sent_at - e.occurred_at)::float AS s
  FROM notifications_message m JOIN core_event e ON e.id = m.event_id
  WHERE e.id > %s AND m.lapses = 0 AND m.channel = 'email') latencies
"""
# Of mails, and of those only that have had their time: reminders are planned far ahead.
LEDGER = """
SELECT public_id::text, state, attempts, last_error,
  extract(epoch FROM due_at)::float, extract(epoch FROM sent_at)::float
FROM notifications_message
WHERE channel = 'email' AND NOT (state = 'planned' AND due_at > now())
"""
ENDS = {"sent", "suppressed", "given_up", "unknown"}
# A mark comes after its mail, sooner or later.
SLACK = 30.0
VISIT = """
SELECT c.public_id::text, a.starts_at, a.status
FROM appointments_appointment a JOIN clinics_clinic c ON c.id = a.clinic_id
WHERE a.public_id = %s
"""
EVENTS = "SELECT name, count(*) FROM core_event WHERE subject_id = %s GROUP BY name"


def overlaps(rig: Rig) -> int:
    return rig.count(OVERLAPS, {"holding": HOLDING})


def settle(rig: Rig, seconds: float) -> None:
    """Wait until everybody was told what happened."""
    assert soon(lambda: rig.count(WAITING) == 0, seconds, every=0.5), rig.sql(
        "SELECT state, count(*), max(attempts), max(last_error), max(lapses) "
        "FROM notifications_message GROUP BY state"
    )


def lost(rig: Rig, clients: Sequence[Client]) -> list[str]:
    """Visits that are not as the last page said."""
    wrong = []
    for key, promise in ((k, p) for client in clients for k, p in client.visits.items()):
        clinic = rig.world["clinics"][promise.clinic]["id"]
        status = "cancelled_patient" if promise.is_cancelled else "booked"
        events = {"appointment.booked": 1}
        events |= {"appointment.cancelled": 1} if promise.is_cancelled else {}
        events |= {"appointment.rescheduled": promise.moves} if promise.moves else {}
        found = rig.sql(VISIT, (key,)), dict(rig.sql(EVENTS, (key,)))
        if found != ([(clinic, promise.at, status)], events):
            wrong.append(f"{key}: promised {promise}, found {found}")
    return wrong


def ghosts(rig: Rig, clients: Sequence[Client], after: int) -> int:
    """Visits that no page ever promised, of those written after a row."""
    accounts = [client.person["account"] for client in clients]
    return rig.count(
        "SELECT count(*) FROM appointments_appointment WHERE booked_by_id = ANY (%s) "
        "AND id > %s AND NOT public_id::text = ANY (%s)",
        (accounts, after, [key for client in clients for key in client.visits]),
    )


def mails(rig: Rig) -> Mails:
    """Each message has come to an end, and is at the mail server if it was sent; nothing else is.

    A second copy has the first one's Message-ID, and is there only if a first outcome was unknown:
    each copy was an attempt of its own. None came before it was due. Copies and doubts are those
    of this test.
    """
    assert rig.count(NOT_TOLD_ONCE) == 0
    ledger = {f"<{key}@doctobooking>": rest for key, *rest in rig.sql(LEDGER)}
    arrived = rig.sink.arrivals()
    states = Counter(state for state, *_rest in ledger.values())
    assert set(states) <= ENDS, states
    assert set(arrived) <= set(ledger)
    wrong = [
        (key, row, arrived.get(key, []))
        for key, row in ledger.items()
        if not is_right(*row, arrived.get(key, []))
    ]
    assert wrong == []
    before = rig.before
    return Mails(len(ledger), rig.sink.copies() - before.copies, states["unknown"] - before.unknown)


def is_right(
    state: str, attempts: int, error: str, due: float, sent: float | None, came: list[float]
) -> bool:
    """One row of the ledger beside what came of it to the mail server, and when."""
    if len(came) > attempts or (state == "given_up" and not error):
        return False
    if state == "sent":
        # `due` is the last try's, after which nothing came; the mark is made when it came.
        return sent is not None and bool(came) and came[-1] >= due - 1 and is_near(sent, came[-1])
    return not came or state in {"given_up", "unknown"}


def is_near(one: float, other: float) -> bool:
    return abs(one - other) <= SLACK


def busyness() -> float:
    """How many want each core: on a machine that others use too, all takes longer."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
