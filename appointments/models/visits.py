"""Visits (FHIR Appointment) and their timeline."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from accounts.models import Patient, User
from appointments.enums import (
    CANCELLED,
    HOLDING_SLOT,
    STANDING,
    ChangeKind,
    CorrectionReason,
    Status,
)
from clinics.enums import Currency
from clinics.models import Clinic
from clinics.terms import LONGEST_TYPE, PaymentTerms, fees_are_positive
from core.crypto import sealed_text
from doctors.models import Doctor

SLOT_TAKEN = "appointment_doctor_free"
PATIENT_TAKEN = "appointment_patient_free"
# How long the desk is asked whether a patient came.
ASKED_FOR = timedelta(days=30)
# Minutes: whoever comes later than that has come to another visit.
MOST_LATE = 720


class TsTzRange(Func):
    """`[starts_at, ends_at)`: touching visits do not overlap."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


def _interval() -> TsTzRange:
    return TsTzRange("starts_at", "ends_at", RangeBoundary())


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def holding_slot(self, now: datetime) -> "AppointmentQuerySet":
        """What keeps its time from others at `now`: expired holds do not."""
        return self.filter(status__in=HOLDING_SLOT).exclude(
            status=Status.HELD, hold_expires_at__lte=now
        )

    def overlapping(self, since: datetime, until: datetime) -> "AppointmentQuerySet":
        return self.filter(starts_at__lt=until, ends_at__gt=since)

    def visits(self) -> "AppointmentQuerySet":
        """Real visits: neither holds nor what became of holds."""
        return self.exclude(status__in=[Status.HELD, Status.EXPIRED])

    def standing(self) -> "AppointmentQuerySet":
        return self.filter(status__in=STANDING)

    def upcoming(self, now: datetime) -> "AppointmentQuerySet":
        return self.standing().filter(ends_at__gt=now).order_by("starts_at", "id")

    def past(self, now: datetime) -> "AppointmentQuerySet":
        """Over, or cancelled: everything that is not `upcoming`; the latest first."""
        return (
            self.visits()
            .exclude(Q(status__in=STANDING) & Q(ends_at__gt=now))
            .order_by("-starts_at", "-id")
        )

    def unanswered(self, now: datetime) -> "AppointmentQuerySet":
        """Over, and nobody has said who came. Older ones are not asked about any more."""
        return self.filter(
            status=Status.BOOKED,
            starts_at__gt=now - ASKED_FOR,
            starts_at__lt=now,
            ends_at__lte=now,
        )

    def for_account(self, account: User) -> "AppointmentQuerySet":
        """The visits of the account's people (its owner and dependants)."""
        return self.visits().filter(patient__account=account)

    def with_people(self) -> "AppointmentQuerySet":
        return self.select_related("doctor__user", "clinic__city", "patient__account")


class WithReason(models.Model):
    """Why the patient comes: clinical text, sealed at rest and bound to its row."""

    reason_sealed = models.BinaryField(null=True)
    reason: str = sealed_text("reason")

    class Meta:
        abstract = True


