"""What was issued is worth nothing any more: a row beside it says so, and why."""

from django.db import transaction

from core.db import once_more
from prescriptions.models import Prescription, Revocation
from prescriptions.refusals import AlreadyRevoked, PrescriptionBusy
from prescriptions.services.accesses import log_look
from prescriptions.services.issuing import tell
from records.enums import Act
from records.services.accesses import Look


@once_more(PrescriptionBusy)
@transaction.atomic
def revoke_prescription(*, prescription: Prescription, reason: str, look: Look) -> Revocation:
    """Sent again with the same reason it changes nothing.

    Raises AlreadyRevoked, PrescriptionBusy.
    """
    rows = Prescription.objects.select_for_update(of=("self",), no_key=True)
    rows.get(pk=prescription.pk)
    earlier = Revocation.objects.filter(prescription=prescription).first()
    if earlier is not None:
        if earlier.reason == reason:
            return earlier
        raise AlreadyRevoked
    made = Revocation(prescription=prescription, author=look.reader, at=look.at)
    made.write({"reason": reason})
    made.save(force_insert=True)
    tell("prescription.revoked", prescription, look)
    log_look(look, Act.RX_REVOKED, prescription)
    return made
