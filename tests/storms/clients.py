"""People in a storm: each acts at random on few times, and remembers what was promised to it."""

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


@dataclass
class Promise:
    """A visit as the last page said that it is."""

    clinic: int
    at: datetime
    is_cancelled: bool = False
    moves: int = 0


@dataclass
class Client:
    rig: Rig
    person: dict[str, Any]
    times: Sequence[tuple[int, datetime]]
    chance: random.Random
    visits: dict[str, Promise] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    async def live(self, until: float) -> None:
        while time.monotonic() < until:
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
        for answer in await asyncio.gather(*[self.post(review, form) for _ in range(taps)]):
            visit = VISIT.match(answer.location)
            if visit:
                self.visits.setdefault(visit[1], Promise(clinic, at))
        return answer

    async def cancel(self, key: str) -> Answer:
        answer = await self.post(f"/citas/{key}/cancelar/")
        if answer.status == 302:
            self.visits[key].is_cancelled = True
        return answer

    async def move(self, key: str) -> Answer:
        visit = self.visits[key]
        same = [at for clinic, at in self.times if clinic == visit.clinic and at != visit.at]
        at = self.chance.choice(same)
        answer = await self.post(f"/citas/{key}/reprogramar/{at:%Y%m%dT%H%M%SZ}/")
        if answer.status == 302:
            visit.at, visit.moves = at, visit.moves + 1
        return answer
