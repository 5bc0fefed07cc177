"""Keeping a time for one browser while its person logs in and types."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from appointments.enums import Status
from appointments.models import SLOT_TAKEN, Appointment, BookingDraft
from appointments.queries import live_holds_from
from appointments.refusals import HoldLost, NoMoreTime, ServiceBusy, SlotTaken, TooManyHolds
from appointments.services.locks import expire_holds, lock_doctor, lock_draft, lock_or_make_draft
from appointments.services.offers import current_clinic, end_of, require_offered
from clinics.models import Clinic
from core.db import once_more, violation_as


def hold_time() -> timedelta:
    return timedelta(minutes=settings.HOLD_MINUTES)


@once_more(ServiceBusy)
@transaction.atomic
def hold_slot(
    *, clinic: Clinic, starts_at: datetime, holder_key: str, address_digest: str, now: datetime
) -> BookingDraft:
    """Hold a time for the browser `holder_key`, letting go of the one it held before.

    Holding the same time again changes nothing (and does not lengthen it).
    Raises SlotTaken, SlotNotOffered, SlotInThePast, TooManyHolds, ServiceBusy.
    """
    draft = lock_or_make_draft(holder_key, clinic, starts_at)
    if is_live(draft, now) and draft.is_for(clinic, starts_at):
        return draft
    # A crowd at one time: who can already see that it is gone need not queue for the doctor.
    require_offered(clinic, starts_at, now=now, ignoring=draft.appointment)
    lock_doctor(clinic.doctor_id)
    clinic = current_clinic(clinic)
    _let_go(draft, now)
    if live_holds_from(address_digest, now) >= settings.HOLDS_PER_ADDRESS:
        raise TooManyHolds
    require_offered(clinic, starts_at, now=now)
    draft.appointment = _insert_hold(clinic, starts_at, now)
    draft.clinic, draft.starts_at, draft.is_extended = clinic, starts_at, False
    draft.address_digest, draft.updated_at = address_digest, now
    draft.save()
    return draft


@once_more(ServiceBusy)
@transaction.atomic
def extend_hold(*, holder_key: str, now: datetime) -> BookingDraft:
    """Start the ten minutes again, once. Raises HoldLost, NoMoreTime, ServiceBusy."""
    draft = lock_draft(holder_key)
    if draft is None or not is_live(draft, now) or draft.appointment is None:
        raise HoldLost
    if draft.is_extended:
        raise NoMoreTime
    draft.appointment.hold_expires_at = now + hold_time()
    # Compare-and-swap: without the doctor's lock, somebody may have taken the time by now.
    still_held = Appointment.objects.filter(
        pk=draft.appointment.pk, status=Status.HELD, hold_expires_at__gt=now
    )
    if not still_held.update(hold_expires_at=draft.appointment.hold_expires_at):
        raise HoldLost
    draft.is_extended = True
    draft.save(update_fields=["is_extended"])
    return draft


def is_live(draft: BookingDraft, now: datetime) -> bool:
    return draft.appointment is not None and draft.appointment.is_live_hold(now)


def _let_go(draft: BookingDraft, now: datetime) -> None:
    """Only live holds: run-out ones belong to whoever sweeps them under the doctor's lock."""
    if draft.appointment is not None and is_live(draft, now):
        Appointment.objects.filter(pk=draft.appointment.pk, status=Status.HELD).update(
            status=Status.EXPIRED
        )


def _insert_hold(clinic: Clinic, starts_at: datetime, now: datetime) -> Appointment:
    ends_at = end_of(clinic, starts_at)
    expire_holds(clinic.doctor_id, starts_at, ends_at, now)
    with violation_as({SLOT_TAKEN: SlotTaken()}):
        return Appointment.objects.create(
            doctor_id=clinic.doctor_id,
            clinic=clinic,
            starts_at=starts_at,
            ends_at=ends_at,
            status=Status.HELD,
            hold_expires_at=now + hold_time(),
        )
