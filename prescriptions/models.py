"""Prescriptions: issued once, never changed; revoked by a row of its own (docs/adr/0033).

What keeps them is in the database (migrations/0002_rules), as with records.
"""

import uuid
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Patient, User
from appointments.models import Appointment
from doctors.models import Doctor
from prescriptions.documents import Issued, Named
from prescriptions.enums import State
from records.models import Sealed

MOST_REPEATS = 12
LONGEST = timedelta(days=366)


class PrescriptionQuerySet(models.QuerySet["Prescription"]):
    def for_account(self, account: User) -> "PrescriptionQuerySet":
        return self.filter(visit__patient__account=account)

    def of_doctor(self, doctor: Doctor, patient: Patient) -> "PrescriptionQuerySet":
        return self.filter(visit__doctor=doctor, visit__patient=patient)

    def with_visits(self) -> "PrescriptionQuerySet":
        return self.select_related(
            "visit__clinic", "visit__doctor__user", "visit__patient", "revocation"
        )

    def unopened(self) -> "PrescriptionQuerySet":
        """That it exists and whether it is valid, without what it says."""
        return self.defer(
            "content_sealed", "content_digest",
            "revocation__content_sealed", "revocation__content_digest",
        )  # fmt: skip

    def latest_first(self) -> "PrescriptionQuerySet":
        return self.order_by("-issued_at", "-id")


class Prescription(Sealed):
    """FHIR MedicationRequest, grouped on one paper. Its code is in the sealed document."""

    ONCE, CODE = "prescription_once_per_form", "prescription_code_once"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="prescriptions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Of the form that it was sent by: a double click issues one.
    key = models.UUIDField(default=uuid.uuid4)
    code_digest = models.BinaryField()
    # As it was printed: what the public check says.
    licence = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    # On the wall of the consultorio; valid through the last day.
    issued_on = models.DateField()
    valid_until = models.DateField()
    # How many times more it may be dispensed.
    repeats = models.PositiveSmallIntegerField(default=0)

    objects = PrescriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="prescription_once_per_form"),
            models.UniqueConstraint(fields=["code_digest"], name="prescription_code_once"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_on"))
                & Q(valid_until__lte=F("issued_on") + LONGEST),
                name="prescription_valid_for_a_year",
            ),
            models.CheckConstraint(
                condition=Q(repeats__lte=MOST_REPEATS), name="prescription_repeats_12"
            ),
            models.CheckConstraint(condition=~Q(licence=""), name="prescription_names_its_licence"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_revoked(self) -> bool:
        try:
            return bool(self.revocation)
        except Revocation.DoesNotExist:
            return False

    def state_at(self, now: datetime) -> State:
        """Of one that came `with_visits()`."""
        if self.is_revoked:
            return State.REVOKED
        today = now.astimezone(ZoneInfo(self.visit.zone)).date()
        return State.VALID if self.is_current(today) else State.EXPIRED

    def is_current(self, today: date) -> bool:
        return today <= self.valid_until

    @cached_property
    def said(self) -> Issued:
        return Issued.of(self.read())


class Revocation(Sealed):
    """Why a prescription is worth nothing any more. One each; stays."""

    ONCE = "revocation_once"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    prescription = models.OneToOneField(
        Prescription, on_delete=models.PROTECT, related_name="revocation"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.prescription_id} revoked"

    @cached_property
    def reason(self) -> str:
        return str(self.read()["reason"])


class PrescriptionTemplate(Sealed):
    """What a doctor often prescribes, by a name of their own. Of no patient; may be changed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    doctor = models.ForeignKey(
        Doctor, on_delete=models.CASCADE, related_name="prescription_templates"
    )
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.public_id)

    @cached_property
    def said(self) -> Named:
        return Named.of(self.read())
