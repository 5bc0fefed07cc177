"""The one way to what a prescription says: each look is logged in the transaction that opens it."""

from django.db import transaction

from prescriptions.models import Prescription, PrescriptionQuerySet
from prescriptions.services.accesses import log_look
from records.enums import Act
from records.services.accesses import Look


@transaction.atomic
def open_prescription(*, prescription: Prescription, act: Act, look: Look) -> Prescription:
    """To be read on a page, or as a paper (`act`). As it is now: it may have been revoked."""
    log_look(look, act, prescription)
    _ = prescription.said
    return prescription


def earlier_ones(mine: PrescriptionQuerySet, most: int = 10) -> list[Prescription]:
    """Days and states for a list, nothing of what they say."""
    return list(mine.with_visits().unopened().latest_first()[:most])
