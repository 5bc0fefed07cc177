"""The one way to what a record says: each look is logged in the transaction that opens it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q

from accounts.models import Patient
from appointments.models import Appointment, AppointmentQuerySet
from core.crypto import Unreadable
from doctors.models import Doctor
from records.documents import Content, Diagnosis, says
from records.enums import Act
from records.models import Amendment, AttachedFile, Attachment, Consultation
from records.queries import shared_consultations
from records.services.accesses import Look, log_access
from records.vitals import Sign, is_adult, signs_of


@dataclass(frozen=True)
class Reading:
    """A record opened for a doctor, with what was added to it; of another doctor's nothing that is
    private.
    """

    consultation: Consultation
    amendments: Sequence[Amendment]
    is_own: bool = True

    @property
    def attachments(self) -> Sequence[Attachment]:
        return sorted(self.consultation.attachments.all(), key=lambda row: row.pk)

    @property
    def visit(self) -> Appointment:
        return self.consultation.visit

    @property
    def said(self) -> Content:
        said = self.consultation.said
        return said if self.is_own else replace(said, private_note="")

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
    attachments: Sequence[Attachment]


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
    *,
    visits: AppointmentQuerySet,
    doctor: Doctor,
    patient: Patient,
    look: Look,
    wanted: str = "",
) -> list[Reading]:
    """The records of these visits of a patient, and those of others that the patient shares with
    the doctor, the latest visit first; with `wanted` those that say it. They are opened one by one
    and searched in memory: the database knows no word of them.
    """
    log_access(look, act=Act.HISTORY, patient=patient)
    own = Q(visit__in=visits.filter(patient=patient))
    shared = Q(pk__in=shared_consultations(doctor, look.at).values("pk"), visit__patient=patient)
    found = (
        Consultation.objects.filter(own | shared)
        .with_visits()
        .prefetch_related("amendments", "attachments")
        .order_by("-visit__starts_at", "-id")
    )
    readings = [_reading(one, is_own=one.visit.doctor_id == doctor.pk) for one in found]
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
    files = [row for row in reading.attachments if row.is_for_patient]
    return Released(found, reading.instructions, diagnoses, len(reading.amendments), files)


@transaction.atomic
def open_shared(*, consultation: Consultation, look: Look) -> Reading:
    """Another doctor's, which the caller saw to be shared."""
    log_access(look, act=Act.READ, patient=consultation.visit.patient, consultation=consultation)
    return _reading(consultation, is_own=False)


@transaction.atomic
def open_attachment(*, attachment: Attachment, look: Look) -> bytes:
    """What the document holds. Raises Unreadable, also where it is not what was attached."""
    consultation = attachment.consultation
    log_access(look, act=Act.FILE, patient=consultation.visit.patient, consultation=consultation)
    content = AttachedFile.objects.get(attachment=attachment).content
    if hashlib.sha256(content).hexdigest() != attachment.said.sha256:
        raise Unreadable(f"{attachment._meta.label_lower}:{attachment.pk}")
    return content


def _of(visit: Appointment) -> Consultation | None:
    found = (
        Consultation.objects.filter(visit=visit)
        .prefetch_related("amendments", "attachments")
        .first()
    )
    if found is not None:
        found.visit = visit
    return found


def _reading(consultation: Consultation, *, is_own: bool = True) -> Reading:
    lines = sorted(consultation.amendments.all(), key=lambda line: line.number)
    return Reading(consultation, lines, is_own)
