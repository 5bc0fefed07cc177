"""Joining a waiting list, changing what one waits for, leaving; and what ends by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import Patient, User
from appointments.enums import CANCELLED, STANDING, Status
from appointments.models import Appointment, WaitingEntry, WaitingOffer
from appointments.models.waiting import ALREADY_WAITING, ALREADY_WAITING_THERE
from appointments.refusals import ServiceBusy
from appointments.services.locks import (
    lock_account,
    lock_doctor,
    lock_patient,
    lock_patient_to_book,
)
from appointments.services.waiting_offers import end_offer, wake
from appointments.waiting_enums import Closing, OfferState
from appointments.waiting_refusals import (
    AlreadyWaiting,
    NothingToWaitFor,
    NotWaiting,
    TooManyWaits,
    TooManyWaitsThere,
    VisitNotToMove,
)
from clinics.models import City, Clinic
from core.db import once_more, violation_as
from core.events import record
from doctors.models import Doctor, Specialty

# Of one person at once.
MOST_OPEN = 10
# Of all people of an account: each offer keeps a time from everybody else for hours, and an account
# may have people whom nobody has ever seen.
MOST_OF_ACCOUNT = 20
# Likewise in one list, a doctor's or a specialty's in a city: more children than most have.
MOST_IN_LIST = 5
# A date has passed everywhere when it has passed in UTC-12.
LAST_ZONE = timedelta(hours=12)
WARNED_BEFORE = timedelta(days=2)
# Nobody is told that what they have just chosen comes near.
NEW = timedelta(days=3)
AT_ONCE = 200


@dataclass(frozen=True)
class Hours:
    """When somebody can come, and where; empty `clinics` or `weekdays` are all of them."""

    until_date: date
    clinics: Sequence[Clinic] = ()
    weekdays: Sequence[int] = ()
    from_minute: int = 0
    until_minute: int = 1440
    notice_minutes: int = 120
    phone: str = ""

    @property
    def columns(self) -> dict[str, object]:
        return {
            "until_date": self.until_date,
            "weekdays": sorted(self.weekdays),
            "from_minute": self.from_minute,
            "until_minute": self.until_minute,
            "notice_minutes": self.notice_minutes,
            "phone": self.phone,
        }


@dataclass(frozen=True)
class Joining:
    """`doctor`, or `specialty` and `city`. `visit` is the one that an earlier time would move."""

    account: User
    patient: Patient
    hours: Hours
    doctor: Doctor | None = None
    specialty: Specialty | None = None
    city: City | None = None
    visit: Appointment | None = None


@once_more(ServiceBusy)
@transaction.atomic
def join_waiting(*, joining: Joining, now: datetime) -> WaitingEntry:
    """At the end of the line. Raises AlreadyWaiting, TooManyWaits, TooManyWaitsThere,
    NothingToWaitFor, VisitNotToMove, ServiceBusy.
    """
    lock_account(joining.account)
    lock_patient_to_book(joining.patient)
    _refuse(joining, now)
    with violation_as({ALREADY_WAITING: AlreadyWaiting(), ALREADY_WAITING_THERE: AlreadyWaiting()}):
        entry = WaitingEntry.objects.create(
            patient=joining.patient, doctor=joining.doctor, specialty=joining.specialty,
            city=joining.city, visit=joining.visit, created_at=now, **joining.hours.columns,
        )  # fmt: skip
    entry.clinics.set(joining.hours.clinics)
    wake(entry, now=now)
    record("waiting.joined", subject_id=entry.public_id, actor=joining.account, at=now)
    return entry


@once_more(ServiceBusy)
@transaction.atomic
def change_waiting(
    *, entry: WaitingEntry, hours: Hours, actor: User, now: datetime
) -> WaitingEntry:
    """Other hours at the same place in the line. Raises NotWaiting, ServiceBusy."""
    lock_patient(entry.patient)
    current = WaitingEntry.objects.with_people().get(pk=entry.pk)
    if not current.is_open:
        raise NotWaiting
    for name, value in hours.columns.items():
        setattr(current, name, value)
    current.warned_at = None
    current.save(update_fields=[*hours.columns, "warned_at"])
    current.clinics.set(hours.clinics)
    wake(current, now=now)
    record("waiting.changed", subject_id=current.public_id, actor=actor, at=now)
    return current


@once_more(ServiceBusy)
@transaction.atomic
def leave_waiting(*, entry: WaitingEntry, actor: User, now: datetime) -> WaitingEntry:
    """What is offered to them goes to the next at once. Left already, it is returned as it is.

    Raises ServiceBusy.
    """
    lock_patient(entry.patient)
    # Nobody offers them anything from now on (waiting_offers.make_offer).
    current = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if not current.is_open:
        return current
    for offer in current.offers.filter(state=OfferState.OFFERED):
        lock_doctor(offer.doctor_id)
        found = WaitingOffer.objects.with_people().get(pk=offer.pk)
        if found.state == OfferState.OFFERED:
            end_offer(found, OfferState.REFUSED, actor=actor, now=now)
    _close(current, Closing.LEFT, actor, now)
    return current


def close_entries(*, now: datetime) -> int:
    """Those whose date is over, or whose visit will not be moved any more. Returns how many.

    A visit that the consultorio cancelled leaves its patient waiting for any time.
    """
    waiting = WaitingEntry.objects.open()
    stranded = waiting.filter(visit__status__in=CANCELLED - {Status.CANCELLED_BY_PATIENT})
    alone = list(stranded.values_list("pk", flat=True))
    if alone:
        WaitingEntry.objects.filter(pk__in=alone).update(visit=None)
    over = (now - LAST_ZONE).date()
    gone = ~Q(visit__status__in=STANDING) | Q(visit__starts_at__lte=now)
    due = waiting.filter(Q(until_date__lt=over) | Q(visit__isnull=False) & gone)
    closed = 0
    for pk, until in due.values_list("pk", "until_date")[:AT_ONCE]:
        closed += _end(pk, Closing.RAN_OUT if until < over else Closing.VISIT_GONE, now)
    return closed


@transaction.atomic
def _end(pk: int, closing: Closing, now: datetime) -> bool:
    """Unless somebody works with the entry's times: an offer is answered before it ends."""
    rows = WaitingEntry.objects.select_for_update(of=("self",), skip_locked=True).open()
    entry = rows.exclude(offers__state=OfferState.OFFERED).filter(pk=pk).first()
    if entry is None:
        return False
    _close(entry, closing, None, now)
    return True


