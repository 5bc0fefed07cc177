"""Acts on accounts and their people."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.audit import note, tell_who_acts
from accounts.enums import AuditAct, Purpose, Relationship, Role
from accounts.invitations import VALID_FOR, open_invitation
from accounts.models import Invitation, Patient, User
from accounts.sessions import end
from accounts.signals import email_corrected, people_merged, phone_corrected
from core.db import Busy, Refusal, once_more, violation_as
from core.events import record
from core.models import Event

# Between two mails to somebody who did not ask for any.
PAUSE = timedelta(minutes=10)


class AlreadyHasProfile(Refusal):
    message = _("Esta cuenta ya tiene su propio perfil de paciente.")


class TooManyPeople(Refusal):
    message = _(
        "Su cuenta ya tiene el máximo de personas a su cargo. Las demás pueden abrir su propia "
        "cuenta."
    )


class InvitationClosed(Refusal):
    message = _("Esta invitación ya no sirve. Pida otra al consultorio.")


class TooManyInvitations(Refusal):
    message = _("Ha escrito a muchas personas nuevas hoy. Guárdelo sin correo, o mañana.")


class JustInvited(Refusal):
    message = _("Le escribimos hace un momento. Espere diez minutos para repetirlo.")


class HasAccount(Refusal):
    message = _("Esa persona ya tiene su cuenta: ella misma cambia sus datos.")


class ContactMoved(Refusal):
    message = _("Mientras tanto el correo cambió otra vez. Revise el que hay ahora.")


class ContactBusy(Busy):
    message = _("Otra página está cambiando lo mismo. Intente de nuevo en unos segundos.")


@dataclass(frozen=True)
class PersonalData:
    """What a patient's page asks for; empty texts mean not given."""

    first_names: str
    last_names: str
    birth_date: date | None = None
    sex: str = "unknown"
    phone: str = ""
    id_country: str = ""
    id_number: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""


def complete_signup(
    *, user: User, first_names: str, last_names: str, role: Role, language: str
) -> None:
    """Name the new account and give it its role."""
    user.first_names, user.last_names = first_names, last_names
    user.is_patient = role == Role.PATIENT
    user.is_doctor = role == Role.DOCTOR
    user.language = language
    user.save(update_fields=["first_names", "last_names", "is_patient", "is_doctor", "language"])


@transaction.atomic
def set_active(*, person: User, is_active: bool, actor: User, now: datetime) -> bool:
    """Stop an account, or let its owner in again: whether that changed it. Who is stopped is logged
    out everywhere, for good. What its owner closed stays closed.
    """
    tell_who_acts(actor)
    rows = User.objects.filter(pk=person.pk, is_active=not is_active, erased_at=None)
    if not rows.update(is_active=is_active):
        return False
    if not is_active:
        end(person.sessions.filter(ended_at=None), now)
    return True


def become_doctor(*, account: User) -> None:
    """For who signed up as a patient first. Nobody sees them as one before they publish."""
    account.is_doctor = True
    account.save(update_fields=["is_doctor"])


@transaction.atomic
def save_own_profile(*, account: User, data: PersonalData) -> Patient:
    """Create or change the account owner's patient profile.

    Raises AlreadyHasProfile when two pages create it at once.
    """
    patient = account.patients.filter(relationship=Relationship.SELF).first()
    if patient is None:
        with violation_as({Patient.ONE_SELF: AlreadyHasProfile()}):
            patient = _create(account, Relationship.SELF, data)
        if not account.is_patient:
            account.is_patient = True
            account.save(update_fields=["is_patient"])
    else:
        _change(patient, data)
    return patient


@transaction.atomic
def add_dependant(*, account: User, relationship: Relationship, data: PersonalData) -> Patient:
    """Add a person for whom the account books.

    The same person added twice (a form sent again) stays one: names and birth date decide. Raises
    TooManyPeople: whoever could invent people would take many places, each within its limits.
    """
    User.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=account.pk)
    people = account.patients.exclude(relationship=Relationship.SELF)
    same = people.filter(
        first_names__iexact=data.first_names,
        last_names__iexact=data.last_names,
        birth_date=data.birth_date,
    ).first()
    if same is not None:
        return same
    if people.count() >= settings.PEOPLE_PER_ACCOUNT:
        raise TooManyPeople
    return _create(account, relationship, data)


