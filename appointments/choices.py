"""What a patient who was asked for another time sees, and what became of their answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from appointments.enums import Status
from appointments.models import Appointment, Relocation
from appointments.refusals import BookingRefused
from appointments.services.relocating import choose_time, give_up_visit
from core.converters import InstantConverter

INSTANT = InstantConverter()
NONE_OF_THEM = "ninguna"


@dataclass(frozen=True)
class Choice:
    """`question` is the visit's last one; `times` are those that are still held."""

    question: Relocation | None
    times: Sequence[datetime]
    is_open: bool
    is_done: bool = False
    sentence: str = ""
    status: int = 200


def choice_of(
    visit: Appointment, data: Mapping[str, str], *, actor: User | None, now: datetime
) -> Choice:
    """`data` is what was posted, if anything was: `hora`, an instant or NONE_OF_THEM."""
    question = visit.relocations.order_by("-pk").first()
    wish = data.get("hora", "")
    if question is None or not wish:
        return _shown(question, visit, now)
    try:
        if wish == NONE_OF_THEM:
            give_up_visit(relocation=question, actor=actor, now=now)
        else:
            choose_time(relocation=question, starts_at=_read(wish), actor=actor, now=now)
    except ValueError:
        return _shown(question, visit, now, status=400)
    except BookingRefused as refusal:
        return _shown(question, visit, now, sentence=str(refusal), status=refusal.status)
    return Choice(question, [], is_open=False, is_done=True)


def _read(text: str) -> datetime:
    """Raises ValueError."""
    return INSTANT.to_python(text)


def _shown(
    question: Relocation | None,
    visit: Appointment,
    now: datetime,
    *,
    sentence: str = "",
    status: int = 200,
) -> Choice:
    is_open = (
        question is not None
        and question.is_open
        and question.answer_by > now
        and visit.is_standing
        and visit.starts_at == question.asked_starts_at
    )
    times: list[datetime] = []
    if question is not None and is_open:
        held = question.times.filter(hold__status=Status.HELD, hold__hold_expires_at__gt=now)
        times = list(held.order_by("starts_at").values_list("starts_at", flat=True))
    return Choice(question, times, is_open, sentence=sentence, status=status)
