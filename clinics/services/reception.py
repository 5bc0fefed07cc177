"""Reception: a doctor lets somebody else work with the agenda of chosen clinics.

Every act locks the doctor's row first, so that two pages cannot undo each other. What an
assistant may see is asked of these rows at each request (portal.desk): an end counts at once.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.audit import note, tell_who_acts
from accounts.enums import AuditAct, Purpose
from accounts.invitations import owns_address
from accounts.models import Invitation, User
from accounts.services import (
    InvitationClosed,
    create_invitation,
    revoke_invitation,
    send_invitation,
    take_invitation,
)
from clinics.enums import AssistantNotice
from clinics.models import Assistant, AssistantQuerySet, Clinic
from core.db import Busy, Refusal, once_more, violation_as
from core.events import record
from doctors.models import Doctor

# Invitations are mails to strangers: neither often to one, nor many in a day.
PAUSE = timedelta(minutes=10)
MOST_A_DAY = 30


class AlreadyAssistant(Refusal):
    message = _("Esa persona ya es su asistente.")


class AlreadyInvited(Refusal):
    message = _(
        "Ya invitó a ese correo. Abra su ficha para cambiar los consultorios o los mensajes."
    )


class OwnAddress(Refusal):
    message = _("Ese es su propio correo. Escriba el de la persona que le ayuda.")


class NoClinicChosen(Refusal):
    message = _("Elija al menos un consultorio.")


class JustInvited(Refusal):
    message = _("Le enviamos la invitación hace un momento. Espere diez minutos para repetirla.")


class TooManyInvitations(Refusal):
    message = _("Ha enviado muchas invitaciones hoy. Intente otra vez mañana.")


class OtherAddress(Refusal):
    message = _("La invitación llegó a otro correo. Entre con la cuenta de ese correo.")


class AccessEnded(Refusal):
    message = _("Esa persona ya no trabaja con su agenda.")


class ReceptionBusy(Busy):
    message = _("Otra página está cambiando su equipo. Intente de nuevo en unos segundos.")


@once_more(ReceptionBusy)
@transaction.atomic
def invite_assistant(
    *,
    doctor: Doctor,
    name: str,
    email: str,
    clinics: Collection[Clinic],
    by: User,
    now: datetime,
    notices: Collection[str] = (),
) -> Assistant:
    """Invite an address to the agenda of `clinics`; nothing of its account changes until it
    accepts. The same form sent again invites once.

    Raises AlreadyAssistant, AlreadyInvited, OwnAddress, NoClinicChosen, TooManyInvitations.
    """
    _lock(doctor)
    if doctor.user.email.lower() == email.lower() or owns_address(doctor.user, email):
        raise OwnAddress
    chosen = _own(doctor, clinics)
    known = _known(doctor, email)
    if known is not None:
        return _same(known, name, chosen, _ordered(notices))
    assistant = Assistant.objects.create(
        doctor=doctor, name=name, invitation=_invitation(email, by, now), created_at=now,
        notices=_ordered(notices),
    )  # fmt: skip
    assistant.clinics.set(chosen)
    send_invitation(invitation=assistant.invitation, actor=by, now=now)
    return assistant


@once_more(ReceptionBusy)
@transaction.atomic
def invite_again(*, assistant: Assistant, by: User, now: datetime) -> None:
    """A new link by a new mail; the old link stops working.

    Raises AlreadyAssistant, AccessEnded, JustInvited, TooManyInvitations.
    """
    assistant = _locked(assistant)
    if assistant.user_id is not None:
        raise AlreadyAssistant
    if now < assistant.invitation.created_at + PAUSE:
        raise JustInvited
    old = assistant.invitation
    assistant.invitation = _invitation(old.email, by, now)
    assistant.save(update_fields=["invitation"])
    revoke_invitation(invitation=old, now=now)
    send_invitation(invitation=assistant.invitation, actor=by, now=now)


@once_more(ReceptionBusy)
@transaction.atomic
def accept_assistant(*, invitation: Invitation, user: User, now: datetime) -> Assistant:
    """Give `user` the agenda that the invitation offers; accepting twice changes nothing.

    Raises InvitationClosed, OtherAddress, OwnAddress, AlreadyAssistant.
    """
    found = Assistant.objects.filter(invitation=invitation).select_related("doctor").first()
    if found is None:
        raise InvitationClosed
    try:
        assistant = _locked(found)
    except AccessEnded:
        raise InvitationClosed from None
    if assistant.user_id == user.pk:
        return assistant
    if not assistant.doctor.user.is_active:
        raise InvitationClosed
    # Read again: while we waited for the lock it may have been taken, or sent anew.
    if assistant.invitation_id != invitation.pk or not assistant.invitation.is_open(now):
        raise InvitationClosed
    if not owns_address(user, assistant.invitation.email):
        raise OtherAddress
    if assistant.doctor.user_id == user.pk:
        raise OwnAddress
    assistant.user = user
    with violation_as({"assistant_once_per_doctor": AlreadyAssistant()}):
        assistant.save(update_fields=["user"])
    take_invitation(invitation=assistant.invitation, user=user, now=now)
    _mark_account(user.pk, by=user)
    record("assistant.accepted", subject_id=assistant.public_id, actor=user, at=now)
    note(AuditAct.ROLE, person=user, actor=user, at=now, what="assistant.accepted")
    return assistant


@once_more(ReceptionBusy)
@transaction.atomic
def change_work(
    *,
    assistant: Assistant,
    clinics: Collection[Clinic],
    notices: Collection[str],
    by: User,
    now: datetime,
) -> None:
    """Where somebody works, and what they are told. Archived clinics stay with whoever had them:
    their visits still need somebody.

    Raises NoClinicChosen, AccessEnded.
    """
    assistant = _locked(assistant)
    chosen = _own(assistant.doctor, clinics)
    archived = assistant.clinics.filter(archived_at__isnull=False)
    before, wished = set(assistant.clinics.all()), {*chosen, *archived}
    if wished != before:
        assistant.clinics.set(wished)
        _record(assistant, "assistant.clinics_changed", by, now)
    if _ordered(notices) != assistant.notices:
        assistant.notices = _ordered(notices)
        assistant.save(update_fields=["notices"])
        told = {"notices": assistant.notices}
        name = "assistant.notices_changed"
        record(name, subject_id=assistant.public_id, actor=by, at=now, data=told)


@once_more(ReceptionBusy)
@transaction.atomic
def end_assistant(*, assistant: Assistant, by: User, now: datetime) -> None:
    """From the next request on the person sees nothing; ending twice changes nothing."""
    try:
        assistant = _locked(assistant)
    except AccessEnded:
        return
    assistant.ended_at = now
    assistant.save(update_fields=["ended_at"])
    revoke_invitation(invitation=assistant.invitation, now=now)
    if assistant.user_id is not None:
        _mark_account(assistant.user_id, by=by)
    _record(assistant, "assistant.ended", by, now)


def _lock(doctor: Doctor) -> None:
    Doctor.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=doctor.pk)


def _locked(assistant: Assistant) -> Assistant:
    """Read anew under the doctor's lock. Raises AccessEnded."""
    _lock(assistant.doctor)
    current: AssistantQuerySet = Assistant.objects.current()
    found = current.select_related("doctor", "invitation").filter(pk=assistant.pk).first()
    if found is None:
        raise AccessEnded
    return found


