"""The licence: the doctor says its number, staff looks it up, the profile says the outcome."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.db import once_more
from core.events import record
from doctors.enums import Verdict
from doctors.facts import Facts, changes_since, facts_checked, facts_of, last_check
from doctors.models import Doctor, LicenceCheck
from doctors.refusals import LicenceChanged, NothingToCheck, OwnProfile, ProfileBusy
from doctors.rules import is_party

VERDICT_FIELDS = ["licence_checked_at", "licence_refused_at", "licence_refusal"]


@once_more(ProfileBusy)
@transaction.atomic
def state_licence(*, doctor: Doctor, number: str, actor: User, now: datetime) -> None:
    """Another number is another licence: staff has to look again. So it does after a refusal,
    since whoever states the same number then has something to say about it.
    """
    locked = _lock(doctor)
    if number == locked.licence_number and not locked.licence_refused_at:
        return
    doctor.licence_number = number
    _take_back(doctor)
    doctor.save(update_fields=["licence_number", *VERDICT_FIELDS])
    record("doctor.licence_stated", subject_id=doctor.public_id, actor=actor, at=now)


@once_more(ProfileBusy)
@transaction.atomic
def check_licence(
    *, doctor: Doctor, shown: str, verdict: Verdict, reason: str, actor: User, now: datetime
) -> LicenceCheck:
    """Staff's word on the facts that it was `shown` (Facts.mark); the doctor is told by mail. A
    refusal has its reason.

    Raises OwnProfile, NothingToCheck, and LicenceChanged when the profile says other facts by now.
    """
    locked = _lock(doctor)
    if is_party(actor, locked):
        raise OwnProfile
    if not locked.licence_number:
        raise NothingToCheck
    facts = facts_of(locked)
    if facts.mark != shown:
        raise LicenceChanged
    is_verified = verdict == Verdict.VERIFIED
    doctor.licence_checked_at = now if is_verified else None
    doctor.licence_refused_at = None if is_verified else now
    doctor.licence_refusal = "" if is_verified else reason
    doctor.save(update_fields=VERDICT_FIELDS)
    check = LicenceCheck.objects.create(
        doctor=doctor, number=facts.number, title=facts.title, name=facts.name,
        specialties=list(facts.specialties), verdict=verdict, reason=doctor.licence_refusal,
        checked_by=actor, checked_at=now,
    )  # fmt: skip
    name = "doctor.licence_verified" if is_verified else "doctor.licence_refused"
    record(name, subject_id=doctor.public_id, actor=actor, at=now)
    _tell(doctor)
    return check


def check_again(*, doctor: Doctor, before: Facts, actor: User, now: datetime) -> bool:
    """A verified number is looked up again once its profile claims what was not checked; whether
    it does. A refusal stays: stating the number again is the way back from it.

    Inside the caller's transaction, with the doctor's row locked and the change saved. `before` is
    what the profile said until now: it counts where nobody kept what was checked.
    """
    rows = Doctor.objects.filter(licence_checked_at__isnull=False)
    stored = rows.filter(pk=doctor.pk).first()
    if stored is None:
        return False
    checked = facts_checked(last_check(stored)) or before
    if not changes_since(checked, facts_of(stored)):
        return False
    _take_back(doctor)
    doctor.save(update_fields=VERDICT_FIELDS)
    record("doctor.licence_reopened", subject_id=doctor.public_id, actor=actor, at=now)
    return True


def _take_back(doctor: Doctor) -> None:
    doctor.licence_checked_at = doctor.licence_refused_at = None
    doctor.licence_refusal = ""


def _tell(doctor: Doctor) -> None:
    """A row of the outbox, in the doctor's language; the reason waits on the page."""
    user = doctor.user
    with translation.override(user.language):
        context = {
            "doctor": doctor,
            "is_verified": doctor.licence_checked_at is not None,
            "url": str(settings.SITE_URL) + reverse("portal:profile_licence"),
        }
        subject = (
            _("Verificamos su registro profesional")
            if context["is_verified"]
            else _("No pudimos verificar su registro profesional")
        )
        mail = EmailMultiAlternatives(
            subject, render_to_string("doctors/email/licence.txt", context), to=[user.email]
        )
        html = render_to_string("doctors/email/licence.html", {**context, "subject": subject})
        mail.attach_alternative(html, "text/html")
        mail.send()


def _lock(doctor: Doctor) -> Doctor:
    return Doctor.objects.select_for_update(of=("self",), no_key=True).get(pk=doctor.pk)
