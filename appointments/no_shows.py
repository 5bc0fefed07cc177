"""What a patient's missed visits are to their doctor, and to the next booking."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.db.models import Count, Q

from accounts.models import Patient
from appointments.enums import Status
from appointments.models import Appointment, AppointmentQuerySet
from appointments.refusals import ByPhoneOnly
from clinics.enums import NoShowRule
from clinics.models import Clinic

# A slip of long ago is forgotten.
REMEMBERED = timedelta(days=365)
SEVERAL = 2


class Way(Enum):
    """How a patient books online in a clinic."""

    AT_ONCE = auto()
    ON_REQUEST = auto()
    PREPAID = auto()
    BY_PHONE = auto()

    @property
    def is_request(self) -> bool:
        """The clinic confirms the visit."""
        return self in (Way.ON_REQUEST, Way.PREPAID)


WAYS = {
    NoShowRule.ASK: Way.ON_REQUEST,
    NoShowRule.PREPAY: Way.PREPAID,
    NoShowRule.PHONE: Way.BY_PHONE,
}


@dataclass(frozen=True)
class Past:
    """How a person's visits of the last twelve months ended."""

    attended: int
    late: int
    missed: int
    cancelled_late: int

    def __bool__(self) -> bool:
        return bool(self.attended or self.missed or self.cancelled_late)

    @property
    def has_missed_several(self) -> bool:
        return self.missed >= SEVERAL


def past_of(visits: AppointmentQuerySet, patient: Patient, now: datetime) -> Past:
    """Of those among `visits` that are the patient's. One query."""
    recent = visits.filter(patient=patient, starts_at__gt=now - REMEMBERED)
    found = recent.aggregate(
        attended=Count("pk", filter=Q(status=Status.ATTENDED)),
        late=Count("pk", filter=Q(minutes_late__isnull=False)),
        missed=Count("pk", filter=Q(status=Status.NO_SHOW)),
        cancelled_late=Count(
            "pk", filter=Q(status=Status.CANCELLED_BY_PATIENT, is_late_cancellation=True)
        ),
    )
    return Past(**found)


def way_to_book(clinic: Clinic, patient: Patient | None, now: datetime) -> Way:
    """As the clinic's rules say for this patient; one query where it has one about missed visits.

    What counts are visits with the doctor, in whichever of their clinics.
    """
    usual = Way.ON_REQUEST if clinic.requires_confirmation else Way.AT_ONCE
    return way_by_record(clinic, patient, now) or usual


def way_by_record(clinic: Clinic, patient: Patient | None, now: datetime) -> Way | None:
    """What the clinic asks of a patient who has missed visits; None of everybody else."""
    if not clinic.no_show_rule or patient is None or not _misses_often(clinic, patient, now):
        return None
    return WAYS[NoShowRule(clinic.no_show_rule)]


def require_online(clinic: Clinic, patient: Patient | None, now: datetime) -> Way:
    """`way_to_book`. Raises ByPhoneOnly."""
    way = way_to_book(clinic, patient, now)
    if way is Way.BY_PHONE:
        raise ByPhoneOnly(clinic.phone.as_international if clinic.phone else "")
    return way


def _misses_often(clinic: Clinic, patient: Patient, now: datetime) -> bool:
    missed = Appointment.objects.filter(
        patient=patient,
        doctor=clinic.doctor_id,
        status=Status.NO_SHOW,
        starts_at__gt=now - REMEMBERED,
    )
    return missed.count() >= clinic.no_show_limit