def _own(doctor: Doctor, clinics: Collection[Clinic]) -> list[Clinic]:
    wished = [clinic.pk for clinic in clinics]
    chosen = list(doctor.clinics.filter(archived_at__isnull=True, pk__in=wished))
    if not chosen:
        raise NoClinicChosen
    return chosen


def _known(doctor: Doctor, email: str) -> Assistant | None:
    """Whoever works here by that address, or was invited at it."""
    by_address = Q(invitation__email__iexact=email) | Q(user__email__iexact=email)
    current: AssistantQuerySet = Assistant.objects.current()
    return (
        current.filter(by_address, doctor=doctor)
        .order_by(F("user_id").desc(nulls_last=True), "id")
        .first()
    )


def _ordered(notices: Collection[str]) -> list[str]:
    """Each once, as the page lists them."""
    return [str(notice) for notice in AssistantNotice if notice in notices]


def _same(known: Assistant, name: str, chosen: list[Clinic], notices: list[str]) -> Assistant:
    if known.user_id is not None:
        raise AlreadyAssistant
    is_same_work = set(known.clinics.all()) == set(chosen) and known.notices == notices
    if known.name != name or not is_same_work:
        raise AlreadyInvited
    return known


def _invitation(email: str, by: User, now: datetime) -> Invitation:
    since = now - timedelta(days=1)
    sent = Invitation.objects.filter(purpose=Purpose.ASSISTANT, created_by=by, created_at__gt=since)
    if sent.count() >= MOST_A_DAY:
        raise TooManyInvitations
    return create_invitation(purpose=Purpose.ASSISTANT, email=email.lower(), created_by=by, now=now)


def _mark_account(user_id: int, *, by: User) -> None:
    """`is_assistant` follows the rows. The account is locked first: who counts last, counts all."""
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user_id)
    works = Assistant.objects.filter(user=user, ended_at__isnull=True).exists()
    if user.is_assistant != works:
        tell_who_acts(by)
        user.is_assistant = works
        user.save(update_fields=["is_assistant"])


def _record(assistant: Assistant, name: str, by: User, now: datetime) -> None:
    clinics = [str(one) for one in assistant.clinics.values_list("public_id", flat=True)]
    record(
        name, subject_id=assistant.public_id, actor=by, at=now, data={"clinics": sorted(clinics)}
    )
    if assistant.user is not None:
        note(AuditAct.ROLE, person=assistant.user, actor=by, at=now, what=name)
