"""When a profile may be seen by everybody, and the act of showing or hiding it."""

from datetime import datetime
from enum import Enum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clinics.models import OpeningHours
from core.db import Busy, Refusal, once_more
from core.events import record
from doctors.models import Doctor


class Need(Enum):
    """What a profile must have before patients may find it."""

    NAMES = "names"
    SPECIALTY = "specialty"
    LICENCE = "licence"
    CLINIC = "clinic"
    HOURS = "hours"


class PublishingBusy(Busy):
    message = _("Su perfil se está guardando en otra ventana. Intente de nuevo en unos segundos.")


class NotReady(Refusal):
    """`missing` says what; each is a page of the set-up."""

    message = _("Todavía falta algo para publicar su perfil.")

    def __init__(self, missing: list[Need]) -> None:
        super().__init__()
        self.missing = missing


def missing_of(doctor: Doctor) -> list[Need]:
    """What keeps a profile from being published, in the order of the set-up."""
    clinics = doctor.clinics.filter(is_active=True)
    facts = {
        Need.NAMES: bool(doctor.first_names and doctor.last_names),
        Need.SPECIALTY: doctor.doctor_specialties.exists(),
        Need.LICENCE: bool(doctor.licence_number),
        Need.CLINIC: clinics.exists(),
        Need.HOURS: OpeningHours.objects.filter(clinic__in=clinics).exists(),
    }
    return [need for need, is_there in facts.items() if not is_there]


@once_more(PublishingBusy)
@transaction.atomic
def publish_doctor(*, doctor: Doctor, actor: User, now: datetime) -> None:
    """Show the profile to everybody. Raises NotReady. Done already, it changes nothing."""
    locked = _lock(doctor)
    if locked.is_published:
        return
    if missing := missing_of(locked):
        raise NotReady(missing)
    _show(doctor, True, "doctor.published", actor, now)


@once_more(PublishingBusy)
@transaction.atomic
def unpublish_doctor(*, doctor: Doctor, actor: User, now: datetime) -> None:
    """Hide the profile and take no more bookings; the visits that stand stay."""
    if _lock(doctor).is_published:
        _show(doctor, False, "doctor.unpublished", actor, now)


def _show(doctor: Doctor, is_published: bool, event: str, actor: User, now: datetime) -> None:
    doctor.is_published = is_published
    doctor.save(update_fields=["is_published"])
    record(event, subject_id=doctor.public_id, actor=actor, at=now)


def _lock(doctor: Doctor) -> Doctor:
    return Doctor.objects.select_for_update(of=("self",), no_key=True).get(pk=doctor.pk)
