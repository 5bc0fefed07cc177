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
from doctors.models import Doctor, LicenceCheck
from doctors.refusals import LicenceChanged, NothingToCheck, ProfileBusy

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
    doctor.licence_checked_at = doctor.licence_refused_at = None
    doctor.licence_refusal = ""
    doctor.save(update_fields=["licence_number", *VERDICT_FIELDS])
    record("doctor.licence_stated", subject_id=doctor.public_id, actor=actor, at=now)


@once_more(ProfileBusy)
@transaction.atomic
def check_licence(
    *, doctor: Doctor, number: str, verdict: Verdict, reason: str, actor: User, now: datetime
) -> LicenceCheck:
    """Staff's word on `number`; the doctor is told by mail. A refusal has its reason.

    Raises NothingToCheck, and LicenceChanged when the doctor has another number by now.
    """
    locked = _lock(doctor)
    if not locked.licence_number:
        raise NothingToCheck
    if locked.licence_number != number:
        raise LicenceChanged
    is_verified = verdict == Verdict.VERIFIED
    doctor.licence_number = number
    doctor.licence_checked_at = now if is_verified else None
    doctor.licence_refused_at = None if is_verified else now
    doctor.licence_refusal = "" if is_verified else reason
    doctor.save(update_fields=VERDICT_FIELDS)
    check = LicenceCheck.objects.create(
        doctor=doctor, number=number, verdict=verdict, reason=doctor.licence_refusal,
        checked_by=actor, checked_at=now,
    )  # fmt: skip
    name = "doctor.licence_verified" if is_verified else "doctor.licence_refused"
    record(name, subject_id=doctor.public_id, actor=actor, at=now)
    _tell(doctor)
    return check


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
