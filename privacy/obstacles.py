"""What somebody has to settle before their account can be closed, and where."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Assistant, AssistantQuerySet
from doctors.models import Doctor


@dataclass(frozen=True)
class Obstacle:
    """`page` is where it is settled, or asked about."""

    words: str
    page: str
    label: str


def obstacles_of(user: User, now: datetime) -> list[Obstacle]:
    """Empty for patients and receptions. Whoever keeps records for others cannot leave them."""
    if user.is_staff:
        words = _("Su cuenta es del equipo. Pida a un administrador que le quite ese papel.")
        return [Obstacle(words, reverse("support:contact"), _("Escribir a soporte"))]
    doctor = Doctor.objects.filter(user=user).first()
    return _of_doctor(doctor, now) if doctor is not None else []


def _of_doctor(doctor: Doctor, now: datetime) -> list[Obstacle]:
    found = []
    if doctor.is_published:
        words = _("Su perfil está publicado. Deje de publicarlo: así nadie más reserva.")
        found.append(Obstacle(words, reverse("portal:unpublish"), _("Dejar de publicar")))
    visits = doctor.appointments.visits()
    if visits.upcoming(now).exists():
        words = _("Tiene citas por venir: sus pacientes cuentan con ellas.")
        found.append(Obstacle(words, reverse("portal:agenda"), _("Abrir la agenda")))
    assistants: AssistantQuerySet = Assistant.objects.current()
    if assistants.filter(doctor=doctor).exists():
        words = _("Otras personas tienen acceso a su agenda.")
        found.append(Obstacle(words, reverse("portal:team"), _("Ver su recepción")))
    if visits.exists():
        words = _(
            "La ley le obliga a conservar las historias de sus pacientes y a poder entregarlas. "
            "Escríbanos: acordamos con usted quién las guarda, y entonces cerramos la cuenta."
        )
        found.append(Obstacle(words, reverse("support:contact"), _("Escribir a soporte")))
    return found
