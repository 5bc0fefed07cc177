"""What must be true when the storm is over, asked of the database and of the mail server."""

from collections import Counter
from collections.abc import Sequence

from tests.appointments.crowd import HOLDING, OVERLAPS
from tests.storms.clients import Client
from tests.storms.rig import Rig, soon

WAITING = """
SELECT (SELECT count(*) FROM core_event WHERE processed_at IS NULL)
     + (SELECT count(*) FROM notifications_message WHERE state IN ('planned', 'sending', 'failed'))
"""
NOT_TOLD_ONCE = """
SELECT count(*) FROM (
  SELECT e.id FROM core_event e LEFT JOIN notifications_message m ON m.event_id = e.id
  WHERE e.name LIKE 'appointment.%%'
  GROUP BY e.id
  HAVING array_agg(m.audience || '/' || m.kind ORDER BY m.audience) <> ARRAY[
    'doctor/' || split_part(e.name, '.', 2), 'patient/' || split_part(e.name, '.', 2)]
) wrong
"""
LATENCY = """
SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY s), max(s) FROM (
  SELECT extract(epoch FROM m.sent_at - e.occurred_at)::float AS s
  FROM notifications_message m JOIN core_event e ON e.id = m.event_id
  WHERE e.id > %s AND m.lapses = 0) latencies
"""
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


def mails(rig: Rig) -> tuple[int, int]:
    """How many messages there are, and how many copies more than one each reached the server.

    Each message was sent, each is at the server, and nothing else is.
    """
    states = Counter(dict(rig.sql("SELECT state, count(*) FROM notifications_message GROUP BY 1")))
    assert set(states) <= {"sent"}, states
    assert rig.count(NOT_TOLD_ONCE) == 0
    ledger = {f"<{key}@doctobooking>" for (key,) in rig.sql(
        "SELECT public_id FROM notifications_message")}  # fmt: skip
    arrived = rig.sink.ids()
    assert set(arrived) == ledger
    return len(ledger), arrived.total() - len(ledger)
