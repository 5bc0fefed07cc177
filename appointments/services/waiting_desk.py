"""The desk offers a time to somebody of its list by hand."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from appointments.desk import require_possible
from appointments.models import FreedTime, WaitingEntry, WaitingOffer
from appointments.refusals import ServiceBusy
from appointments.services.locks import lock_doctor
from appointments.services.offers import current_clinic, end_of
from appointments.services.waiting_offers import make_offer
from appointments.waiting import Time, held_until, offered_at, why_not
from appointments.waiting_enums import FreedState
from appointments.waiting_line import circumstances, entries_for, wish_of
from appointments.waiting_refusals import DoesNotFit, NotWaiting, TooLateToOffer
from clinics.models import Clinic
from core.db import once_more


@once_more(ServiceBusy)
@transaction.atomic
def offer_by_hand(
    *, entry: WaitingEntry, clinic: Clinic, starts_at: datetime, actor: User, now: datetime
) -> WaitingOffer:
    """A free time of the clinic's hours, whoever is before them in the line; at night it is told in
    the morning, and its time to answer begins then. Posted twice it is one offer.

    Raises NotWaiting, DoesNotFit, HasOffer, OfferedBefore, TooLateToOffer, and what
    `require_possible` refuses: OutsideSchedule, VisitThere, SlotHeld, AbsentThen, SlotInThePast;
    ServiceBusy.
    """
    lock_doctor(clinic.doctor_id)
    clinic = current_clinic(clinic)
    current = entries_for(clinic.doctor_id).filter(pk=entry.pk).first()
    if current is None:
        raise NotWaiting
    same = WaitingOffer.objects.filter(entry=current, clinic=clinic, starts_at=starts_at)
    mine = same.live(now).first()
    if mine is not None:
        return mine
    require_possible(clinic, starts_at, clinic.slot_minutes, now=now, is_override=False)
    time = Time(clinic.pk, ZoneInfo(clinic.zone), starts_at, end_of(clinic, starts_at))
    wish = wish_of(current, Clinic.objects.filter(doctor=clinic.doctor_id).order_by("id"))
    tell_at = offered_at(wish, time, now=now)
    skip = why_not(wish, time, now=tell_at) or circumstances([current], time, clinic, now=now).of(
        wish
    )
    if skip is not None:
        raise DoesNotFit(skip)
    until = held_until(starts_at, wish.notice, now=tell_at)
    if until is None:
        raise TooLateToOffer
    freed = FreedTime.objects.filter(
        doctor=clinic.doctor_id, starts_at=starts_at, state=FreedState.OPEN
    )
    return make_offer(
        entry_id=current.pk, clinic=clinic, starts_at=starts_at, until=until, now=now,
        tell_at=tell_at, by=actor, freed=freed.order_by("-pk").first(),
    )  # fmt: skip
