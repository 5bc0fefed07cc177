"""What the team mends in a profile because its doctor, or a college, asked."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.db import once_more
from core.events import record
from doctors.models import Doctor
from doctors.refusals import ProfileBusy
from doctors.services.addresses import take_address
from doctors.services.licences import state_licence
from doctors.services.profiles import CHANGED

NAMES = ["first_names", "last_names"]


@dataclass(frozen=True)
class Correction:
    first_names: str
    last_names: str
    licence_number: str
    slug: str


@once_more(ProfileBusy)
@transaction.atomic
def correct_profile(*, doctor: Doctor, correction: Correction, actor: User, now: datetime) -> None:
    """The address is the one that was typed, whatever the name; the former one goes on leading
    here. Another licence number takes the verdict away; the same one keeps it.

    Raises SlugTaken.
    """
    rows = Doctor.objects.select_for_update(of=("self",), no_key=True)
    stored = rows.only("slug", "licence_number").get(pk=doctor.pk)
    for name in NAMES:
        setattr(doctor, name, getattr(correction, name))
    doctor.save(update_fields=NAMES)
    doctor.slug = stored.slug
    take_address(doctor, correction.slug)
    if correction.licence_number != stored.licence_number:
        state_licence(doctor=doctor, number=correction.licence_number, actor=actor, now=now)
    record(CHANGED, subject_id=doctor.public_id, actor=actor, at=now)
