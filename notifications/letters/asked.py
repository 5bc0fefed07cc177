"""The letter to who is asked for another time: its button leads to those that are held."""

from django.utils.translation import gettext as _

from core.templatetags.when import zone_name
from notifications.letters.base import Letter, page_of, time_facts, visit_facts
from notifications.letters.changes import change_subject, notes_of
from notifications.letters.words import words_of
from notifications.links import link_to
from notifications.models import Message
from notifications.readers import Reader


def asked_letter(message: Message, reader: Reader | None) -> Letter:
    """No calendar entry: the time cannot be, and there is no other yet."""
    assert message.change is not None
    assert message.visit is not None
    change, visit = message.change, message.visit
    heading, intro = words_of(message)
    return Letter(
        subject=change_subject(message, heading),
        heading=heading,
        intro=intro,
        facts=time_facts(change.to_starts_at, visit.zone, reader) + visit_facts(message, visit),
        button=_("Elegir otra hora"),
        url=link_to("link_choose", message),
        notes=notes_of(message, visit),
        page=page_of(message, visit),
        clock=zone_name(visit.zone, change.to_starts_at),
    )
