"""Documents of a record: checked, drawn anew where they are pictures, and sealed."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, F, Func, IntegerField, Sum

from appointments.models import Appointment
from core.db import once_more
from core.uploads import is_over_quota
from records.enums import Act
from records.files import Checked
from records.models import AttachedFile, Attachment, Consultation
from records.refusals import AlreadySigned, NotRecordable, RecordBusy, TooManyFiles, TooMuchSent
from records.services.accesses import Look, log_access
from records.services.locks import lock_consultation
from records.services.writing import begin_consultation

MOST_FILES = 20


@once_more(RecordBusy)
@transaction.atomic
def attach_file(
    *, visit: Appointment, file: Checked, is_for_patient: bool, look: Look
) -> Attachment:
    """To a draft, which it begins where there is none, or beside what is signed. The same document
    twice is one.

    Raises NotRecordable, TooManyFiles, TooMuchSent, RecordBusy.
    """
    current = lock_consultation(visit) or begin_consultation(visit, look)
    there = list(current.attachments.all())
    again = next((each for each in there if each.said.sha256 == file.card.sha256), None)
    if again is not None:
        return again
    if len(there) >= MOST_FILES:
        raise TooManyFiles
    if is_over_quota(*_sent_lately(look), len(file.content)):
        raise TooMuchSent
    row = Attachment(
        consultation=current, author=look.reader, is_for_patient=is_for_patient, at=look.at
    )
    row.write(file.card.document)
    row.save(force_insert=True)
    held = AttachedFile(attachment=row)
    held.content = file.content
    held.save(force_insert=True)
    log_access(look, act=Act.ATTACHED, patient=visit.patient, consultation=current)
    return row


def _sent_lately(look: Look) -> tuple[int, int]:
    """How many documents, of how many bytes as they lie there, this person attached in a day."""
    own = Attachment.objects.filter(author=look.reader, at__gt=look.at - timedelta(days=1))
    size = Func(F("file__content_sealed"), function="octet_length", output_field=IntegerField())
    found = own.aggregate(sent=Count("pk"), size=Sum(size))
    return found["sent"], found["size"] or 0


@once_more(RecordBusy)
@transaction.atomic
def detach_file(*, attachment: Attachment, look: Look) -> None:
    """From a draft only; twice is once. Raises AlreadySigned, NotRecordable, RecordBusy."""
    visit = attachment.consultation.visit
    current: Consultation | None = lock_consultation(visit)
    if current is None:
        raise NotRecordable
    if current.is_signed:
        raise AlreadySigned
    AttachedFile.objects.filter(attachment=attachment.pk).delete()
    if Attachment.objects.filter(pk=attachment.pk).delete()[0]:
        log_access(look, act=Act.DETACHED, patient=visit.patient, consultation=current)
