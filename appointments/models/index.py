"""What search chooses and orders doctors by: copies that can be made anew, and decide nothing."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from clinics.enums import PaymentMethod
from clinics.models import City, Clinic
from doctors.models import Doctor, Specialty


class IndexChange(models.Model):
    """Something that a doctor's entries tell of has changed. A trigger writes it in the transaction
    of the change, who renews the entries takes it away.

    Rows are only added: a mark that is written over would make two people wait for each other who
    change two doctors in opposite orders.
    """

    # Not checked by Postgres: while a doctor is deleted, what goes with them still marks.
    doctor = models.ForeignKey(
        Doctor, on_delete=models.DO_NOTHING, related_name="index_changes", db_constraint=False
    )

    def __str__(self) -> str:
        return str(self.doctor_id)


class IndexMark(models.Model):
    """When a doctor's entries were made, and until when they are true if nothing changes: then
    their first time has passed.
    """

    doctor = models.OneToOneField(
        Doctor, on_delete=models.CASCADE, primary_key=True, related_name="index_mark"
    )
    renew_at = models.DateTimeField()
    renewed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["renew_at"], name="indexmark_due")]

    def __str__(self) -> str:
        return f"{self.doctor_id}: {self.renew_at}"


def minutes() -> ArrayField:
    """Wall times of the clinic, as minutes since 1970 by its own clock, ascending."""
    return ArrayField(models.IntegerField(), default=list)


class IndexEntry(models.Model):
    """An active clinic of a published doctor as one specialty's search sees it.

    `mornings`, `afternoons` and `evenings` hold the first free time of that part of each local
    day, up to `LOOK_AHEAD` (services.indexing); `next_at` is the first of all.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="index_entries")
    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="index_entries")
    # Of a doctor without one there is one entry a clinic all the same.
    specialty = models.ForeignKey(Specialty, null=True, on_delete=models.CASCADE, related_name="+")
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+")
    latitude = models.FloatField()
    longitude = models.FloatField()
    next_at = models.DateTimeField(null=True)
    # Of the clinic: where "today" begins and ends.
    zone = models.CharField(max_length=64)
    mornings, afternoons, evenings = minutes(), minutes(), minutes()
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    payment_methods = ArrayField(models.CharField(max_length=10, choices=PaymentMethod))
    # Without accents and case.
    agreements = ArrayField(models.CharField(max_length=60))
    languages = ArrayField(models.CharField(max_length=8))
    is_female = models.BooleanField()
    sees_children = models.BooleanField()
    is_accessible = models.BooleanField()
    offers_telehealth = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "specialty"], nulls_distinct=False, name="indexentry_once"
            ),
        ]
        indexes = [
            models.Index(fields=["specialty", "city", "next_at"], name="indexentry_in_city"),
            models.Index(fields=["specialty", "next_at"], name="indexentry_soonest"),
            # With the doctor: the marks of a map are counted without looking at the rows.
            models.Index(
                fields=["specialty", "latitude", "longitude"],
                include=["doctor"],
                name="indexentry_point",
            ),
            models.Index(
                fields=["latitude", "longitude"], include=["doctor"], name="indexentry_anywhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinic_id} {self.specialty_id}: {self.next_at}"
