"""What doctors say of themselves."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Manager

from accounts.models import User
from core.db import once_more
from core.events import record
from doctors import photos
from doctors.facts import facts_of
from doctors.models import Doctor, DoctorSpecialty, Education, Experience, Qualification, Specialty
from doctors.photos import Pictures
from doctors.refusals import ProfileBusy
from doctors.services.addresses import settle_address
from doctors.services.licences import check_again

CHANGED = "doctor.profile_changed"
Line = Education | Experience | Qualification


@dataclass(frozen=True)
class ProfileData:
    title: str
    first_names: str
    last_names: str
    biography: str
    languages: Sequence[str]
    practising_since: int | None
    takes_new_patients: bool


@once_more(ProfileBusy)
@transaction.atomic
def start_profile(*, user: User, data: ProfileData, now: datetime) -> Doctor:
    """The profile of an account that is a doctor's. Sent twice, the second changes the first."""
    User.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=user.pk)
    doctor = Doctor.objects.filter(user=user).first()
    if doctor is not None:
        _write(doctor, data, user, now)
        return doctor
    doctor = Doctor(user=user, created_at=now, **vars(data))
    settle_address(doctor)
    record("doctor.profile_started", subject_id=doctor.public_id, actor=user, at=now)
    return doctor


@once_more(ProfileBusy)
@transaction.atomic
def change_profile(*, doctor: Doctor, data: ProfileData, actor: User, now: datetime) -> bool:
    """Whether the licence is looked up again: another name is another doctor's. The address follows
    the name; the former ones still lead here (services.addresses).
    """
    return _write(doctor, data, actor, now)


@once_more(ProfileBusy)
@transaction.atomic
def choose_specialties(
    *, doctor: Doctor, specialties: Sequence[Specialty], actor: User, now: datetime
) -> bool:
    """Whether the licence is looked up again: for a specialty more, never for one less. The first
    is the one that the doctor is found by first.
    """
    before = facts_of(_lock(doctor))
    doctor.doctor_specialties.exclude(specialty__in=specialties).delete()
    DoctorSpecialty.objects.bulk_create(
        (
            DoctorSpecialty(doctor=doctor, specialty=specialty, position=position)
            for position, specialty in enumerate(specialties)
        ),
        update_conflicts=True,
        unique_fields=["doctor", "specialty"],
        update_fields=["position"],
    )
    record(CHANGED, subject_id=doctor.public_id, actor=actor, at=now)
    return check_again(doctor=doctor, before=before, actor=actor, now=now)


@once_more(ProfileBusy)
@transaction.atomic
def rewrite_lines(
    *, doctor: Doctor, kind: type[Line], lines: Sequence[Line], actor: User, now: datetime
) -> None:
    """Put these lines, in this order, in the place of all that the doctor had of the kind."""
    _lock(doctor)
    rows: Manager[Any] = kind._default_manager
    rows.filter(doctor=doctor).delete()
    for line in lines:
        line.doctor = doctor
    rows.bulk_create(lines)
    record(CHANGED, subject_id=doctor.public_id, actor=actor, at=now)


def set_photo(*, doctor: Doctor, pictures: Pictures | None, actor: User, now: datetime) -> None:
    """The new pictures, or none, in the place of the old; those go once the change is sure.

    Raises PhotoNotKept.
    """
    name = uuid.uuid4() if pictures else None
    if name and pictures:
        photos.store(name, pictures)
    try:
        _name_photo(doctor=doctor, name=name, actor=actor, now=now)
    except BaseException:
        if name:
            photos.discard(name)
        raise


@once_more(ProfileBusy)
@transaction.atomic
def _name_photo(*, doctor: Doctor, name: uuid.UUID | None, actor: User, now: datetime) -> None:
    old = _lock(doctor).photo
    doctor.photo = name
    doctor.save(update_fields=["photo"])
    record(CHANGED, subject_id=doctor.public_id, actor=actor, at=now)
    if old:
        transaction.on_commit(lambda: photos.discard(old))


def _write(doctor: Doctor, data: ProfileData, actor: User, now: datetime) -> bool:
    stored = _lock(doctor)
    before = facts_of(stored)
    for name, value in vars(data).items():
        setattr(doctor, name, value)
    doctor.save(update_fields=list(vars(data)))
    doctor.slug = stored.slug
    if doctor.full_name != stored.full_name:
        settle_address(doctor)
    record(CHANGED, subject_id=doctor.public_id, actor=actor, at=now)
    return check_again(doctor=doctor, before=before, actor=actor, now=now)


def _lock(doctor: Doctor) -> Doctor:
    return Doctor.objects.select_for_update(of=("self",), no_key=True).get(pk=doctor.pk)
