"""What the team mends in a profile because its doctor, or a college, asked."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.db import once_more
from core.events import record
from doctors.facts import facts_of
from doctors.models import Doctor
from doctors.refusals import OwnProfile, ProfileBusy
from doctors.rules import is_party
from doctors.services.addresses import take_address
from doctors.services.licences import check_again, state_licence
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
    here. Another licence number or another name takes the verdict away; the same ones keep it.

    Raises OwnProfile, SlugTaken.
    """
    rows = Doctor.objects.select_for_update(of=("self",), no_key=True)
    stored = rows.get(pk=doctor.pk)
    if is_party(actor, stored):
        raise OwnProfile
    before = facts_of(stored)
    for name in NAMES:
        setattr(doctor, name, getattr(correction, name))
    doctor.save(update_fields=NAMES)
    doctor.slug = stored.slug
    take_address(doctor, correction.slug)
    if correction.licence_number != stored.licence_number:
        state_licence(doctor=doctor, number=correction.licence_number, actor=actor, now=now)
    record(CHANGED, subject_id=doctor.public_id, actor=actor, at=now)
    check_again(doctor=doctor, before=before, actor=actor, now=now)
