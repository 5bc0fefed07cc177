"""What a message says: facts of the visit, never why the patient comes."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Purpose
from accounts.invitations import link_of, open_invitation
from accounts.models import Invitation
from appointments.models import Appointment
from appointments.queries import was_moved_by_desk
from core.clock import current_time
from core.templatetags.when import clock, day, duration, money, zone_name
from notifications.enums import Audience, Kind
from notifications.models import Message
from notifications.words import doctor_words, patient_words

# A calendar hears of visits, not of requests.
WITHOUT_CALENDAR = {Kind.REQUESTED, Kind.DECLINED, Kind.LAPSED}


@dataclass(frozen=True)
class Letter:
    """`url` is the button's: empty where the reader has no page to go to."""

    subject: str
    heading: str
    intro: str
    facts: list[tuple[str, str]]
    button: str
    url: str
    notes: list[str] = field(default_factory=list)
    # For the calendar entry, which may be shared: a page that asks to log in, never a link.
    appointment: Appointment | None = None
    page: str = ""


def letter_of(message: Message) -> Letter:
    """The letter of a change of a visit, in the active language, times in the clinic's zone.

    The time is the one of the change itself: the visit may have moved on since.
    """
    assert message.change is not None
    change = message.change
    visit = Appointment.objects.with_people().get(pk=change.appointment_id)
    change.appointment = visit
    words = doctor_words if message.audience == Audience.DOCTOR else patient_words
    heading, intro = words(Kind(message.kind), change)
    when = _when(change.to_starts_at, visit.zone)
    url = _url(message, visit)
    return Letter(
        subject=f"{heading}: {when}, {_other_side(message, visit)}",
        heading=heading,
        intro=intro,
        facts=_facts(message, visit),
        button=_("Ver la cita"),
        url=url,
        notes=[*_notes(message, visit), *_about_link(message, visit, url)],
        appointment=None if message.kind in WITHOUT_CALENDAR else visit,
        page=_page(message, visit),
    )


def invitation_letter(invitation: Invitation) -> Letter:
    """What is offered, by whom, and the link that takes it."""
    until = day(invitation.expires_at)
    if invitation.purpose == Purpose.ASSISTANT:
        assistant = invitation.assistant
        doctor = assistant.doctor.display_name
        heading = _("Invitación a la agenda de %(doctor)s") % {"doctor": doctor}
        intro = _(
            "%(doctor)s le invita a llevar su agenda en Doctobooking: reservar, mover y cancelar "
            "citas."
        ) % {"doctor": doctor}
        clinics = ", ".join(assistant.clinics.order_by("id").values_list("name", flat=True))
        facts = [(_("Consultorios"), clinics), (_("Sirve hasta"), until)]
    else:
        heading = _("Sus citas en línea")
        intro = _("Su consultorio le invita a ver, mover y cancelar sus citas en Doctobooking.")
        facts = [(_("Sirve hasta"), until)]
    return Letter(
        subject=heading,
        heading=heading,
        intro=intro,
        facts=facts,
        button=_("Ver la invitación"),
        url=link_of(invitation),
        notes=[_("El enlace es personal. Si no esperaba este mensaje, no tiene que hacer nada.")],
    )


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
    assert message.change is not None
    if message.audience == Audience.DOCTOR:
        return []
    notes = []
    if message.change.message_sealed:
        notes.append(
            _(
                "El consultorio le dejó un mensaje. Por su privacidad, léalo en la página de la "
                "cita."
            )
        )
    if message.change.to_status != visit.status or not visit.is_standing:
        return notes
    if visit.cancellation_notice_minutes and not was_moved_by_desk(visit):
        notes.append(
            _("Puede cancelar o reprogramar hasta %(time)s antes.")
            % {"time": duration(visit.cancellation_notice_minutes)}
        )
    if visit.clinic.directions:
        notes.append(_("Cómo llegar: %(text)s") % {"text": visit.clinic.directions})
    return notes


def _about_link(message: Message, visit: Appointment, url: str) -> list[str]:
    """To whoever has no account: what the button leads to, or whom to ask without one."""
    assert visit.patient is not None
    if message.audience == Audience.DOCTOR or visit.patient.account_id is not None:
        return []
    if url:
        return [
            _(
                "Para ver, mover o cancelar sus citas en línea, abra el enlace y cree su cuenta. "
                "El enlace es personal: no lo comparta."
            )
        ]
    if visit.clinic.phone:
        phone = visit.clinic.phone.as_international
        return [_("Si necesita cambiarla, llame al consultorio: %(phone)s.") % {"phone": phone}]
    return [_("Si necesita cambiarla, comuníquese con el consultorio.")]


def _url(message: Message, visit: Appointment) -> str:
    """The visit's page; for a patient without account the link that leads to one."""
    assert visit.patient is not None
    if message.audience == Audience.DOCTOR or visit.patient.account_id is not None:
        return _page(message, visit)
    invitation = open_invitation(visit.patient, current_time())
    return link_of(invitation) if invitation else ""


def _page(message: Message, visit: Appointment) -> str:
    name = "portal:visit" if message.audience == Audience.DOCTOR else "appointments:appointment"
    return str(settings.SITE_URL) + reverse(name, args=[visit.public_id])
