"""What every letter is made of."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.invitations import link_of, open_invitation
from appointments.models import Appointment
from core.clock import current_time
from core.templatetags.when import clock, day, money, own_time, zone_name
from notifications.enums import Audience
from notifications.models import Message
from notifications.readers import NO_ZONE, Reader

Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Letter:
    """`url` is the button's: empty where the reader has no page to go to."""

    subject: str
    heading: str
    intro: str
    facts: Facts
    button: str
    url: str
    # Of a letter about several visits: the other ones.
    more: list[Facts] = field(default_factory=list)
    # Further links: each shows a page that asks before it acts.
    actions: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # For the calendar entry, which may be shared: a page that asks to log in, never a link.
    appointment: Appointment | None = None
    # Of a letter about several visits: calendar files, made already.
    entries: list[bytes] = field(default_factory=list)
    # When the visit became what it is, where that is known.
    changed_at: datetime | None = None
    page: str = ""
    # Whose clock the subject's hour is on.
    clock: str = ""
    # Where letters of this kind are stopped, where they may be.
    unsubscribe: str = ""


def when(at: datetime, zone: str) -> str:
    return f"{day(at, zone)}, {clock(at, zone)}"


def time_facts(at: datetime, zone: str, reader: Reader | None) -> Facts:
    """The time on the clinic's clock, which clock that is, and what the reader's own one says."""
    facts = [(_("Cuándo"), when(at, zone)), (_("Horario"), zone_name(zone, at))]
    own = reader.account.time_zone if reader and reader.account else NO_ZONE
    elsewhere = own_time(at, zone, own)
    return [*facts, (_("Para usted"), elsewhere)] if elsewhere else facts


def visit_facts(message: Message, visit: Appointment) -> Facts:
    """Who, where, what it costs. Never why the patient comes."""
    assert visit.patient is not None
    is_patients = message.audience == Audience.PATIENT
    facts = [(_("Paciente"), visit.patient.full_name)]
    if is_patients:
        facts.append((_("Con"), visit.doctor.display_name))
    facts.append((_("Dónde"), f"{visit.clinic.name}, {visit.clinic.address}, {visit.clinic.city}"))
    if not is_patients and visit.phone:
        facts.append((_("Celular"), visit.phone.as_international))
    if is_patients and visit.price is not None:
        facts.append((_("Precio"), money(visit.price, visit.currency)))
    facts.append((_("Código"), visit.code or ""))
    return facts


def other_side(message: Message, visit: Appointment) -> str:
    """Whom the reader meets. The desk's subject names nobody: inboxes are seen by others."""
    if message.audience == Audience.PATIENT:
        return visit.doctor.display_name
    return visit.clinic.name


def has_account(message: Message, visit: Appointment) -> bool:
    assert visit.patient is not None
    return message.audience != Audience.PATIENT or visit.patient.account_id is not None


def page_of(message: Message, visit: Appointment) -> str:
    """The visit's page, which asks to log in."""
    is_patients = message.audience == Audience.PATIENT
    name = "appointments:appointment" if is_patients else "portal:visit"
    return str(settings.SITE_URL) + reverse(name, args=[visit.public_id])


def button_url(message: Message, visit: Appointment) -> str:
    """The visit's page; for a patient without account the link that leads to one."""
    if has_account(message, visit):
        return page_of(message, visit)
    assert visit.patient is not None
    invitation = open_invitation(visit.patient, current_time())
    return link_of(invitation) if invitation else ""


def about_link(message: Message, visit: Appointment, url: str) -> list[str]:
    """To whoever has no account: what the button leads to, or whom to ask without one."""
    if has_account(message, visit):
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
