"""The waiting list's part of the access table: in the order of tests/matrix.py.

Alicia waits for Ana (dr_chen), and is offered a time; Carla is Ana's reception.
"""

from datetime import date, timedelta

from appointments.enums import Status
from appointments.models import Appointment, WaitingEntry, WaitingOffer
from tests.conftest import NOW, SLOT

L, GO = "L", ">"
ACCOUNT = [L, *[200] * 6]
NO_POST = [L, *[405] * 6]
ALICES = [L, 200, 404, 404, 404, 404, 404]
ALICES_REFUSED = [L, 422, 404, 404, 404, 404, 404]
DESK = [L, 404, 404, 200, 200, 404, 404, 200]
DESK_NO_POST = [L, 404, 404, 405, 405, 404, 404, 405]

# route: (arguments, GET, POST without data)
WAITING = {
    "appointments:waiting": ((), ACCOUNT, NO_POST),
    # For nobody in particular.
    "appointments:waiting_join": ((), [L, *[404] * 6], [L, *[404] * 6]),
    "appointments:waiting_offer": (("waiting_offer",), ALICES, ALICES_REFUSED),
    "appointments:waiting_entry": (("entry",), ALICES, ALICES_REFUSED),
    "portal:waiting_list": ((), DESK, DESK_NO_POST),
    "portal:waiting_times": ((), DESK, DESK_NO_POST),
    "portal:waiting_give": (
        ("entry",),
        [L, 404, 404, 200, 404, 404, 404, 200],
        [L, 404, 404, 422, 404, 404, 404, 422],
    ),
    # The last one: who has left waits for nothing.
    "appointments:waiting_leave": (("entry",), ALICES, [L, GO, 404, 404, 404, 404, 404]),
}


def things_of_waiting(visit):
    """What the routes are asked for, written past the services."""
    until, starts_at = NOW + timedelta(hours=12), SLOT + timedelta(days=10)
    span = {"doctor": visit.doctor, "clinic": visit.clinic, "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=30)}  # fmt: skip
    entry = WaitingEntry.objects.create(
        patient=visit.patient, doctor=visit.doctor, until_date=date(2026, 12, 31), created_at=NOW
    )
    held = Appointment.objects.create(status=Status.HELD, hold_expires_at=until, **span)
    offer = WaitingOffer.objects.create(
        entry=entry, hold=held, offered_at=NOW, tell_at=NOW, expires_at=until, **span
    )
    return {"entry": entry.public_id, "waiting_offer": offer.public_id}