class Appointment(WithReason, PaymentTerms):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Null while held: a unique column cannot hold "" twice.
    code = models.CharField(  # noqa: DJ001
        _("código"), max_length=12, unique=True, null=True, editable=False
    )
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("médico")
    )
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("consultorio")
    )
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        related_name="appointments",
        null=True,
        verbose_name=_("paciente"),
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="booked_appointments",
        null=True,
        verbose_name=_("reservada por"),
    )
    starts_at = models.DateTimeField(_("empieza"))
    ends_at = models.DateTimeField(_("termina"))
    status = models.CharField(_("estado"), max_length=20, choices=Status)
    hold_expires_at = models.DateTimeField(null=True)
    # A request that is not answered by then lapses, and frees its time.
    answer_by = models.DateTimeField(_("responder hasta"), null=True)
    # Put there by the desk on purpose, after a warning.
    is_outside_hours = models.BooleanField(_("fuera de horario"), default=False)
    phone = PhoneNumberField(_("celular de contacto"), blank=True)
    # What the patient was shown when booking: later edits of the clinic do not reach it. `price` is
    # that of `visit_type`, where the clinic has a list of them.
    visit_type = models.CharField(
        _("tipo de consulta"), max_length=LONGEST_TYPE, blank=True, default="", db_default=""
    )
    price = models.DecimalField(_("precio"), max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(_("moneda"), max_length=3, choices=Currency, blank=True)
    payment_policy = models.TextField(_("política de pago"), blank=True)
    payment_methods = models.CharField(_("formas de pago"), max_length=60, blank=True)
    cancellation_notice_minutes = models.PositiveIntegerField(_("plazo para cancelar"), default=0)
    # RFC 5545 SEQUENCE: rises with each change that a calendar must follow.
    sequence = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    booked_at = models.DateTimeField(_("reservada"), null=True)
    cancelled_at = models.DateTimeField(_("cancelada"), null=True)
    # The patient said «asistiré» to the time that the visit has now.
    attendance_confirmed_at = models.DateTimeField(_("asistirá"), null=True)
    is_late_cancellation = models.BooleanField(_("cancelada fuera de plazo"), default=False)
    # How long after its start the patient came; null where they were in time, or nobody said.
    minutes_late = models.PositiveSmallIntegerField(_("minutos tarde"), null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("cita")
        verbose_name_plural = _("citas")
        constraints = [
            ExclusionConstraint(
                name=SLOT_TAKEN,
                expressions=[
                    ("doctor", RangeOperators.EQUAL),
                    (_interval(), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=sorted(HOLDING_SLOT)),
                violation_error_message=_("El médico ya tiene una cita a esa hora."),
            ),
            ExclusionConstraint(
                name=PATIENT_TAKEN,
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    (_interval(), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=sorted(HOLDING_SLOT)) & Q(patient__isnull=False),
                violation_error_message=_("El paciente ya tiene otra cita a esa hora."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="appointment_ends_after_start",
                violation_error_message=_("La cita debe terminar después de empezar."),
            ),
            # Readers of one week look back no further than this for visits that reach into it.
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("starts_at") + timedelta(days=1)),
                name="appointment_at_most_a_day",
                violation_error_message=_("Una cita no puede durar más de un día."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(Status.values)), name="appointment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(CANCELLED), cancelled_at__isnull=False)
                | (~Q(status__in=sorted(CANCELLED)) & Q(cancelled_at__isnull=True)),
                name="appointment_cancelled_at_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.HELD) | Q(hold_expires_at__isnull=False),
                name="appointment_hold_expires",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.REQUESTED) | Q(answer_by__isnull=False),
                name="appointment_request_is_answered_by",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.HELD, Status.EXPIRED])
                | Q(
                    patient__isnull=False,
                    booked_by__isnull=False,
                    code__isnull=False,
                    booked_at__isnull=False,
                ),
                name="appointment_visit_complete",
            ),
            fees_are_positive("appointment"),
            models.CheckConstraint(
                condition=Q(minutes_late__isnull=True)
                | Q(status=Status.ATTENDED, minutes_late__range=(1, MOST_LATE)),
                name="appointment_late_if_attended",
            ),
        ]
        indexes = [
            # A plain btree beats the constraint's GiST for reading one doctor's weeks.
            models.Index(
                fields=["doctor", "starts_at"],
                include=["ends_at", "status", "hold_expires_at", "clinic"],
                name="appointment_busy",
                condition=Q(status__in=sorted(HOLDING_SLOT)),
            ),
            models.Index(fields=["patient", "starts_at"], name="appointment_of_patient"),
            models.Index(
                fields=["hold_expires_at"],
                name="appointment_holds",
                condition=Q(status=Status.HELD),
            ),
            models.Index(
                fields=["answer_by"],
                name="appointment_requests",
                condition=Q(status=Status.REQUESTED),
            ),
            models.Index(fields=["booked_by", "booked_at"], name="appointment_booked_by"),
        ]

    def __str__(self) -> str:
        return self.code or str(self.public_id)

    @property
    def is_cancelled(self) -> bool:
        return self.status in CANCELLED

    @property
    def is_standing(self) -> bool:
        return self.status in STANDING

    def is_live_hold(self, now: datetime) -> bool:
        """It keeps its time for somebody who has not booked it yet."""
        return (
            self.status == Status.HELD
            and self.hold_expires_at is not None
            and self.hold_expires_at > now
        )

    @property
    def cancel_until(self) -> datetime:
        """The last instant at which cancelling keeps the clinic's rule (UTC)."""
        return self.starts_at - timedelta(minutes=self.cancellation_notice_minutes)

    @property
    def zone(self) -> str:
        return self.clinic.zone


class AppointmentChange(models.Model):
    """A line of the timeline: who did what, when, from and to. Only grows."""

    # The database's default names the lines that were there before the column.
    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=ChangeKind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    from_status = models.CharField(max_length=20, choices=Status, blank=True)
    to_status = models.CharField(max_length=20, choices=Status)
    from_starts_at = models.DateTimeField(null=True)
    to_starts_at = models.DateTimeField()
    sequence = models.PositiveIntegerField()
    # By the desk, not by the patient: the clinic's deadline does not bind the answer to it.
    by_desk = models.BooleanField(default=False)
    # Against the opening hours: a named act of the desk, after a warning.
    is_override = models.BooleanField(default=False)
    # What the desk wrote to the patient: may be clinical, so it is sealed and stays out of mails.
    message_sealed = models.BinaryField(null=True)
    message: str = sealed_text("message")
    # Of who came: how late, and why what was said before is put right.
    minutes_late = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(
        max_length=10, choices=CorrectionReason, blank=True, default="", db_default=""
    )
    # The desk's own words about that; the patient does not see them.
    note_sealed = models.BinaryField(null=True)
    note: str = sealed_text("note")

    class Meta:
        verbose_name = _("cambio de la cita")
        verbose_name_plural = _("cambios de la cita")
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "sequence", "kind", "to_status", "at"],
                name="appointmentchange_once",
            ),
            models.UniqueConstraint(fields=["public_id"], name="appointmentchange_public_id"),
            models.CheckConstraint(
                condition=Q(note_sealed__isnull=True) | ~Q(reason=""),
                name="appointmentchange_note_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
