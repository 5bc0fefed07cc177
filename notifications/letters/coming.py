"""Letters about what is coming: a patient's reminder, the day of a doctor."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.enums import Status
from appointments.models import Appointment
from appointments.queries import was_moved_by_desk
from appointments.rules import can_cancel, can_reschedule
from core.clock import current_time
from core.templatetags.when import clock, day, relative_day, zone_name
from notifications.deciding import unanswered_before, visits_of_day
from notifications.enums import Kind
from notifications.letters.base import (
    Facts,
    Letter,
    about_link,
    button_url,
    has_account,
    page_of,
    time_facts,
    visit_facts,
)
from notifications.links import link_to
from notifications.models import Message
from notifications.readers import Reader

# So near that its reader may open the letter in the waiting room.
NEAR = (Kind.REMINDER_DAY, Kind.REMINDER_HOURS)


def reminder_letter(message: Message, reader: Reader | None) -> Letter:
    """Of one visit, or of several that one person has on the same day."""
    assert message.visit is not None
    visits = [message.visit, *_passengers(message)]
    visits.sort(key=lambda v: (v.starts_at, v.pk))
    first = visits[0]
    facts = [_facts(message, visit, reader) for visit in visits]
    is_one = len(visits) == 1
    url = link_to("link_attend", message)
    notes = []
    if first.clinic.instructions and len({visit.clinic_id for visit in visits}) == 1:
        notes.append(_("Para su consulta: %(text)s") % {"text": first.clinic.instructions})
    if is_one and first.clinic.directions:
        notes.append(_("Cómo llegar: %(text)s") % {"text": first.clinic.directions})
    login = button_url(message, first)
    if not is_one and has_account(message, first):
        login = str(settings.SITE_URL) + reverse("appointments:mine")
    return Letter(
        subject=reminder_subject(visits),
        heading=ngettext("Recordatorio de su cita", "Recordatorio de sus citas", len(visits)),
        intro=_reminder_intro(visits),
        facts=facts[0],
        more=facts[1:],
        button=_("Asistiré"),
        url=url,
        actions=_reminder_acts(message, visits, login),
        notes=[*notes, *about_link(message, first, login)],
        appointment=first if is_one else None,
        changed_at=getattr(message, "visit_changed_at", None)
        if first.pk == message.visit_id
        else None,
        page=page_of(message, first),
        clock=zone_name(first.zone, first.starts_at),
        unsubscribe=link_to("unsubscribe", message),
    )


def reminder_subject(visits: list[Appointment]) -> str:
    first = visits[0]
    date = relative_day(first.starts_at, first.zone)
    date = date[:1].lower() + date[1:]
    if len(visits) == 1:
        hour = clock(first.starts_at, first.zone)
        return _("Recordatorio: %(day)s, %(hour)s, %(doctor)s") % {
            "day": date,
            "hour": hour,
            "doctor": first.doctor.display_name,
        }
    return _("Recordatorio: %(count)d citas, %(day)s") % {"count": len(visits), "day": date}


def digest_letter(message: Message, reader: Reader | None) -> Letter:
    visits = visits_of_day(message)
    unanswered = unanswered_before(message, current_time())
    queue = str(settings.SITE_URL) + reverse("portal:unrecorded")
    return Letter(
        subject=digest_subject(message, visits),
        heading=_("Su agenda de hoy") if _is_today(message) else _("Su agenda del día"),
        intro=_digest_intro(visits),
        facts=_digest_facts(visits),
        button=_("Abrir la agenda"),
        url=str(settings.SITE_URL) + reverse("portal:agenda"),
        actions=[(_("Registrar la asistencia"), queue)] if unanswered else [],
        notes=[_unanswered_words(unanswered)] if unanswered else [],
        unsubscribe=link_to("unsubscribe", message),
    )


def digest_subject(message: Message, visits: list[Appointment]) -> str:
    assert message.day is not None
    count = ngettext("%(count)d cita", "%(count)d citas", len(visits)) % {"count": len(visits)}
    if not visits:
        return _("Agenda del %(day)s") % {"day": day(message.day)}
    return _("Agenda del %(day)s: %(count)s, la primera a las %(hour)s") % {
        "day": day(message.day),
        "count": count,
        "hour": clock(visits[0].starts_at, visits[0].zone),
    }


def _passengers(message: Message) -> list[Appointment]:
    """Visits whose reminders go with this one, as far as they stand as they did."""
    rows = message.passengers.all() if message.riders is None else message.riders
    visits = [row.visit for row in rows if row.visit and row.visit.sequence == row.version]
    return [visit for visit in visits if visit.status == Status.BOOKED]


def _facts(message: Message, visit: Appointment, reader: Reader | None) -> Facts:
    return time_facts(visit.starts_at, visit.zone, reader) + visit_facts(message, visit)


def _reminder_intro(visits: list[Appointment]) -> str:
    if len(visits) == 1:
        return _("Su cita se acerca. Díganos que asistirá, o cámbiela si no puede.")
    return _("Sus citas se acercan. Díganos que asistirá, o cámbielas si no puede.")


def _reminder_acts(
    message: Message, visits: list[Appointment], login: str
) -> list[tuple[str, str]]:
    """Of several visits the page behind the button offers to change each: a link is of one."""
    acts = _acts(message, visits[0]) if len(visits) == 1 else []
    if len(visits) == 1 and message.kind in NEAR:
        acts = [(_("Avisar que llegué"), link_to("link_day", message)), *acts]
    word = _("Ver la cita") if len(visits) == 1 else _("Ver sus citas")
    return [*acts, (word, login)] if login else acts


def _acts(message: Message, visit: Appointment) -> list[tuple[str, str]]:
    now: datetime = current_time()
    if not can_cancel(visit, now):
        return []
    acts = []
    if can_reschedule(visit, now, is_moved_by_desk=_is_moved_by_desk(message)):
        acts.append((_("Reprogramar"), link_to("link_reschedule", message)))
    return [*acts, (_("Cancelar la cita"), link_to("link_cancel", message))]


def _is_moved_by_desk(message: Message) -> bool:
    """A batch knows it already."""
    assert message.visit is not None
    known = getattr(message, "visit_moved_by_desk", was_moved_by_desk)
    return was_moved_by_desk(message.visit) if known is was_moved_by_desk else bool(known)


def _is_today(message: Message) -> bool:
    visits = visits_of_day(message)
    zone = ZoneInfo(visits[0].zone if visits else "UTC")
    return message.day == current_time().astimezone(zone).date()


def _digest_intro(visits: list[Appointment]) -> str:
    waiting = sum(visit.status == Status.REQUESTED for visit in visits)
    told = ngettext("Tiene %(n)d cita.", "Tiene %(n)d citas.", len(visits)) % {"n": len(visits)}
    if not waiting:
        return told
    asked = ngettext(
        "%(n)d está por confirmar: respóndala.", "%(n)d están por confirmar: respóndalas.", waiting
    )
    return f"{told} {asked % {'n': waiting}}"


def _unanswered_words(count: int) -> str:
    """How many, and nobody's name."""
    return ngettext(
        "De los días anteriores hay %(n)d cita sin registrar: diga si el paciente asistió.",
        "De los días anteriores hay %(n)d citas sin registrar: diga si los pacientes asistieron.",
        count,
    ) % {"n": count}


def _digest_facts(visits: list[Appointment]) -> Facts:
    """Hour, who, where. The clock of each consultorio is named where they differ."""
    zones = {visit.zone for visit in visits}
    facts = []
    for visit in visits:
        assert visit.patient is not None
        words = [visit.patient.full_name, visit.clinic.name]
        if len(zones) > 1:
            words.append(zone_name(visit.zone, visit.starts_at))
        if visit.status == Status.REQUESTED:
            words.append(_("por confirmar"))
        elif visit.attendance_confirmed_at:
            words.append(_("asistirá"))
        facts.append((clock(visit.starts_at, visit.zone), " · ".join(words)))
    if len(zones) == 1:
        facts.append((_("Horario"), zone_name(visits[0].zone, visits[0].starts_at)))
    return facts
