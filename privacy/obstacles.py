"""What somebody has to settle before their account can be closed, and where."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Assistant, AssistantQuerySet
from core.templatetags.when import day_long
from doctors.models import Doctor
from privacy.keeping import duty_of_doctor


class Matter(Enum):
    STAFF = "staff"
    PUBLISHED = "published"
    VISITS = "visits"
    TEAM = "team"
    RECORDS = "records"


@dataclass(frozen=True)
class Obstacle:
    """`page` is where it is settled, or asked about."""

    matter: Matter
    words: str
    page: str
    label: str


def obstacles_of(user: User, now: datetime) -> list[Obstacle]:
    """Empty for patients and receptions. Whoever keeps records for others cannot leave them."""
    if user.is_staff:
        words = _("Su cuenta es del equipo. Pida a un administrador que le quite ese papel.")
        return [Obstacle(Matter.STAFF, words, reverse("support:contact"), _("Escribir a soporte"))]
    doctor = Doctor.objects.filter(user=user).first()
    return _of_doctor(doctor, now) if doctor is not None else []


def _of_doctor(doctor: Doctor, now: datetime) -> list[Obstacle]:
    found = []
    if doctor.is_published:
        words = _("Su perfil está publicado. Deje de publicarlo: así nadie más reserva.")
        found.append(
            Obstacle(Matter.PUBLISHED, words, reverse("portal:unpublish"), _("Dejar de publicar"))
        )
    if doctor.appointments.visits().upcoming(now).exists():
        words = _("Tiene citas por venir: sus pacientes cuentan con ellas.")
        found.append(Obstacle(Matter.VISITS, words, reverse("portal:agenda"), _("Abrir la agenda")))
    assistants: AssistantQuerySet = Assistant.objects.current()
    if assistants.filter(doctor=doctor).exists():
        words = _("Otras personas tienen acceso a su agenda.")
        found.append(Obstacle(Matter.TEAM, words, reverse("portal:team"), _("Ver su recepción")))
    duty = duty_of_doctor(doctor, now)
    if duty is not None:
        words = _(
            "La ley le obliga a conservar las historias y los recibos de sus pacientes hasta el "
            "%(day)s, y a poder entregarlos. Escríbanos: acordamos con usted quién los guarda y "
            "cerramos la cuenta. Su nombre y su registro quedan en esos documentos hasta ese día."
        ) % {"day": day_long(duty.until)}
        page = reverse("support:contact")
        found.append(Obstacle(Matter.RECORDS, words, page, _("Escribir a soporte")))
    return found
