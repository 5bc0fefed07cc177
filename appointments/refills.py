"""How much of the time that became free late was filled again, and by whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from appointments.models import FreedTime, WaitingOffer
from appointments.waiting_enums import Cause, OfferState

# Freed within this of its start: hardly anybody finds such a time by themselves.
LATE = timedelta(hours=24)


@dataclass(frozen=True)
class Refill:
    """Minutes of visits. Those that were freed in time may count among `refilled`, never late."""

    freed_late: int
    offered: int
    refilled: int

    @property
    def rate(self) -> float | None:
        """Of the minutes that were offered, how many were taken; None where none were offered."""
        return self.refilled / self.offered if self.offered else None


def refill_of(clinics: Collection[int], since: datetime, until: datetime) -> Refill:
    """Of visits that would start in `[since, until)` in these clinics (primary keys). Two queries.

    A time that was offered to several people counts once.
    """
    span = {"clinic__in": clinics, "starts_at__gte": since, "starts_at__lt": until}
    late = FreedTime.objects.filter(
        **span, freed_at__gt=F("starts_at") - LATE, freed_at__lt=F("starts_at")
    ).exclude(cause=Cause.OPENING)
    offers = WaitingOffer.objects.filter(**span).exclude(state=OfferState.WITHDRAWN)
    times: dict[tuple[int, datetime], tuple[int, bool]] = {}
    for clinic, start, end, state in offers.values_list("clinic", "starts_at", "ends_at", "state"):
        taken = times.get((clinic, start), (0, False))[1] or state == OfferState.ACCEPTED
        times[clinic, start] = (_minutes(start, end), taken)
    freed = {(clinic, start): end for clinic, start, end in
             late.values_list("clinic", "starts_at", "ends_at")}  # fmt: skip
    return Refill(
        freed_late=sum(_minutes(start, end) for (_clinic, start), end in freed.items()),
        offered=sum(minutes for minutes, _taken in times.values()),
        refilled=sum(minutes for minutes, taken in times.values() if taken),
    )


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)
