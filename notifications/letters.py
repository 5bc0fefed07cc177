"""What a message says: facts of the visit, never why the patient comes."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.enums import Status
from appointments.models import Appointment
from core.templatetags.when import clock, day, duration, money, zone_name
from notifications.enums import Audience, Kind
from notifications.models import Message


@dataclass(frozen=True)
class Letter:
    subject: str
    heading: str
    intro: str
    facts: list[tuple[str, str]]
    button: str
    url: str
    appointment: Appointment
    notes: list[str] = field(default_factory=list)


def letter_of(message: Message) -> Letter:
    """The letter of a change of a visit, in the active language, times in the clinic's zone.

    The time is the one of the change itself: the visit may have moved on since.
    """
    assert message.change is not None
    change = message.change
    visit = Appointment.objects.with_people().get(pk=change.appointment_id)
    heading, intro = _words(Kind(message.kind), Audience(message.audience), visit)
    when = _when(change.to_starts_at, visit.zone)
    return Letter(
        subject=f"{heading}: {when}, {_other_side(message, visit)}",
        heading=heading,
        intro=intro,
        facts=_facts(message, visit),
        button=_("Ver la cita"),
        url=_url(message, visit),
        appointment=visit,
        notes=_notes(message, visit),
    )


def _words(kind: Kind, audience: Audience, visit: Appointment) -> tuple[str, str]:
    to_doctor = audience == Audience.DOCTOR
    if kind == Kind.BOOKED:
        return (
            (_("Nueva cita"), _("Un paciente reservó una cita con usted."))
            if to_doctor
            else (_("Cita confirmada"), _("Su cita está confirmada. No tiene que hacer nada más."))
        )
    if kind == Kind.RESCHEDULED:
        return (
            (_("Cita reprogramada"), _("Una cita de su agenda cambió de hora."))
            if to_doctor
            else (_("Cita reprogramada"), _("Su cita tiene una nueva hora."))
        )
    return _("Cita cancelada"), _cancelled_words(to_doctor, visit)


def _cancelled_words(to_doctor: bool, visit: Appointment) -> str:
    if to_doctor and visit.status == Status.CANCELLED_BY_PATIENT:
        return _("El paciente canceló esta cita. La hora vuelve a estar libre.")
    if to_doctor:
        return _("Esta cita se canceló. La hora vuelve a estar libre.")
    if visit.status == Status.CANCELLED_BY_PATIENT:
        return _("Cancelamos su cita, como nos pidió.")
    return _("El consultorio canceló esta cita. Puede reservar otra hora cuando quiera.")


def _other_side(message: Message, visit: Appointment) -> str:
    """Whom the reader meets. The doctor's subject names nobody: inboxes are seen by others."""
    if message.audience == Audience.DOCTOR:
        return visit.clinic.name
    return visit.doctor.display_name


def _when(starts_at: datetime, zone: str) -> str:
    return f"{day(starts_at, zone)}, {clock(starts_at, zone)}"


def _facts(message: Message, visit: Appointment) -> list[tuple[str, str]]:
    assert message.change is not None
    assert visit.patient is not None
    change = message.change
    facts = []
    if change.from_starts_at and change.from_starts_at != change.to_starts_at:
        facts.append((_("Antes"), _when(change.from_starts_at, visit.zone)))
    facts.append((_("Cuándo"), _when(change.to_starts_at, visit.zone)))
    facts.append((_("Horario"), zone_name(visit.zone, change.to_starts_at)))
    facts.append((_("Paciente"), visit.patient.full_name))
    if message.audience == Audience.PATIENT:
        facts.append((_("Con"), visit.doctor.display_name))
    facts.append((_("Dónde"), f"{visit.clinic.name}, {visit.clinic.address}, {visit.clinic.city}"))
    if message.audience == Audience.DOCTOR and visit.phone:
        facts.append((_("Celular"), visit.phone.as_international))
    if message.audience == Audience.PATIENT and visit.price is not None:
        facts.append((_("Precio"), money(visit.price, visit.currency)))
    facts.append((_("Código"), visit.code or ""))
    return facts


def _notes(message: Message, visit: Appointment) -> list[str]:
    if message.audience == Audience.DOCTOR or message.kind == Kind.CANCELLED:
        return []
    notes = []
    if visit.cancellation_notice_minutes:
        notes.append(
            _("Puede cancelar o reprogramar hasta %(time)s antes.")
            % {"time": duration(visit.cancellation_notice_minutes)}
        )
    if visit.clinic.directions:
        notes.append(_("Cómo llegar: %(text)s") % {"text": visit.clinic.directions})
    return notes


def _url(message: Message, visit: Appointment) -> str:
    name = "portal:visit" if message.audience == Audience.DOCTOR else "appointments:appointment"
    return str(settings.SITE_URL) + reverse(name, args=[visit.public_id])
