"""A freed time is offered to one person at a time, in order, and then to the next.

Everything that gives or takes a time back holds the doctor's lock. What is due is found in rows:
safe in two processes at once, and after a crash at any moment.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from appointments.enums import Status
from appointments.models import SLOT_TAKEN, Appointment, FreedTime, WaitingEntry, WaitingOffer
from appointments.models.waiting import OFFERED_ONCE, ONE_OFFER, TIME_OFFERED
from appointments.queries import free_times
from appointments.refusals import BookingRefused, SlotTaken
from appointments.services.locks import expire_holds
from appointments.services.offers import current_clinic, end_of
from appointments.waiting import Wish, choose, why_not
from appointments.waiting_enums import OF_WISH, FreedState, OfferState, Skip
from appointments.waiting_line import circumstances, doctors_of, entries_for, wish_of
from appointments.waiting_refusals import HasOffer, NotWaiting, OfferedBefore
from clinics.models import Clinic
from core.db import violation_as
from core.events import record
from doctors.models import Doctor

logger = logging.getLogger(__name__)
AT_ONCE = 100
# What changes the line wakes the times at once (`wake`); what else may have changed is seen then.
AGAIN = timedelta(hours=1)
# What nothing but another wish can change.
RESTS = timedelta(hours=6)
SOON = timedelta(seconds=5)


def offer_due(*, now: datetime) -> int:
    """End the offers that ran out, and offer what is free. Returns how many offers were made.

    Each in a transaction of its own; a doctor whom somebody books with is left for the next time.
    """
    settle_offers(now=now)
    due = FreedTime.objects.filter(state=FreedState.OPEN, look_at__lte=now)
    # The nearest visit first: it has the least time to be filled.
    return sum(
        _try(pk, now) for pk in due.order_by("starts_at").values_list("pk", flat=True)[:AT_ONCE]
    )


def settle_offers(*, now: datetime) -> int:
    """Offers that ran out, or whose time was taken back by a change of hours. Returns how many."""
    gone = Q(expires_at__lte=now) | Q(hold__isnull=True) | ~Q(hold__status=Status.HELD)
    due = WaitingOffer.objects.filter(gone, state=OfferState.OFFERED).order_by("pk")
    return sum(_settle(pk, now) for pk in due.values_list("pk", flat=True)[:AT_ONCE])


def end_offer(offer: WaitingOffer, state: OfferState, *, actor: User | None, now: datetime) -> None:
    """Nobody has the time any more; the next in line is looked for. The doctor is locked."""
    if offer.hold is not None and offer.hold.status == Status.HELD:
        Appointment.objects.filter(pk=offer.hold.pk).update(status=Status.EXPIRED)
    offer.state, offer.answered_at = state, now
    offer.save(update_fields=["state", "answered_at"])
    if offer.freed_id is not None:
        rows = FreedTime.objects.filter(pk=offer.freed_id, state=FreedState.OFFERED)
        rows.update(state=FreedState.OPEN, look_at=now)
    # They are free to be offered another time, which they were passed over for.
    wake(offer.entry, skips__has_key=Skip.HAS_OFFER.value, now=now)
    record(f"waiting.{state}", subject_id=offer.public_id, actor=actor, at=now)


def wake(entry: WaitingEntry, *, now: datetime, **those: object) -> None:
    """Look again for somebody for each free time that the entry wishes for. What a worker looks at
    in this moment is left alone: we wait for nobody.
    """
    free = FreedTime.objects.filter(
        doctor__in=doctors_of(entry), state=FreedState.OPEN, look_at__gt=now, **those
    )
    wish = wish_of(entry, [])
    fits = [t.pk for t in free.select_related("clinic") if not why_not(wish, t.time, now=now)]
    if fits:
        rows = FreedTime.objects.filter(pk__in=fits).select_for_update(skip_locked=True)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        FreedTime.objects.filter(pk__in=ids).update(look_at=now)


def make_offer(
    *,
    entry_id: int,
    clinic: Clinic,
    starts_at: datetime,
    until: datetime,
    now: datetime,
    freed: FreedTime | None = None,
    tell_at: datetime | None = None,
    by: User | None = None,
) -> WaitingOffer:
    """Keep the time for them until `until`; the doctor is locked.

    Raises NotWaiting, SlotTaken, HasOffer, OfferedBefore.
    """
    _require_waiting(entry_id)
    ends_at = end_of(clinic, starts_at)
    span = {"doctor_id": clinic.doctor_id, "clinic": clinic, "starts_at": starts_at,
            "ends_at": ends_at}  # fmt: skip
    expire_holds(clinic.doctor_id, starts_at, ends_at, now)
    refusals = {
        SLOT_TAKEN: SlotTaken(),
        TIME_OFFERED: SlotTaken(),
        ONE_OFFER: HasOffer(),
        OFFERED_ONCE: OfferedBefore(),
    }
    with violation_as(refusals):
        held = Appointment.objects.create(status=Status.HELD, hold_expires_at=until, **span)
        offer = WaitingOffer.objects.create(
            entry_id=entry_id, freed=freed, hold=held, offered_at=now, tell_at=tell_at or now,
            expires_at=until, offered_by=by, **span,
        )  # fmt: skip
    if freed is not None:
        freed.state = FreedState.OFFERED
        freed.save(update_fields=["state"])
    record("waiting.offered", subject_id=offer.public_id, actor=by, at=now)
    return offer


def _require_waiting(entry_id: int) -> None:
    """Whoever leaves at this moment is left alone: we wait for nobody but the doctor."""
    rows = WaitingEntry.objects.open().select_for_update(of=("self",), skip_locked=True)
    if rows.filter(pk=entry_id).first() is None:
        raise NotWaiting


def lock_idle_doctor(doctor_id: int) -> bool:
    """Whether nobody works with the doctor's times; then they are ours until the commit."""
    rows = Doctor.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return rows.only("pk").filter(pk=doctor_id).first() is not None


