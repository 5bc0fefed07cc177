"""So many bookings, moves and cancels, as fast as they go. Runs in a process with the storm's
settings, beside the workers; prints what was done.
"""

import json
import random
import sys
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from django.db import connection

from accounts.models import User
from appointments.enums import Status
from appointments.models import Appointment
from appointments.refusals import BookingRefused
from appointments.services.booking import BookingRequest, book_appointment, terms_of
from appointments.services.cancelling import cancel_appointment
from appointments.services.rescheduling import reschedule_appointment
from clinics.models import Clinic

THREADS = 3
HALF_HOUR, AFTER = timedelta(minutes=30), timedelta(days=24)


class Person:
    """Acts on visits of their own, one after the other."""

    def __init__(self, email: str, clinics: list[Clinic], monday: datetime, seed: str) -> None:
        self.user = User.objects.get(email=email)
        self.patient = self.user.patients.get()
        self.clinics, self.monday, self.chance = clinics, monday, random.Random(seed)
        self.visits: list[Appointment] = []
        self.done: Counter[str] = Counter()

    def act(self) -> None:
        wish = self.chance.random()
        try:
            if self.visits and wish < 0.25:
                self.cancel(self.visits.pop(self.chance.randrange(len(self.visits))))
            elif self.visits and wish < 0.5:
                self.move(self.chance.choice(self.visits))
            else:
                self.book()
        except BookingRefused:
            self.done["refused"] += 1

    def time(self) -> datetime:
        """After the weeks that the other storms play in, and before the horizon."""
        return self.monday + AFTER + self.chance.randrange(26 * 48) * HALF_HOUR

    def book(self) -> None:
        clinic = self.chance.choice(self.clinics)
        request = BookingRequest(
            account=self.user, patient=self.patient, clinic=clinic, starts_at=self.time(),
            phone="+593991234567", reason="control", key=uuid.uuid4(), terms=terms_of(clinic),
        )  # fmt: skip
        self.visits.append(book_appointment(request=request, now=datetime.now(UTC)))
        self.done["booked"] += 1

    def move(self, visit: Appointment) -> None:
        now, before = datetime.now(UTC), visit.starts_at
        moved = reschedule_appointment(
            appointment=visit, starts_at=self.time(), actor=self.user, now=now
        )
        visit.starts_at = moved.starts_at
        # To where it stands already is no change.
        self.done["moved"] += moved.starts_at != before

    def cancel(self, visit: Appointment) -> None:
        cancel_appointment(
            appointment=visit,
            actor=self.user,
            status=Status.CANCELLED_BY_PATIENT,
            now=datetime.now(UTC),
        )
        self.done["cancelled"] += 1


def live(person: Person, acts: int) -> Counter[str]:
    for _ in range(10 * acts):
        if sum(person.done[name] for name in ("booked", "moved", "cancelled")) >= acts:
            break
        person.act()
    connection.close()
    return person.done


def main(acts: int, seed: int, monday: str) -> None:
    clinics = list(Clinic.objects.with_schedule().filter(slot_minutes=30))
    start = datetime.fromisoformat(monday)
    people = [Person(f"p{n}@storm.test", clinics, start, f"{seed} {n}") for n in range(100, 200)]
    with ThreadPoolExecutor(THREADS) as pool:
        done = pool.map(lambda person: live(person, acts // len(people)), people)
        json.dump(sum(done, Counter()), sys.stdout)
