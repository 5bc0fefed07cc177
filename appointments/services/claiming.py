"""A patient whom a consultorio wrote down joins the account that opened their invitation."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Relationship
from accounts.models import Invitation, Patient, User
from accounts.services import (
    AlreadyHasProfile,
    InvitationClosed,
    merge_patient,
    take_invitation,
)
from appointments.models import PATIENT_TAKEN, Appointment, BookingDraft
from appointments.refusals import ClaimClash, ServiceBusy
from appointments.written import is_held
from core.db import Refusal, once_more, violation_as
from core.events import record


class ClaimHeld(Refusal):
    message = _(
        "Su médico todavía no confirmó este correo, que otra persona escribió. Para cuidar su "
        "historia, llame al consultorio y, cuando lo confirme, abra el enlace otra vez."
    )


class ClaimByDesk(Refusal):
    message = _(
        "Quien trabaja en el consultorio o en Doctobooking no puede agregar a su cuenta las citas "
        "de un paciente."
    )


@once_more(ServiceBusy)
@transaction.atomic
def claim_patient(
    *,
    invitation: Invitation,
    account: User,
    relationship: Relationship,
    same_as: Patient | None,
    now: datetime,
) -> bool:
    """Give the account the patient, or, where it is somebody whom the account has already
    (`same_as`), move their visits to that person. Whether this call did; opened twice by the same
    account it happens once.

    Raises InvitationClosed, AlreadyHasProfile, ClaimClash, ClaimHeld, ClaimByDesk, ServiceBusy.
    """
    if not take_invitation(invitation=invitation, user=account, now=now):
        return False
    patient = _locked(invitation, same_as)
    refuse_others(patient, account, now)
    if same_as is None:
        _attach(patient, account, relationship)
    else:
        _merge(patient, same_as, now)
    if not account.is_patient:
        account.is_patient = True
        account.save(update_fields=["is_patient"])
    record("patient.claimed", subject_id=invitation.public_id, actor=account, at=now)
    return True


def refuse_others(patient: Patient, account: User, now: datetime) -> None:
    """With the visits comes what doctors wrote of them (docs/adr/0050). Raises ClaimHeld,
    ClaimByDesk.
    """
    visits = Appointment.objects.visits().filter(patient=patient)
    desk = Q(doctor__user=account) | Q(
        doctor__assistants__user=account, doctor__assistants__ended_at=None
    )
    if account.is_staff or visits.filter(desk).exists():
        raise ClaimByDesk
    if is_held(patient, now):
        raise ClaimHeld


def _locked(invitation: Invitation, same_as: Patient | None) -> Patient:
    """Both people, in one order for everybody; the desk may be moving a visit of theirs."""
    assert invitation.patient_id is not None
    ids = [invitation.patient_id, *([same_as.pk] if same_as else [])]
    rows = Patient.objects.select_for_update(of=("self",)).order_by("pk").filter(pk__in=ids)
    patient = next((row for row in rows if row.pk == invitation.patient_id), None)
    # Another invitation of the same patient was quicker.
    if patient is None or patient.account_id is not None:
        raise InvitationClosed
    # So it was where they became one with somebody; or the account was closed meanwhile.
    if any(row.erased_at is not None for row in rows):
        raise InvitationClosed
    return patient


def _attach(patient: Patient, account: User, relationship: Relationship) -> None:
    """What the consultorio typed stays, but for the address: the account is written to now."""
    patient.account, patient.relationship, patient.email = account, relationship, ""
    with violation_as({Patient.ONE_SELF: AlreadyHasProfile()}):
        patient.save(update_fields=["account", "relationship", "email"])


def _merge(patient: Patient, into: Patient, now: datetime) -> None:
    """One person, one row: what was the desk's row's is theirs, and of what was typed there nothing
    is kept.
    """
    with violation_as({PATIENT_TAKEN: ClaimClash()}):
        Appointment.objects.filter(patient=patient).update(patient=into)
    patient.waiting.update(patient=into)
    BookingDraft.objects.filter(patient=patient).update(patient=into)
    merge_patient(patient=patient, into=into, now=now)
