"""After the signature, what is put right or added is an addendum."""

from django.db import transaction

from appointments.models import Appointment
from core.db import once_more, violation_as
from records.documents import Amended
from records.enums import Act
from records.models import Amendment
from records.refusals import AmendedMeanwhile, NotSigned, RecordBusy
from records.services.accesses import Look, log_access, tell
from records.services.locks import lock_consultation


@once_more(RecordBusy)
@transaction.atomic
def amend_consultation(
    *, visit: Appointment, said: Amended, shows_diagnoses: bool, number: int, look: Look
) -> Amendment:
    """`number` is the one that the addendum had on the page where it was written: sent again it
    changes nothing, and whoever has not seen the last one is told.

    Raises NotSigned, AmendedMeanwhile, RecordBusy.
    """
    current = lock_consultation(visit)
    if current is None or not current.is_signed:
        raise NotSigned
    there = list(current.amendments.order_by("number"))
    if number <= len(there) and there[number - 1].said == said:
        return there[number - 1]
    if number != len(there) + 1:
        raise AmendedMeanwhile
    added = Amendment(
        consultation=current, number=number, author=look.reader, at=look.at,
        shows_diagnoses=shows_diagnoses,
    )  # fmt: skip
    added.write(said.document)
    with violation_as({Amendment.NUMBERED: AmendedMeanwhile()}):
        added.save(force_insert=True)
    tell("consultation.amended", current, look)
    log_access(look, act=Act.AMENDED, patient=visit.patient, consultation=current)
    return added
