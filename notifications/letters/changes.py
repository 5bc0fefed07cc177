"""The letter about a change of a visit."""

from django.utils.translation import gettext as _

from appointments.models import Appointment
from appointments.rules import can_cancel, can_reschedule
from core.clock import current_time
from core.templatetags.when import duration, zone_name
from notifications.enums import Audience, Kind
from notifications.letters.base import (
    Facts,
    Letter,
    about_link,
    button_url,
    other_side,
    page_of,
    time_facts,
    visit_facts,
    when,
)
from notifications.letters.words import words_of
from notifications.links import link_to
from notifications.models import Message
from notifications.readers import Reader

# A calendar hears of visits, not of requests.
WITHOUT_CALENDAR = {Kind.REQUESTED, Kind.DECLINED, Kind.LAPSED}


def change_letter(message: Message, reader: Reader | None) -> Letter:
    """In the active language, times in the clinic's zone.

    The time is the one of the change itself: the visit may have moved on since.
    """
    assert message.change is not None
    assert message.visit is not None
    change, visit = message.change, message.visit
    heading, intro = words_of(message)
    url = button_url(message, visit)
    return Letter(
        subject=change_subject(message, heading),
        heading=heading,
        intro=intro,
        facts=_facts(message, visit, reader),
        button=_("Ver la cita"),
        url=url,
        actions=acts_of(message, visit),
        notes=[*notes_of(message, visit), *about_link(message, visit, url)],
        appointment=None if message.kind in WITHOUT_CALENDAR else visit,
        changed_at=change.at if change.sequence == visit.sequence else None,
        page=page_of(message, visit),
        clock=zone_name(visit.zone, change.to_starts_at),
    )


def change_subject(message: Message, heading: str) -> str:
    assert message.change is not None
    assert message.visit is not None
    time = when(message.change.to_starts_at, message.visit.zone)
    return f"{heading}: {time}, {other_side(message, message.visit)}"


def acts_of(message: Message, visit: Appointment) -> list[tuple[str, str]]:
    """What a patient may do with one click and one more on the page that asks."""
    now = current_time()
    if message.audience != Audience.PATIENT or not can_cancel(visit, now):
        return []
    change = message.change
    is_free = change is not None and change.by_desk and change.from_starts_at is not None
    acts = []
    if can_reschedule(visit, now, is_moved_by_desk=is_free):
        acts.append((_("Reprogramar"), link_to("link_reschedule", message)))
    return [*acts, (_("Cancelar la cita"), link_to("link_cancel", message))]


def _facts(message: Message, visit: Appointment, reader: Reader | None) -> Facts:
    assert message.change is not None
    change = message.change
    facts = []
    if change.from_starts_at and change.from_starts_at != change.to_starts_at:
        facts.append((_("Antes"), when(change.from_starts_at, visit.zone)))
    facts += time_facts(change.to_starts_at, visit.zone, reader)
    return facts + visit_facts(message, visit)


def notes_of(message: Message, visit: Appointment) -> list[str]:
    assert message.change is not None
    if message.audience != Audience.PATIENT:
        return []
    change, notes = message.change, []
    if change.message_sealed:
        notes.append(
            _(
                "El consultorio le dejó un mensaje. Por su privacidad, léalo en la página de la "
                "cita."
            )
        )
    if change.to_status != visit.status or not visit.is_standing:
        return notes
    is_free = change.by_desk and change.from_starts_at is not None
    if visit.cancellation_notice_minutes and not is_free:
        notes.append(
            _("Puede cancelar o reprogramar hasta %(time)s antes.")
            % {"time": duration(visit.cancellation_notice_minutes)}
        )
    if visit.clinic.directions:
        notes.append(_("Cómo llegar: %(text)s") % {"text": visit.clinic.directions})
    return notes
