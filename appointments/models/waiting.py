"""The waiting list: who waits for which times, times that became free, and offers of them."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from accounts.models import Patient
from appointments.enums import Status
from appointments.models.visits import Appointment
from appointments.waiting import DAY_MINUTES, Time
from appointments.waiting_enums import Cause, Closing, FreedState, OfferState
from clinics.enums import Weekday
from clinics.models import City, Clinic
from doctors.models import Doctor, Specialty

ALREADY_WAITING = "waitingentry_once_per_doctor"
ALREADY_WAITING_THERE = "waitingentry_once_per_area"
ONE_OFFER = "waitingoffer_one_live"
OFFERED_ONCE = "waitingoffer_once"
TIME_OFFERED = "waitingoffer_time_once"
LONGEST_NOTICE = 14 * DAY_MINUTES


class WaitingEntryQuerySet(models.QuerySet["WaitingEntry"]):
    def open(self) -> "WaitingEntryQuerySet":
        return self.filter(closed_at__isnull=True)

    def with_people(self) -> "WaitingEntryQuerySet":
        return self.select_related(
            "patient__account", "doctor", "specialty", "city", "visit__clinic"
        ).prefetch_related("clinics")


class WaitingEntry(models.Model):
    """Somebody waits for a time with a doctor, or with any of a specialty in a city (FHIR
    Appointment with status waitlist).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="waiting", verbose_name=_("paciente")
    )
    doctor = models.ForeignKey(
        Doctor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="waiting",
        verbose_name=_("médico"),
    )
    specialty = models.ForeignKey(
        Specialty,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("especialidad"),
    )
    city = models.ForeignKey(
        City,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("ciudad"),
    )
    # None: in any of those of the doctor, or of the specialty in the city.
    clinics = models.ManyToManyField(
        Clinic, related_name="waiting", blank=True, verbose_name=_("consultorios")
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday),
        default=list,
        blank=True,
        verbose_name=_("días"),
    )
    # Wall time of the clinic, from midnight; the whole visit lies between them.
    from_minute = models.PositiveSmallIntegerField(_("desde"), default=0)
    until_minute = models.PositiveSmallIntegerField(_("hasta"), default=DAY_MINUTES)
    until_date = models.DateField(_("espera hasta"))
    notice_minutes = models.PositiveIntegerField(_("aviso que necesita"), default=120)
    phone = PhoneNumberField(_("celular de contacto"), blank=True)
    # The visit that an earlier time would take the place of.
    visit = models.ForeignKey(
        Appointment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="waiting",
        verbose_name=_("cita que adelanta"),
    )
    # Their place in the line.
    created_at = models.DateTimeField(_("espera desde"), default=timezone.now)
    # They were told that their date comes near.
    warned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(_("cerrada"), null=True, blank=True)
    closed_as = models.CharField(_("por qué"), max_length=10, choices=Closing, blank=True)

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("espera")
        verbose_name_plural = _("lista de espera")
        constraints = [
            models.CheckConstraint(
                condition=Q(doctor__isnull=False, specialty__isnull=True, city__isnull=True)
                | Q(doctor__isnull=True, specialty__isnull=False, city__isnull=False),
                name="waitingentry_doctor_or_area",
            ),
            models.CheckConstraint(
                condition=Q(until_minute__gt=F("from_minute"), until_minute__lte=DAY_MINUTES),
                name="waitingentry_hours_in_order",
                violation_error_message=_("La hora final debe ser posterior a la inicial."),
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="waitingentry_weekdays_iso",
            ),
            models.CheckConstraint(
                condition=Q(notice_minutes__lte=LONGEST_NOTICE),
                name="waitingentry_notice_plausible",
            ),
            models.CheckConstraint(
                condition=Q(visit__isnull=True) | Q(doctor__isnull=False),
                name="waitingentry_visit_has_doctor",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_as="")
                | (Q(closed_at__isnull=False) & ~Q(closed_as="")),
                name="waitingentry_closed_says_why",
            ),
            models.UniqueConstraint(
                fields=["patient", "doctor"],
                condition=Q(closed_at__isnull=True, doctor__isnull=False),
                name=ALREADY_WAITING,
                violation_error_message=_("Esa persona ya está en la lista de ese médico."),
            ),
            models.UniqueConstraint(
                fields=["patient", "specialty", "city"],
                condition=Q(closed_at__isnull=True, doctor__isnull=True),
                name=ALREADY_WAITING_THERE,
                violation_error_message=_("Esa persona ya está en esa lista."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["doctor", "created_at"],
                name="waitingentry_of_doctor",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["specialty", "city", "created_at"],
                name="waitingentry_of_area",
                condition=Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class FreedTime(models.Model):
    """A time that became free. A trigger writes it in the transaction that frees it; what became
    of it is written by whoever looks for somebody who waits (services.waiting_offers).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="freed_times", verbose_name=_("médico")
    )
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="freed_times", verbose_name=_("consultorio")
    )
    starts_at = models.DateTimeField(_("empieza"))
    ends_at = models.DateTimeField(_("termina"))
    cause = models.CharField(_("por qué"), max_length=10, choices=Cause)
    # Whose time it was; null for time that was opened.
    visit = models.ForeignKey(
        Appointment,
        null=True,
        on_delete=models.PROTECT,
        related_name="freed",
        verbose_name=_("cita"),
    )
    freed_at = models.DateTimeField(_("libre desde"))
    state = models.CharField(_("estado"), max_length=10, choices=FreedState, default="open")
    # When to look for somebody again, and when that was done last.
    look_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    # Of the last look: how many were passed over, by reason (waiting_enums.Skip).
    skips = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("hora liberada")
        verbose_name_plural = _("horas liberadas")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="freedtime_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FreedState.values), name="freedtime_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["look_at"], name="freedtime_due", condition=Q(state="open")),
            models.Index(fields=["doctor", "-starts_at"], name="freedtime_of_doctor"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def time(self) -> Time:
        """As the rules see it."""
        return Time(self.clinic_id, ZoneInfo(self.clinic.zone), self.starts_at, self.ends_at)

    @property
    def was_freed_late(self) -> bool:
        """Less than a day before: hardly anybody finds such a time by themselves."""
        return self.starts_at - self.freed_at < timedelta(days=1)


class WaitingOfferQuerySet(models.QuerySet["WaitingOffer"]):
    def live(self, now: datetime) -> "WaitingOfferQuerySet":
        return self.filter(state=OfferState.OFFERED, expires_at__gt=now, hold__status=Status.HELD)

    def with_people(self) -> "WaitingOfferQuerySet":
        return self.select_related(
            "entry__patient__account", "entry__visit", "hold", "doctor", "clinic__city"
        )


class WaitingOffer(models.Model):
    """A time that is kept for one person of the list until `expires_at` (FHIR Appointment.status
    proposed). `hold` keeps it, so that everything that knows of holds knows of offers.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(WaitingEntry, on_delete=models.PROTECT, related_name="offers")
    # Null where somebody of the desk offered a time that was free anyway.
    freed = models.ForeignKey(FreedTime, null=True, on_delete=models.PROTECT, related_name="offers")
    doctor = models.ForeignKey(Doctor, on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="+", verbose_name=_("consultorio")
    )
    starts_at = models.DateTimeField(_("empieza"))
    ends_at = models.DateTimeField(_("termina"))
    # What became of a hold is swept away in time (services.drafts).
    hold = models.OneToOneField(
        Appointment, null=True, on_delete=models.SET_NULL, related_name="waiting_offer"
    )
    state = models.CharField(_("estado"), max_length=10, choices=OfferState, default="offered")
    offered_at = models.DateTimeField(_("ofrecida"))
    # In the morning, where it was offered by hand at night.
    tell_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("hasta"))
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("ofrecida por"),
    )
    answered_at = models.DateTimeField(_("respondida"), null=True)
    # What came of it: the hold, become a visit, or the visit that was moved.
    visit = models.ForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="came_from_offers"
    )

    objects = WaitingOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("hora ofrecida")
        verbose_name_plural = _("horas ofrecidas")
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=Q(state="offered"), name=ONE_OFFER),
            # What was refused, or not answered, is never offered again.
            models.UniqueConstraint(
                fields=["entry", "doctor", "starts_at"],
                condition=~Q(state="withdrawn"),
                name=OFFERED_ONCE,
            ),
            models.UniqueConstraint(
                fields=["doctor", "starts_at"], condition=Q(state="offered"), name=TIME_OFFERED
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="waitingoffer_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("offered_at"), expires_at__lt=F("starts_at")),
                name="waitingoffer_over_before_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state="offered", answered_at__isnull=True)
                | (~Q(state="offered") & Q(answered_at__isnull=False)),
                name="waitingoffer_answered_at_agrees",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", visit__isnull=False)
                | (~Q(state="accepted") & Q(visit__isnull=True)),
                name="waitingoffer_accepted_has_visit",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="waitingoffer_due", condition=Q(state="offered")
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def is_live(self, now: datetime) -> bool:
        return (
            self.state == OfferState.OFFERED
            and self.expires_at > now
            and self.hold is not None
            and self.hold.status == Status.HELD
        )

    @property
    def cancel_until(self) -> datetime:
        """The last instant at which a visit then is cancelled in time, as the clinic asks now."""
        return self.starts_at - timedelta(minutes=self.clinic.cancellation_notice_minutes)
