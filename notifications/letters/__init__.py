"""What a message says: facts of the visit, never why the patient comes."""

from notifications.enums import AFTERWARDS, REMINDERS, WAITING, Kind
from notifications.letters.afterwards import afterwards_letter, afterwards_subject
from notifications.letters.asked import asked_letter
from notifications.letters.base import Letter
from notifications.letters.changes import change_letter, change_subject
from notifications.letters.coming import (
    digest_letter,
    digest_subject,
    reminder_letter,
    reminder_subject,
)
from notifications.letters.delays import delay_letter, delay_subject
from notifications.letters.invitations import invitation_letter
from notifications.letters.series import act_of, series_letter, series_subject
from notifications.letters.waiting import waiting_letter, waiting_path, waiting_subject
from notifications.letters.words import words_of
from notifications.models import Message
from notifications.readers import Reader

__all__ = ["Letter", "invitation_letter", "letter_of", "subject_of", "waiting_path"]


def letter_of(message: Message, reader: Reader | None) -> Letter:
    """The letter about a visit or a day, in the active language."""
    if message.kind in REMINDERS:
        return reminder_letter(message, reader)
    if message.kind in WAITING:
        return waiting_letter(message, reader)
    if message.kind == Kind.DIGEST:
        return digest_letter(message, reader)
    if message.kind == Kind.DELAYED:
        return delay_letter(message, reader)
    if message.kind == Kind.ASKED:
        return asked_letter(message, reader)
    if message.kind in AFTERWARDS:
        return afterwards_letter(message, reader)
    act = act_of(message)
    return series_letter(message, act, reader) if act else change_letter(message, reader)


def subject_of(message: Message) -> str:
    """One line that carries the fact, in the active language."""
    if message.kind in REMINDERS and message.visit is not None:
        return reminder_subject([message.visit])
    if message.kind in WAITING:
        return waiting_subject(message)
    if message.kind == Kind.DIGEST:
        return digest_subject(message, [])
    if message.kind == Kind.DELAYED:
        return delay_subject(message)
    if message.kind in AFTERWARDS:
        return afterwards_subject(message)
    act = act_of(message)
    if act is not None:
        return series_subject(message, act)
    heading, _intro = words_of(message)
    return change_subject(message, heading)
