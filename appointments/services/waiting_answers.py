"""The answer to an offer: a visit is booked, or an existing one is moved, in one transaction."""

import hashlib
from datetime import datetime

from django.db import transaction

from accounts.models import User
from appointments.enums import ChangeKind, Status
from appointments.models import (
    PATIENT_TAKEN,
    SLOT_TAKEN,
    Appointment,
    FreedTime,
    WaitingOffer,
)
from appointments.no_shows import Way, require_online, way_by_record
from appointments.queries import is_bookable
from appointments.refusals import (
    PatientBusy,
    ServiceBusy,
    SlotNotOffered,
    SlotTaken,
    TermsChanged,
    VisitNotStanding,
)
from appointments.services.booking import answer_by, freeze_terms, new_code, terms_of
from appointments.services.locks import lock_doctor, lock_patient
from appointments.services.moving import write_time
from appointments.services.offers import current_clinic
from appointments.services.timeline import record_change
from appointments.services.waiting_offers import end_offer
from appointments.waiting_enums import Closing, FreedState, OfferState
from appointments.waiting_line import visit_to_move
from appointments.waiting_refusals import OfferOver, OfferTaken
from clinics.enums import PaymentTime
from clinics.models import Clinic
from core.db import once_more, violation_as
from core.events import record


def terms_of_offer(clinic: Clinic, way: Way) -> str:
    """A digest of what the page of an offer shows: all types of visit, and whether it is asked."""
    texts = [terms_of(clinic, way, name) for name in clinic.visit_types or [""]]
    return hashlib.sha256("|".join(texts).encode()).hexdigest()[:16]


def way_of_offer(clinic: Clinic, offer: WaitingOffer, now: datetime) -> Way:
    """The clinic has offered the time: it need not confirm it once more. What it asks of people
    who have missed visits, it still asks. Raises ByPhoneOnly.
    """
    require_online(clinic, offer.entry.patient, now)
    return way_by_record(clinic, offer.entry.patient, now) or Way.AT_ONCE


@once_more(ServiceBusy)
@transaction.atomic
def accept_offer(
    *, offer: WaitingOffer, actor: User, terms: str, visit_type: str = "", now: datetime
) -> Appointment:
    """The visit at the offered time. Accepted already: the visit that came of it.

    Raises OfferOver, ByPhoneOnly, SlotNotOffered, TermsChanged, PatientBusy, VisitNotStanding,
    ServiceBusy.
    """
    lock_patient(offer.entry.patient)
    lock_doctor(offer.doctor_id)
    current = WaitingOffer.objects.with_people().get(pk=offer.pk)
    if current.state == OfferState.ACCEPTED and current.visit is not None:
        return current.visit
    if not current.is_live(now) or not current.entry.is_open:
        raise OfferOver
    clinic = current_clinic(current.clinic)
    if not is_bookable(clinic):
        raise SlotNotOffered
    way = way_of_offer(clinic, current, now)
    moves = visit_to_move(current.entry)
    if moves is None:
        if terms != terms_of_offer(clinic, way) or not clinic.has_type(visit_type):
            raise TermsChanged
        visit = _book(current, clinic, way, visit_type, actor, now)
    else:
        visit = _move(current, moves, way, actor, now)
    _close(current, visit, actor, now)
    return visit


@once_more(ServiceBusy)
@transaction.atomic
def refuse_offer(*, offer: WaitingOffer, actor: User, now: datetime) -> WaitingOffer:
    """The time goes to the next; the entry stays open. Refused already, it is returned as it is.

    Raises OfferOver, OfferTaken, ServiceBusy.
    """
    lock_doctor(offer.doctor_id)
    current = WaitingOffer.objects.with_people().get(pk=offer.pk)
    if current.state == OfferState.REFUSED:
        return current
    if current.state == OfferState.ACCEPTED:
        raise OfferTaken
    if not current.is_live(now):
        raise OfferOver
    end_offer(current, OfferState.REFUSED, actor=actor, now=now)
    return current


def _book(
    offer: WaitingOffer, clinic: Clinic, way: Way, visit_type: str, actor: User, now: datetime
) -> Appointment:
    """The hold becomes the visit."""
    visit, entry = offer.hold, offer.entry
    assert visit is not None
    visit.status, visit.hold_expires_at = Status.BOOKED, None
    if way.is_request:
        visit.status, visit.answer_by = Status.REQUESTED, answer_by(visit.starts_at, now)
    visit.patient, visit.booked_by = entry.patient, actor
    visit.phone = entry.phone or entry.patient.phone
    visit.booked_at, visit.code = now, new_code()
    freeze_terms(visit, clinic, visit_type)
    if way is Way.PREPAID:
        visit.payment_time = PaymentTime.BEFORE
    with violation_as({SLOT_TAKEN: SlotTaken(), PATIENT_TAKEN: PatientBusy()}):
        visit.save()
    kind = ChangeKind.REQUESTED if visit.answer_by else ChangeKind.BOOKED
    record_change(visit, kind=kind, actor=actor, at=now)
    return visit


def _move(
    offer: WaitingOffer, moves: Appointment, way: Way, actor: User, now: datetime
) -> Appointment:
    """The visit takes the hold's place; what it leaves is freed in turn, by the trigger. The
    clinic's deadline does not count: it has offered the time itself.
    """
    assert offer.hold is not None
    visit = Appointment.objects.select_for_update(of=("self",)).get(pk=moves.pk)
    if not visit.is_standing or visit.starts_at <= now:
        raise VisitNotStanding
    if visit.starts_at <= offer.starts_at:
        raise OfferOver
    Appointment.objects.filter(pk=offer.hold.pk).update(status=Status.EXPIRED)
    before, status = visit.starts_at, visit.status
    visit.status, visit.answer_by = Status.BOOKED, None
    if way.is_request:
        visit.status, visit.answer_by = Status.REQUESTED, answer_by(offer.starts_at, now)
    write_time(
        visit, offer.starts_at, offer.ends_at, is_outside_hours=False, taken=SlotTaken(), now=now
    )
    record_change(
        visit,
        kind=ChangeKind.RESCHEDULED,
        actor=actor,
        at=now,
        from_status=status,
        from_starts_at=before,
    )
    return visit


def _close(offer: WaitingOffer, visit: Appointment, actor: User, now: datetime) -> None:
    offer.state, offer.answered_at, offer.visit = OfferState.ACCEPTED, now, visit
    offer.save(update_fields=["state", "answered_at", "visit"])
    entry = offer.entry
    entry.closed_at, entry.closed_as = now, Closing.ACCEPTED
    entry.save(update_fields=["closed_at", "closed_as"])
    if offer.freed_id is not None:
        FreedTime.objects.filter(pk=offer.freed_id).update(state=FreedState.FILLED)
    record("waiting.accepted", subject_id=offer.public_id, actor=actor, at=now)
