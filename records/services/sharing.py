"""A patient lets another doctor of theirs read what is signed, and takes it back."""

from datetime import datetime

from django.db import transaction

from accounts.models import Patient, User
from appointments.services.locks import lock_patient
from core.db import once_more
from core.events import record
from doctors.models import Doctor
from records.models import Share
from records.queries import doctors_of
from records.refusals import AlreadyShared, NotYourDoctor, RecordBusy


@once_more(RecordBusy)
@transaction.atomic
def share_history(
    *, patient: Patient, doctor: Doctor, until: datetime, by: User, now: datetime
) -> Share:
    """Until an instant. Sent again with the same end, it is one permission.

    Raises NotYourDoctor, AlreadyShared, RecordBusy.
    """
    current = lock_patient(patient)
    if current is None or current.erased_at is not None:
        raise NotYourDoctor
    if not doctors_of(patient).filter(pk=doctor.pk).exists():
        raise NotYourDoctor
    live = Share.objects.live(now).filter(patient=patient, doctor=doctor).first()
    if live is not None:
        if live.expires_at == until:
            return live
        raise AlreadyShared
    share = Share.objects.create(
        patient=patient, doctor=doctor, by=by, created_at=now, expires_at=until
    )
    record("record.shared", subject_id=share.public_id, actor=by, at=now)
    return share


@once_more(RecordBusy)
@transaction.atomic
def revoke_share(*, share: Share, by: User, now: datetime) -> Share:
    """At once; taken back twice, it is taken back once."""
    current = Share.objects.select_for_update(of=("self",), no_key=True).get(pk=share.pk)
    if current.revoked_at is None:
        current.revoked_at = now
        current.save(update_fields=["revoked_at"])
        record("record.unshared", subject_id=current.public_id, actor=by, at=now)
    return current
