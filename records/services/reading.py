"""The one way to what a record says: each look is logged in the transaction that opens it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Patient
from appointments.models import Appointment, AppointmentQuerySet
from records.documents import Content, Diagnosis, says
from records.enums import Act
from records.models import Amendment, Consultation
from records.services.accesses import Look, log_access
from records.vitals import Sign, is_adult, signs_of


@dataclass(frozen=True)
class Reading:
    """A record opened for its doctor, with what was added to it."""

    consultation: Consultation
    amendments: Sequence[Amendment]

    @property
    def visit(self) -> Appointment:
        return self.consultation.visit

    @property
    def said(self) -> Content:
        return self.consultation.said

    @property
    def signs(self) -> list[Sign]:
        patient = self.visit.patient
        born = patient.birth_date if patient else None
        return signs_of(self.said.vitals, of_adult=is_adult(born, self.visit.starts_at.date()))

    @property
    def instructions(self) -> str:
        """As the last addendum left them."""
        return self.amendments[-1].said.instructions if self.amendments else self.said.instructions

    @property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        return self.amendments[-1].said.diagnoses if self.amendments else self.said.diagnoses

    @property
    def shows_diagnoses(self) -> bool:
        return self.consultation.shows_diagnoses or any(a.shows_diagnoses for a in self.amendments)

    @property
    def words(self) -> str:
        return "\n".join((self.said.words, *(a.said.words for a in self.amendments)))


@dataclass(frozen=True)
class Released:
    """What the patient reads of a signed record."""

    consultation: Consultation
    instructions: str
    diagnoses: Sequence[Diagnosis]
    amendments: int


@transaction.atomic
def open_consultation(*, visit: Appointment, look: Look) -> Reading | None:
    """None: nobody has written anything, so there is no look to log."""
    found = _of(visit)
    if found is None:
        return None
    log_access(look, act=Act.READ, patient=visit.patient, consultation=found)
    return _reading(found)


@transaction.atomic
def open_history(
    *, visits: AppointmentQuerySet, patient: Patient, look: Look, wanted: str = ""
) -> list[Reading]:
    """The records of these visits of a patient, the latest visit first; with `wanted` those that
    say it. They are opened one by one and searched in memory: the database knows no word of them.
    """
    log_access(look, act=Act.HISTORY, patient=patient)
    found = (
        Consultation.objects.filter(visit__in=visits.filter(patient=patient))
        .with_visits()
        .prefetch_related("amendments")
        .order_by("-visit__starts_at", "-id")
    )
    readings = [_reading(one) for one in found]
    return [one for one in readings if says(one.words, wanted)] if wanted else readings


@transaction.atomic
def open_released(*, visit: Appointment, look: Look) -> Released | None:
    """None until it is signed."""
    found = _of(visit)
    if found is None or not found.is_signed:
        return None
    log_access(look, act=Act.RELEASED, patient=visit.patient, consultation=found)
    reading = _reading(found)
    diagnoses = reading.diagnoses if reading.shows_diagnoses else ()
    return Released(found, reading.instructions, diagnoses, len(reading.amendments))


def _of(visit: Appointment) -> Consultation | None:
    found = Consultation.objects.filter(visit=visit).prefetch_related("amendments").first()
    if found is not None:
        found.visit = visit
    return found


def _reading(consultation: Consultation) -> Reading:
    lines = sorted(consultation.amendments.all(), key=lambda line: line.number)
    return Reading(consultation, lines)
