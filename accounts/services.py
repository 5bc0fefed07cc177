"""Acts on accounts and their people."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Relationship, Role
from accounts.models import Patient, User
from core.db import Refusal, violation_as


class AlreadyHasProfile(Refusal):
    message = _("Esta cuenta ya tiene su propio perfil de paciente.")


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

    The same person added twice (a form sent again) stays one: names and birth date decide.
    """
    User.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=account.pk)
    same = account.patients.exclude(relationship=Relationship.SELF).filter(
        first_names__iexact=data.first_names,
        last_names__iexact=data.last_names,
        birth_date=data.birth_date,
    )
    return same.first() or _create(account, relationship, data)


@transaction.atomic
def change_dependant(*, patient: Patient, relationship: Relationship, data: PersonalData) -> None:
    patient.relationship = relationship
    patient.save(update_fields=["relationship"])
    _change(patient, data)


def save_preferences(*, account: User, language: str, time_zone: str) -> None:
    account.language, account.time_zone = language, time_zone
    account.save(update_fields=["language", "time_zone"])


def _create(account: User, relationship: Relationship, data: PersonalData) -> Patient:
    return Patient.objects.create(
        account=account, relationship=relationship, public_id=uuid.uuid4(), **vars(data)
    )


def _change(patient: Patient, data: PersonalData) -> None:
    for name, value in vars(data).items():
        setattr(patient, name, value)
    patient.save(update_fields=list(vars(data)))
