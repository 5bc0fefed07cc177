from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from accounts.audit import tell_who_acts
from accounts.enums import AuditAct
from accounts.models import AccountSession, AuditEntry, Invitation, Patient, User
from appointments.models import Appointment
from clinics.models import Clinic
from doctors.models import Doctor
from privacy.erasing.base import Erasing
from privacy.retention.accounts import GONE
from reviews.models import Review

# Lines of an account in which somebody wrote words of their own.
WORDS = (AuditAct.CORRECTED, AuditAct.VIEWED)


def erase(erasing: Erasing) -> None:
    user = erasing.user
    _forget_log_ins(user)
    _forget_what_staff_saw(erasing)
    # By their keys: the first update changes what they are found by.
    ids = list(erasing.invitations.values_list("pk", flat=True))
    links = Invitation.objects.filter(pk__in=ids)
    links.filter(accepted_at=None, revoked_at=None).update(revoked_at=erasing.now)
    links.update(email=GONE)
    user.consents.update(network="")
    user.exports.update(content_sealed=None)
    for person in erasing.people:
        person.empty(erasing.now)
        person.save()
    _empty_account(erasing)


def _forget_log_ins(user: User) -> None:
    keys = user.sessions.filter(ended_at=None).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()
    AccountSession.objects.filter(account=user).delete()
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    AuditEntry.objects.filter(person=user, act__in=WORDS).update(what="")


def _forget_what_staff_saw(erasing: Erasing) -> None:
    """Django's admin writes the name of each row that it changes, and our team why."""
    doctors, people = Doctor.objects.filter(user=erasing.user), erasing.people
    rows: list[QuerySet[Any]] = [
        User.objects.filter(pk=erasing.user.pk),
        Patient.objects.rows_of(erasing.user),
        doctors, Clinic.objects.filter(doctor__in=doctors),
        Appointment.objects.filter(patient__in=people),
        Review.objects.filter(visit__patient__in=people), erasing.messages,
    ]  # fmt: skip
    seen = Q(pk__in=())
    for queryset in rows:
        kind = ContentType.objects.get_for_model(queryset.model)
        keys = [str(pk) for pk in queryset.values_list("pk", flat=True)]
        seen |= Q(content_type=kind, object_id__in=keys)
    # Also of rows that are gone, as a refused address that was forgiven is.
    for place in erasing.emails | erasing.phones:
        seen |= Q(object_repr__icontains=place) | Q(change_message__icontains=place)
    LogEntry.objects.filter(seen).update(object_repr="", change_message="")


def _empty_account(erasing: Erasing) -> None:
    user = erasing.user
    tell_who_acts(user)
    user.email = erasing.nowhere
    user.first_names = user.last_names = ""
    user.time_zone, user.last_login = "UTC", None
    user.is_active = user.is_assistant = False
    user.erased_at = erasing.now
    user.set_unusable_password()
    user.save()
