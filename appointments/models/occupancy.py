"""How full a doctor's days were: hours as they were, and figures that can be made anew."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from appointments.occupancy import LEADS
from clinics.enums import Currency
from clinics.models import Clinic
from doctors.models import Doctor


class HoursVersion(models.Model):
    """A clinic's hours as they were until an instant. A trigger writes it before the first change
    that a transaction makes of them; what is valid now is in the clinic's own rows.

    `special_days` holds dates since the version before: others were told by that one.
    """

    # Postgres itself lets it go with the clinic: also a row that a trigger writes meanwhile.
    clinic = models.ForeignKey(
        Clinic, on_delete=models.DO_NOTHING, related_name="hours_versions", db_constraint=False
    )
    until = models.DateTimeField()
    zone = models.CharField(max_length=64)
    is_active = models.BooleanField()
    week = models.JSONField()
    special_days = models.JSONField()
    # Which transaction that was: its number, and when it began.
    transaction = models.BigIntegerField()
    began_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "transaction", "began_at"], name="hoursversion_once"
            ),
        ]
        indexes = [models.Index(fields=["clinic", "until"], name="hoursversion_of_clinic")]

    def __str__(self) -> str:
        return f"{self.clinic_id}: {self.until:%Y-%m-%d %H:%M}"


class OccupancyChange(models.Model):
    """Figures of a doctor's days that are not true any more: what they count has changed. Triggers
    write it in the transaction of the change, who counts anew takes it away.
    """

    doctor = models.ForeignKey(
        Doctor, on_delete=models.DO_NOTHING, related_name="occupancy_changes", db_constraint=False
    )
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["doctor"], name="occupancychange_of_doctor")]

    def __str__(self) -> str:
        return f"{self.doctor_id}: {self.first_day} - {self.last_day}"


class OccupancyTally(models.Model):
    """Up to which day (inclusive) a doctor's figures are stored; a day without a row had nothing
    to count.
    """

    doctor = models.OneToOneField(
        Doctor, on_delete=models.CASCADE, primary_key=True, related_name="occupancy_tally"
    )
    counted_until = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["counted_until"], name="occupancytally_due")]

    def __str__(self) -> str:
        return f"{self.doctor_id}: {self.counted_until}"


def _minutes() -> models.PositiveIntegerField:
    return models.PositiveIntegerField(default=0)


class OccupancyDay(models.Model):
    """A clinic's figures of one local date; in words: appointments/occupancy.py."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="occupancy_days")
    day = models.DateField()
    offered, shared, booked, outside = _minutes(), _minutes(), _minutes(), _minutes()
    attended, missed, late, refilled = _minutes(), _minutes(), _minutes(), _minutes()
    visits, came, no_shows, late_cancellations = _minutes(), _minutes(), _minutes(), _minutes()
    new_patients, known_patients = _minutes(), _minutes()
    leads = ArrayField(models.PositiveIntegerField(), size=len(LEADS))
    offered_hours = ArrayField(models.PositiveIntegerField(), size=24)
    booked_hours = ArrayField(models.PositiveIntegerField(), size=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "day"], name="occupancyday_once"),
            models.CheckConstraint(
                condition=Q(outside__lte=models.F("booked")) & Q(refilled__lte=models.F("late")),
                name="occupancyday_parts_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinic_id} {self.day}: {self.booked} / {self.offered}"


class OccupancyIncome(models.Model):
    """What was to be paid for a clinic's visits of one date, and what of it was paid."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="occupancy_income")
    day = models.DateField()
    currency = models.CharField(max_length=3, choices=Currency)
    expected = models.DecimalField(max_digits=14, decimal_places=2)
    received = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "day", "currency"], name="occupancyincome_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinic_id} {self.day}: {self.expected} {self.currency}"
