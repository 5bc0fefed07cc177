"""A doctor's consultorios come into being; what changes them is in `schedule`."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from clinics.enums import Currency
from clinics.models import City, Clinic
from clinics.refusals import ClinicsBusy, TooManyClinics
from core.db import once_more
from core.events import record
from doctors.models import Doctor

MOST_CLINICS = 20
# Where people do not pay in dollars; ISO 3166 -> ISO 4217.
CURRENCY_OF = {
    "AR": Currency.ARS, "BO": Currency.BOB, "CL": Currency.CLP, "CO": Currency.COP,
    "CR": Currency.CRC, "CU": Currency.CUP, "DO": Currency.DOP, "ES": Currency.EUR,
    "GT": Currency.GTQ, "HN": Currency.HNL, "MX": Currency.MXN, "NI": Currency.NIO,
    "PA": Currency.PAB, "PE": Currency.PEN, "PY": Currency.PYG, "UY": Currency.UYU,
    "VE": Currency.VES,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a consultorio is, and how one gets there."""

    name: str
    address: str
    city: City
    latitude: Decimal
    longitude: Decimal
    zone: str
    phone: str = ""
    directions: str = ""

    @property
    def columns(self) -> dict[str, object]:
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {**values, "country": self.city.country}


@once_more(ClinicsBusy)
@transaction.atomic
def add_clinic(*, doctor: Doctor, place: Place, actor: User, now: datetime) -> Clinic:
    """A consultorio without hours: nobody can book until the doctor opens it.

    Posted twice it is one. Raises TooManyClinics, ClinicsBusy.
    """
    Doctor.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=doctor.pk)
    current = doctor.clinics.current()
    same = current.filter(name=place.name, address=place.address, city=place.city).first()
    if same is not None:
        return same
    if current.count() >= MOST_CLINICS:
        raise TooManyClinics
    currency = CURRENCY_OF.get(str(place.city.country), Currency.USD)
    clinic = Clinic.objects.create(
        doctor=doctor, currency=currency, created_at=now, **place.columns
    )
    record("clinic.added", subject_id=clinic.public_id, actor=actor, at=now)
    return clinic