@transaction.atomic
def change_dependant(*, patient: Patient, relationship: Relationship, data: PersonalData) -> None:
    patient.relationship = relationship
    patient.save(update_fields=["relationship"])
    _change(patient, data)


def save_preferences(*, account: User, language: str, time_zone: str) -> None:
    account.language, account.time_zone = language, time_zone
    account.save(update_fields=["language", "time_zone"])


def create_invitation(
    *,
    purpose: Purpose,
    email: str,
    created_by: User,
    now: datetime,
    patient: Patient | None = None,
) -> Invitation:
    """A new link for an address. Nothing is sent: see `send_invitation`."""
    return Invitation.objects.create(
        purpose=purpose,
        email=email,
        patient=patient,
        created_by=created_by,
        created_at=now,
        expires_at=now + VALID_FOR,
    )


def keep_invited(patient: Patient, *, actor: User, now: datetime) -> None:
    """Whoever has no account, but reads mail, has an open invitation: letters carry its link."""
    if patient.account_id is not None or not patient.email:
        return
    if open_invitation(patient, now) is None:
        create_invitation(
            purpose=Purpose.PATIENT, email=patient.email, created_by=actor, now=now, patient=patient
        )


def spare_strangers(*, actor: User, now: datetime) -> None:
    """Anybody may sign up as a doctor: the address of a stranger is not theirs to write to.

    Raises TooManyInvitations.
    """
    sent = Invitation.objects.filter(created_by=actor, created_at__gt=now - timedelta(days=1))
    if sent.count() >= settings.INVITED_PATIENTS_PER_DAY:
        raise TooManyInvitations


@once_more(ContactBusy)
@transaction.atomic
def correct_contact(
    *, patient: Patient, phone: str, email: str, actor: User, now: datetime, is_theirs: bool = False
) -> Patient:
    """Mend how a patient without account is reached. Links that went to another address close,
    and the new one gets its own; it opens no record until the doctor has confirmed the address,
    unless the doctor is who mends it (`is_theirs`). Raises HasAccount, TooManyInvitations,
    ContactBusy.
    """
    current = Patient.objects.select_for_update(of=("self",)).filter(pk=patient.pk).first()
    if current is None or current.account_id is not None or current.erased_at is not None:
        raise HasAccount
    is_other = email.lower() != current.email.lower()
    if is_other and email:
        spare_strangers(actor=actor, now=now)
    old, current.email = current.email, email
    if is_other:
        current.readdressed_at = None if is_theirs or not email else now
    _reach_at(current, phone, now)
    if is_other:
        email_corrected.send(Patient, patient=current, old=old, new=email, actor=actor, now=now)
        current.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=now)
        _invite(current, actor, now)
    return current


def confirm_contact(*, patient: Patient, shown: str, actor: User, now: datetime) -> None:
    """The doctor says that the address which the page had `shown` is the patient's: its link opens
    their record. Twice is once. Raises ContactMoved.
    """
    with transaction.atomic():
        found = Patient.objects.filter(pk=patient.pk, email=shown, account=None)
        if not shown or not found.exists():
            raise ContactMoved
        if found.filter(readdressed_at__isnull=False).update(readdressed_at=None):
            record("patient.address_confirmed", subject_id=patient.public_id, actor=actor, at=now)


@once_more(ContactBusy)
@transaction.atomic
def correct_phone(*, patient: Patient, phone: str, reason: str, actor: User, now: datetime) -> None:
    """Support mends a telephone because its owner asked. Who has an account can see it. Raises
    ContactBusy.
    """
    current = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    _reach_at(current, phone, now)
    if current.account is not None:
        note(AuditAct.CORRECTED, person=current.account, actor=actor, at=now, what=reason)


