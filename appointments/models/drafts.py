"""Bookings in the making, and the forms that were answered."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from phonenumber_field.modelfields import PhoneNumberField

from accounts.models import Patient
from appointments.models.visits import Appointment, WithReason
from clinics.models import Clinic
from clinics.terms import LONGEST_TYPE
from core.crypto import sealed_text


class BookingDraft(WithReason):
    """One browser's booking in the making: the time it holds and what was typed so far.

    It outlives its hold, so that a lost time does not lose what was typed.
    """

    reason: str = sealed_text("reason", row="holder_key")

    # Random, kept in the browser's session: whoever has it owns the hold. One per browser.
    holder_key = models.CharField(max_length=64, unique=True)
    appointment = models.OneToOneField(
        Appointment, null=True, on_delete=models.SET_NULL, related_name="draft"
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    is_extended = models.BooleanField(default=False)
    address_digest = models.CharField(max_length=64, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    patient = models.ForeignKey(Patient, null=True, on_delete=models.SET_NULL, related_name="+")
    phone = PhoneNumberField(blank=True)
    # One of the clinic's list, as it was when it was chosen.
    visit_type = models.CharField(max_length=LONGEST_TYPE, blank=True, default="", db_default="")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["address_digest"], name="bookingdraft_address")]

    def __str__(self) -> str:
        return f"{self.clinic_id} {self.starts_at:%Y-%m-%d %H:%M}"

    def is_for(self, clinic: Clinic, starts_at: datetime) -> bool:
        return self.clinic_id == clinic.pk and self.starts_at == starts_at


class Submission(models.Model):
    """A form that was answered: posted again, it gets the same answer (RFC draft
    idempotency-key). The same key with other content is refused.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    key = models.UUIDField()
    fingerprint = models.CharField(max_length=64)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="submission_key_once"),
        ]

    def __str__(self) -> str:
        return str(self.key)