def _try(pk: int, now: datetime) -> bool:
    """One time that cannot be looked at does not stop the others."""
    try:
        return _look(pk, now)
    except BookingRefused:
        # Another worker was quicker, with another doctor's time or this one.
        FreedTime.objects.filter(pk=pk).update(look_at=now + SOON)
    except Exception:
        logger.exception("freed time not offered", extra={"freed_time": pk})
        FreedTime.objects.filter(pk=pk).update(look_at=now + AGAIN)
    return False


@transaction.atomic
def _settle(pk: int, now: datetime) -> bool:
    offer = WaitingOffer.objects.only("doctor_id").get(pk=pk)
    if not lock_idle_doctor(offer.doctor_id):
        return False
    offer = WaitingOffer.objects.with_people().get(pk=pk)
    if offer.state != OfferState.OFFERED or offer.is_live(now):
        return False
    ran_out = offer.expires_at <= now
    end_offer(offer, OfferState.EXPIRED if ran_out else OfferState.WITHDRAWN, actor=None, now=now)
    return True


@transaction.atomic
def _look(pk: int, now: datetime) -> bool:
    """Whether it was offered to somebody."""
    freed = FreedTime.objects.only("doctor_id").get(pk=pk)
    if not lock_idle_doctor(freed.doctor_id):
        return False
    freed = FreedTime.objects.select_related("clinic").get(pk=pk)
    if freed.state != FreedState.OPEN or freed.look_at > now:
        return False
    freed.look_at = now + AGAIN
    starts = _free_starts(freed, now)
    if not starts:
        _say_why_not_free(freed, now)
        return False
    _keep_first(freed, starts, now)
    return _offer(freed, now)


def _free_starts(freed: FreedTime, now: datetime) -> list[datetime]:
    """What is offered of the stretch now, as visits one after the other."""
    if freed.starts_at <= now or _is_freed_anew(freed):
        return []
    clinic = freed.clinic = current_clinic(freed.clinic)
    found = free_times([clinic], now=now, since=freed.starts_at, until=freed.ends_at)[clinic.pk]
    starts: list[datetime] = []
    for start in found:
        if not starts or start >= end_of(clinic, starts[-1]):
            starts.append(start)
    return starts


def _is_freed_anew(freed: FreedTime) -> bool:
    """Somebody had it since and let go of it: that is another row's matter."""
    later = FreedTime.objects.filter(
        doctor=freed.doctor_id, starts_at=freed.starts_at, pk__gt=freed.pk
    )
    return later.exists()


def _say_why_not_free(freed: FreedTime, now: datetime) -> None:
    there = Appointment.objects.holding_slot(now).filter(doctor=freed.doctor_id)
    there = there.overlapping(freed.starts_at, freed.ends_at)
    visits = there.exclude(status=Status.HELD)
    if visits.exists() or _is_freed_anew(freed):
        freed.state = FreedState.BOOKED
    elif freed.starts_at <= now:
        freed.state = FreedState.OVER
    else:
        kept_until = there.order_by("hold_expires_at").values_list("hold_expires_at", flat=True)
        freed.look_at = min([freed.look_at, *(until for until in kept_until[:1] if until)])
    freed.looked_at = now
    freed.save(update_fields=["state", "look_at", "looked_at"])


def _keep_first(freed: FreedTime, starts: Sequence[datetime], now: datetime) -> None:
    """Of a long visit that was cancelled there may be several: a row for each."""
    FreedTime.objects.bulk_create(
        FreedTime(
            doctor_id=freed.doctor_id,
            clinic=freed.clinic,
            starts_at=start,
            ends_at=end_of(freed.clinic, start),
            cause=freed.cause,
            visit_id=freed.visit_id,
            freed_at=freed.freed_at,
            look_at=now,
        )
        for start in starts[1:]
    )
    freed.starts_at, freed.ends_at = starts[0], end_of(freed.clinic, starts[0])
    freed.looked_at = now
    freed.save(update_fields=["starts_at", "ends_at", "looked_at", "look_at"])


def _offer(freed: FreedTime, now: datetime) -> bool:
    entries = list(entries_for(freed.doctor_id))
    clinics = list(Clinic.objects.filter(doctor=freed.doctor_id).order_by("id"))
    known = circumstances(entries, freed.time, freed.clinic, now=now)
    choice = choose(freed.time, _wishes(entries, clinics), known, now=now)
    freed.skips = choice.skips
    if OF_WISH.issuperset(choice.skips):
        freed.look_at = now + RESTS
    if choice.wakes_at is not None:
        freed.look_at = choice.wakes_at
    freed.save(update_fields=["skips", "look_at"])
    if choice.chosen is None or choice.until is None:
        return False
    make_offer(
        entry_id=choice.chosen.entry_id, clinic=freed.clinic, starts_at=freed.starts_at,
        until=choice.until, now=now, freed=freed,
    )  # fmt: skip
    return True


def _wishes(entries: list[WaitingEntry], clinics: list[Clinic]) -> list[Wish]:
    return [wish_of(entry, clinics) for entry in entries]
