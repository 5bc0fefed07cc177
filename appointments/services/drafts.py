"""What was typed on the way to a booking, kept until it is made."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Patient, User
from appointments.enums import Status
from appointments.models import Appointment, BookingDraft, Submission
from appointments.refusals import HoldLost, ServiceBusy
from appointments.services.locks import lock_draft
from core.db import once_more

# Drafts that nobody came back to, and the holds that they left behind.
FORGOTTEN_AFTER = timedelta(days=1)
# A form sent again after this long is a new wish.
ANSWERS_KEPT = timedelta(days=7)


@once_more(ServiceBusy)
@transaction.atomic
def save_details(
    *,
    holder_key: str,
    account: User,
    patient: Patient,
    phone: str,
    reason: str,
    now: datetime,
    visit_type: str = "",
) -> BookingDraft:
    """Keep whom the visit is for, and of which type it is.

    Raises HoldLost when this browser has no booking begun, ServiceBusy.
    """
    draft = lock_draft(holder_key)
    if draft is None:
        raise HoldLost
    draft.account, draft.patient, draft.phone = account, patient, phone
    draft.reason, draft.visit_type = reason, visit_type
    draft.updated_at = now
    draft.save()
    return draft


@transaction.atomic
def sweep_drafts(*, now: datetime) -> int:
    """Delete forgotten drafts, run-out holds and old answers. Returns how many holds went."""
    limit = now - FORGOTTEN_AFTER
    forgotten = BookingDraft.objects.select_for_update(skip_locked=True).filter(
        updated_at__lt=limit
    )
    BookingDraft.objects.filter(pk__in=[draft.pk for draft in forgotten]).delete()
    run_out = Appointment.objects.filter(
        status__in=[Status.HELD, Status.EXPIRED], hold_expires_at__lt=limit, draft__isnull=True
    )
    deleted, _by_model = run_out.delete()
    Submission.objects.filter(created_at__lt=now - ANSWERS_KEPT).delete()
    return deleted
