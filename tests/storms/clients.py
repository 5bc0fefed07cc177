"""People in a storm: each acts at random on few times, and remembers what was promised to it.

An answer that is lost, or that says that the database is away, leaves a doubt: the act may have
been done or not. Who is in doubt looks at the pages before doing anything else.
"""

import asyncio
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.storms.http import Answer, Request, ask
from tests.storms.rig import Rig

DETAILS = {"who": "self", "phone": "+593991234567", "reason": "control"}
HIDDEN = re.compile(r'name="(key|terms|patient)" value="([^"]*)"')
VISIT = re.compile(r"^/citas/([0-9a-f-]{36})/$")
LISTED = re.compile(r'href="/citas/([0-9a-f-]{36})/"')
# The clinics of a storm live by UTC.
STARTS = re.compile(r"^DTSTART[^:]*:(\d{8}T\d{6})", re.MULTILINE)
LOST = (0, 503)
BREATH = 0.3


@dataclass
class Promise:
    """A visit as the last page said that it is."""

    clinic: int
    at: datetime
    is_cancelled: bool = False
    moves: int = 0


@dataclass(frozen=True)
class Doubt:
    """Of a booking (no key yet), of a move (a new time), or of a cancellation."""

    key: str = ""
    clinic: int = 0
    at: datetime | None = None


@dataclass
class Client:
    rig: Rig
    person: dict[str, Any]
    times: Sequence[tuple[int, datetime]]
    chance: random.Random
    visits: dict[str, Promise] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    leisure: float = 0.0  # seconds between two acts, at the most
    doubts: list[Doubt] = field(default_factory=list)
    cleared: int = 0  # doubts that pages have ended
    earlier: set[str] = field(default_factory=set)  # visits of before the storm

    async def live(self, until: float) -> None:
        while time.monotonic() < until:
            if self.leisure:
                await asyncio.sleep(self.chance.uniform(0, self.leisure))
            if self.doubts:
                await self.find_out()
                continue
            standing = [key for key, visit in self.visits.items() if not visit.is_cancelled]
            wish = self.chance.random()
            if standing and wish < 0.3:
                await self.cancel(self.chance.choice(standing))
            elif standing and wish < 0.55:
                await self.move(self.chance.choice(standing))
            else:
                await self.book(*self.chance.choice(self.times))

    async def get(self, path: str) -> Answer:
        return await self._ask(Request(path, self.person["session"]))

    async def post(self, path: str, form: dict[str, str] | None = None) -> Answer:
        return await self._ask(Request(path, self.person["session"], form or {}))

    async def _ask(self, request: Request) -> Answer:
        answer = await ask(self.rig.port, request)
        self.answers.append(answer)
        if answer.status in LOST and self.leisure:
            await asyncio.sleep(BREATH)
        return answer

    async def book(self, clinic: int, at: datetime) -> Answer:
        """The whole way: hold, details, review, confirm; sometimes the button is hit twice."""
        answer = await self.post(self.rig.path(clinic, at))
        if answer.status != 302:
            return answer
        await self.post(self.rig.path(clinic, at, "datos/"), DETAILS)
        review = self.rig.path(clinic, at, "revisar/")
        page = await self.get(review)
        form = dict(HIDDEN.findall(page.body))
        if len(form) < 3:
            return page
        taps = 2 if self.chance.random() < 0.1 else 1
        answers = await asyncio.gather(*[self.post(review, form) for _ in range(taps)])
        made = [visit[1] for a in answers if (visit := VISIT.match(a.location))]
        for key in made:
            self.visits.setdefault(key, Promise(clinic, at))
        if not made and any(answer.status in LOST for answer in answers):
            self.doubts.append(Doubt(clinic=clinic, at=at))
        return answers[-1]

    async def cancel(self, key: str) -> Answer:
        answer = await self.post(f"/citas/{key}/cancelar/")
        if answer.status == 302:
            self.visits[key].is_cancelled = True
        elif answer.status in LOST:
            self.doubts.append(Doubt(key))
        return answer

    async def move(self, key: str) -> Answer:
        visit = self.visits[key]
        same = [at for clinic, at in self.times if clinic == visit.clinic and at != visit.at]
        at = self.chance.choice(same)
        answer = await self.post(f"/citas/{key}/reprogramar/{at:%Y%m%dT%H%M%SZ}/")
        if answer.status == 302:
            visit.at, visit.moves = at, visit.moves + 1
        elif answer.status in LOST:
            self.doubts.append(Doubt(key, at=at))
        return answer

    # What the pages say ---------------------------------------------------

    async def look_around(self) -> None:
        self.earlier = await self.listed() or set()

    async def find_out(self) -> None:
        """End the doubts, as far as the pages can be had."""
        for doubt in list(self.doubts):
            if await self._is_ended(doubt):
                self.doubts.remove(doubt)
                self.cleared += 1

    async def _is_ended(self, doubt: Doubt) -> bool:
        if not doubt.key:
            return await self._find_booking(doubt)
        page = await self.get(f"/citas/{doubt.key}/")
        if page.status != 200:
            return False
        visit = self.visits[doubt.key]
        if doubt.at is None:
            visit.is_cancelled = f"/citas/{doubt.key}/cancelar/" not in page.body
            return True
        entry = await self.get(f"/citas/{doubt.key}/calendario.ics")
        if entry.status != 200:
            return False
        start = STARTS.search(entry.body)
        assert start is not None
        if start[1] == f"{doubt.at:%Y%m%dT%H%M%S}" and visit.at != doubt.at:
            visit.at, visit.moves = doubt.at, visit.moves + 1
        return True

    async def _find_booking(self, doubt: Doubt) -> bool:
        assert doubt.at is not None
        listed = await self.listed()
        if listed is None:
            return False
        new = listed - set(self.visits) - self.earlier
        assert len(new) <= 1, "one booking became two"
        for key in new:
            self.visits[key] = Promise(doubt.clinic, doubt.at)
        return True

    async def listed(self) -> set[str] | None:
        """The coming visits in «Mis citas», all of its pages; None when they cannot be had."""
        found: set[str] = set()
        for number in range(1, 100):
            page = await self.get(f"/mis-citas/?pagina={number}")
            if page.status != 200:
                return None
            fresh = set(LISTED.findall(page.body)) - found
            if not fresh:
                break
            found |= fresh
        return found