@once_more(ContactBusy)
@transaction.atomic
def correct_names(
    *, person: User, first_names: str, last_names: str, reason: str, actor: User, now: datetime
) -> bool:
    """The team mends the name of an account because its owner asked, who can see it. Whether that
    changed it: the same name is none, and what its owner closed stays closed. Raises ContactBusy.
    """
    rows = User.objects.select_for_update(of=("self",), no_key=True)
    current = rows.filter(pk=person.pk, erased_at=None).first()
    named = (first_names, last_names)
    if current is None or (current.first_names, current.last_names) == named:
        return False
    current.first_names, current.last_names = named
    current.save(update_fields=["first_names", "last_names"])
    note(AuditAct.CORRECTED, person=current, actor=actor, at=now, what=reason)
    return True


def _reach_at(patient: Patient, phone: str, now: datetime) -> None:
    """Saved with the address. Copies of the number that was wrong are mended with it: messages go
    by them first.
    """
    old, patient.phone = patient.phone, phone
    patient.save(update_fields=["phone", "email", "readdressed_at"])
    if old and old != phone:
        phone_corrected.send(Patient, patient=patient, old=old, new=phone, now=now)


@transaction.atomic
def merge_patient(*, patient: Patient, into: Patient, now: datetime) -> None:
    """Two rows of one person become the one that has an account; both are locked. The other stays,
    empty: what is written in the log of looks never changes (docs/adr/0051).
    """
    assert patient.account_id is None and into.account_id is not None
    patient.invitations.update(patient=into)
    people_merged.send(Patient, patient=patient, into=into, now=now)
    patient.empty(now)
    patient.readdressed_at, patient.merged_into = None, into
    patient.save()


@once_more(ContactBusy)
@transaction.atomic
def invite_patient_again(*, patient: Patient, actor: User, now: datetime) -> None:
    """One more mail with the patient's link. Raises HasAccount, JustInvited, ContactBusy."""
    current = Patient.objects.select_for_update(of=("self",)).filter(pk=patient.pk).first()
    if current is None or current.account_id is not None or not current.email:
        raise HasAccount
    known = open_invitation(current, now)
    if known is not None and now < _last_sent(known) + PAUSE:
        raise JustInvited
    _invite(current, actor, now)


def _last_sent(invitation: Invitation) -> datetime:
    """The letter of the visit that it was made for is a mail with its link, too."""
    sent = Event.objects.filter(name="invitation.sent", subject_id=invitation.public_id)
    return sent.aggregate(at=Max("occurred_at"))["at"] or invitation.created_at


def _invite(patient: Patient, actor: User, now: datetime) -> None:
    keep_invited(patient, actor=actor, now=now)
    invitation = open_invitation(patient, now)
    if invitation is not None:
        send_invitation(invitation=invitation, actor=actor, now=now)


@transaction.atomic
def send_invitation(*, invitation: Invitation, actor: User, now: datetime) -> None:
    """Have it mailed to its address: each call is one mail. Raises InvitationClosed."""
    if not invitation.is_open(now):
        raise InvitationClosed
    record("invitation.sent", subject_id=invitation.public_id, actor=actor, at=now)


@transaction.atomic
def take_invitation(*, invitation: Invitation, user: User, now: datetime) -> bool:
    """Mark it as the user's, once; whether this call did. What it offers is the caller's act, in
    the same transaction. Raises InvitationClosed: called back, run out, or taken by another.
    """
    current = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if current.accepted_by_id == user.pk:
        return False
    if not current.is_open(now):
        raise InvitationClosed
    current.accepted_by, current.accepted_at = user, now
    current.save(update_fields=["accepted_by", "accepted_at"])
    return True


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, now: datetime) -> None:
    """Close an open link; one that was taken or closed stays as it is."""
    Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=now)


def _create(account: User, relationship: Relationship, data: PersonalData) -> Patient:
    """Raises PermissionDenied for an account that was closed while this waited for its row."""
    rows = User.objects.select_for_update(of=("self",), no_key=True)
    if rows.only("erased_at").get(pk=account.pk).erased_at is not None:
        raise PermissionDenied
    return Patient.objects.create(
        account=account, relationship=relationship, public_id=uuid.uuid4(), **vars(data)
    )


def _change(patient: Patient, data: PersonalData) -> None:
    """Not of who closed their account while this waited for the row."""
    for name, value in vars(data).items():
        setattr(patient, name, value)
    Patient.objects.filter(pk=patient.pk, erased_at=None).update(**vars(data))