def warn_of_end(*, now: datetime) -> int:
    """Tell those whose date comes near, once. Returns how many."""
    near = WaitingEntry.objects.open().filter(
        until_date__lte=(now + WARNED_BEFORE).date(),
        until_date__gte=now.date(),
        created_at__lt=now - NEW,
        warned_at__isnull=True,
    )
    return sum(_warn(pk, now) for pk in near.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _warn(pk: int, now: datetime) -> bool:
    found = WaitingEntry.objects.open().filter(pk=pk, warned_at__isnull=True)
    entry = found.select_for_update(of=("self",), skip_locked=True).first()
    if entry is None:
        return False
    entry.warned_at = now
    entry.save(update_fields=["warned_at"])
    record("waiting.ending", subject_id=entry.public_id, actor=None, at=now)
    return True


def _refuse(joining: Joining, now: datetime) -> None:
    waits = WaitingEntry.objects.open().filter(patient__account=joining.account)
    own = waits.filter(patient=joining.patient)
    place = {"doctor": joining.doctor, "specialty": joining.specialty, "city": joining.city}
    if own.filter(**place).exists():
        raise AlreadyWaiting
    if own.count() >= MOST_OPEN or waits.count() >= MOST_OF_ACCOUNT:
        raise TooManyWaits
    if waits.filter(**place).count() >= MOST_IN_LIST:
        raise TooManyWaitsThere
    open_clinics = Clinic.objects.bookable()
    if joining.doctor is not None and not open_clinics.filter(doctor=joining.doctor).exists():
        raise NothingToWaitFor
    visit = joining.visit
    if visit is not None:
        visit.refresh_from_db(fields=["status", "starts_at"])
        if not visit.is_standing or visit.starts_at <= now:
            raise VisitNotToMove


def _close(entry: WaitingEntry, closing: Closing, actor: User | None, now: datetime) -> None:
    entry.closed_at, entry.closed_as = now, closing
    entry.save(update_fields=["closed_at", "closed_as"])
    record("waiting.closed", subject_id=entry.public_id, actor=actor, at=now)
