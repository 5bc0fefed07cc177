"""A visit's record is begun, saved and signed: by its doctor, whom the caller saw to."""

from datetime import datetime, timedelta

from django.db import transaction

from appointments.attendance import Attendance, is_same_day
from appointments.enums import Status
from appointments.models import Appointment
from appointments.refusals import BookingRefused
from appointments.services.attendance import record_attendance
from core.db import once_more, violation_as
from records.documents import Content
from records.enums import Act
from records.models import Consultation
from records.refusals import (
    AlreadySigned,
    DraftChanged,
    NothingToSign,
    NothingWritten,
    NotRecordable,
    ReadAgain,
    RecordBusy,
)
from records.services.accesses import Look, is_noted, log_access, tell
from records.services.locks import lock_consultation

# A page saves by itself every few seconds: what is written at a stretch is one line.
SITTING = timedelta(minutes=30)


def may_record(visit: Appointment, now: datetime) -> bool:
    """From the day of the visit on, unless the patient did not come."""
    return visit.status == Status.ATTENDED or (
        visit.status == Status.BOOKED and is_same_day(visit, now)
    )


@once_more(RecordBusy)
@transaction.atomic
def save_draft(
    *, visit: Appointment, said: Content, shows_diagnoses: bool, version: int, look: Look
) -> Consultation:
    """Keep what was written on top of `version`, 0 for nothing yet; sent again it changes nothing.

    Raises NotRecordable, NothingWritten, DraftChanged, AlreadySigned, RecordBusy.
    """
    current = lock_consultation(visit)
    if current is None:
        return _begin(visit, said, shows_diagnoses, look)
    is_same = (current.said, current.shows_diagnoses) == (said, shows_diagnoses)
    if current.is_signed:
        raise AlreadySigned
    if is_same:
        return current
    if version != current.version:
        raise DraftChanged
    current.write(said.document)
    del current.said
    current.version, current.shows_diagnoses = current.version + 1, shows_diagnoses
    current.saved_at = look.at
    current.save(update_fields=[
        "content_sealed", "content_digest", "version", "shows_diagnoses", "saved_at",
    ])  # fmt: skip
    _log_writing(visit, current, look)
    return current


@once_more(RecordBusy)
@transaction.atomic
def sign_consultation(*, visit: Appointment, version: int, look: Look) -> Consultation:
    """Freeze the version that was looked at; of a visit nobody has said anything of, it says that
    the patient came. Sent again it changes nothing.

    Raises NothingToSign, ReadAgain, AlreadySigned, NotRecordable, RecordBusy.
    """
    if not may_record(visit, look.at):
        raise NotRecordable
    if visit.status == Status.BOOKED:
        _attend(visit, look)
    current = lock_consultation(visit)
    if current is None:
        raise NothingToSign
    if current.is_signed:
        if current.version == version:
            return current
        raise AlreadySigned
    if version != current.version:
        raise ReadAgain
    if not current.said.may_be_signed:
        raise NothingToSign
    current.signed_at = max(look.at, current.saved_at)
    current.save(update_fields=["signed_at"])
    tell("consultation.signed", current, look)
    log_access(look, act=Act.SIGNED, patient=visit.patient, consultation=current)
    return current


def begin_consultation(
    visit: Appointment, look: Look, said: Content | None = None, *, shows_diagnoses: bool = False
) -> Consultation:
    """The visit's first text, or, for a document alone, a draft with the patient's own words. In a
    transaction. Raises NotRecordable, DraftChanged.
    """
    if not may_record(visit, look.at):
        raise NotRecordable
    said = said or Content(reason=visit.reason)
    begun = Consultation(
        visit=visit, author=look.reader, shows_diagnoses=shows_diagnoses,
        created_at=look.at, saved_at=look.at,
    )  # fmt: skip
    begun.write(said.document)
    with violation_as({Consultation.ONCE: DraftChanged()}):
        begun.save(force_insert=True)
    return begun


def _begin(visit: Appointment, said: Content, shows_diagnoses: bool, look: Look) -> Consultation:
    if may_record(visit, look.at) and said.is_empty:
        raise NothingWritten
    begun = begin_consultation(visit, look, said, shows_diagnoses=shows_diagnoses)
    _log_writing(visit, begun, look)
    return begun


def _log_writing(visit: Appointment, draft: Consultation, look: Look) -> None:
    if not is_noted(look, act=Act.WRITTEN, consultation=draft, since=look.at - SITTING):
        log_access(look, act=Act.WRITTEN, patient=visit.patient, consultation=draft)


def _attend(visit: Appointment, look: Look) -> None:
    said = Attendance(Status.ATTENDED)
    try:
        record_attendance(appointment=visit, said=said, actor=look.reader, now=look.at)
    except BookingRefused as refusal:
        raise NotRecordable from refusal
