"""The open pages of a desk: where they begin to listen, and what each of them may hear."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from appointments.live import channel_of
from core.live.changes import Change
from core.live.marks import here_and_seen
from core.live.responses import frame
from portal.desk import Desk, desks_of
from portal.news import clinics_of, concerns, unseen_lines


@dataclass(frozen=True)
class LivePage:
    """`cursor`: what comes after it is news to the page. `news`: how many changes by others there
    were since this person's last visit.
    """

    cursor: str
    news: int


def live_page(desk: Desk) -> LivePage:
    """To be asked before the page reads what it shows; two queries for who was here before."""
    here, since = here_and_seen(desk.user, channel_of(desk.doctor))
    return LivePage(str(here), unseen_lines(desk, since))


class DeskAudience:
    """One browser at one doctor's agenda.

    Who may listen is asked anew each time: the session may have ended, or the work at this desk.
    """

    asks_database = True

    def __init__(self, request: HttpRequest, desk: Desk) -> None:
        self.channel = channel_of(desk.doctor)
        self._session_key = request.session.session_key
        self._doctor_pk = desk.doctor.pk

    def hear(self, changes: Sequence[Change]) -> list[bytes] | None:
        desk = self._desk()
        if desk is None:
            return None
        if not changes:
            return []
        clinics = clinics_of(desk)
        frames = []
        for change in changes:
            data: dict[str, Any] = {"kind": "busy"}
            if concerns(change, clinics):
                data = {"kind": change.kind, "visit": change.data.get("visit", "")}
            elif not change.is_about_times:
                continue
            frames.append(frame("change", data, name=str(change.position)))
        return frames

    def _desk(self) -> Desk | None:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(self._session_key)
        user = get_user(request)
        if not user.is_authenticated:
            return None
        return next((d for d in desks_of(user) if d.doctor.pk == self._doctor_pk), None)
