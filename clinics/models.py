"""Consultorios: where a doctor sees patients, and when they are open."""

import uuid
from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Concat
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from phonenumber_field.modelfields import PhoneNumberField

from accounts.models import Invitation, User
from clinics.enums import (
    AssistantNotice,
    Currency,
    ExceptionKind,
    NoShowRule,
    PaymentMethod,
    Reminder,
    Weekday,
)
from clinics.terms import PaymentTerms, PriceList, fees_are_positive, price_list_agrees
from clinics.timetables import SpecialDay, Timetable, Window, rows_of
from core.db import IsTimeZone, Unaccent
from doctors.models import Doctor

DAY_MINUTES = 24 * 60
DATES_BACKWARDS = _("La fecha final no puede ser anterior a la inicial.")


def all_reminders() -> list[str]:
    return list(Reminder.values)


class City(models.Model):
    """A place of the offline gazetteer (GeoNames, CC BY 4.0; see clinics/data/README.md)."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("nombre"), max_length=120)
    region = models.CharField(_("región"), max_length=120, blank=True)
    country = CountryField(_("país"))
    latitude = models.DecimalField(_("latitud"), max_digits=8, decimal_places=5)
    longitude = models.DecimalField(_("longitud"), max_digits=8, decimal_places=5)
    zone = models.CharField(_("zona horaria"), max_length=64)
    population = models.PositiveIntegerField(_("habitantes"), default=0)
    name_key = models.GeneratedField(
        expression=Unaccent(F("name")), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        verbose_name = _("ciudad")
        verbose_name_plural = _("ciudades")
        indexes = [
            GinIndex(OpClass(F("name_key"), name="gin_trgm_ops"), name="city_name_trigrams"),
            models.Index(fields=["name_key"], name="city_named"),
        ]

    def __str__(self) -> str:
        return self.name


class ClinicQuerySet(models.QuerySet["Clinic"]):
    def bookable(self) -> "ClinicQuerySet":
        """Open to the public: an active clinic of a published doctor who takes patients."""
        return self.filter(
            is_active=True,
            doctor__is_published=True,
            doctor__takes_new_patients=True,
            doctor__user__is_active=True,
        )

    def current(self) -> "ClinicQuerySet":
        """Active and paused ones: what its doctor still works with."""
        return self.filter(archived_at__isnull=True)

    def with_schedule(self) -> "ClinicQuerySet":
        """With doctor, city and all that `Timetable` has, in one query for any number of clinics.
        The rows come as JSON: read apart, each query costs more than what it brings.
        """
        return self.select_related("doctor", "city").annotate(
            owner_is_active=F("doctor__user__is_active"),
            week_rows=rows_of("clinics_openinghours", Window),
            date_rows=rows_of("clinics_scheduleexception", SpecialDay),
        )


class Clinic(Timetable, PriceList, PaymentTerms):
    """One doctor's consultorio (FHIR Location + PractitionerRole): doctor x place is bookable."""

    doctor = models.ForeignKey(Doctor, on_delete=models.PROTECT, related_name="clinics")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nombre"), max_length=120)
    address = models.CharField(_("dirección"), max_length=240)
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, related_name="clinics", verbose_name=_("ciudad")
    )
    country = CountryField(_("país"))
    latitude = models.DecimalField(_("latitud"), max_digits=8, decimal_places=5)
    longitude = models.DecimalField(_("longitud"), max_digits=8, decimal_places=5)
    zone = models.CharField(_("zona horaria"), max_length=64)
    phone = PhoneNumberField(_("teléfono"), blank=True)
    directions = models.TextField(_("cómo llegar"), max_length=1000, blank=True)

    slot_minutes = models.PositiveSmallIntegerField(_("duración de la cita"), default=30)
    step_minutes = models.PositiveSmallIntegerField(_("cada cuánto"), null=True, blank=True)
    buffer_before = models.PositiveSmallIntegerField(_("minutos libres antes"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("minutos libres después"), default=0)
    min_notice_minutes = models.PositiveIntegerField(_("antelación mínima"), default=120)
    horizon_days = models.PositiveSmallIntegerField(
        _("se reserva hasta (días)"), null=True, blank=True, default=60
    )
    cancellation_notice_minutes = models.PositiveIntegerField(
        _("plazo para cancelar"), default=12 * 60
    )

    price = models.DecimalField(_("precio"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("moneda"), max_length=3, choices=Currency, default=Currency.USD)
    payment_methods = ArrayField(
        models.CharField(max_length=10, choices=PaymentMethod),
        default=list,
        blank=True,
        verbose_name=_("formas de pago"),
    )
    payment_policy = models.TextField(_("política de pago"), max_length=2000, blank=True)
    instructions = models.TextField(_("indicaciones para la cita"), max_length=2000, blank=True)
    requires_confirmation = models.BooleanField(_("el médico confirma cada cita"), default=False)
    # How somebody books who missed so many visits of the doctor's in the last twelve months.
    no_show_rule = models.CharField(
        _("después de inasistencias"), max_length=10, choices=NoShowRule, blank=True
    )
    no_show_limit = models.PositiveSmallIntegerField(_("a partir de (inasistencias)"), default=2)
    reminders = ArrayField(
        models.CharField(max_length=10, choices=Reminder),
        default=all_reminders,
        blank=True,
        verbose_name=_("recordatorios"),
    )
    # What people look for beside place and price.
    agreements = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        verbose_name=_("seguros y convenios"),
    )
    sees_children = models.BooleanField(_("atiende a niños"), default=False)
    is_accessible = models.BooleanField(_("acceso en silla de ruedas"), default=False)
    offers_telehealth = models.BooleanField(_("ofrece consultas por video"), default=False)
    # Not active: paused, nobody books; archived: out of the lists too, its visits stay.
    is_active = models.BooleanField(_("activo"), default=True)
    archived_at = models.DateTimeField(_("archivado"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # What a search for a place looks at, kept by Postgres itself.
    search_key = models.GeneratedField(
        expression=Unaccent(Concat(F("name"), Value(" "), F("address"))),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = ClinicQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultorio")
        verbose_name_plural = _("consultorios")
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(Decimal(-90), Decimal(90)))
                & Q(longitude__range=(Decimal(-180), Decimal(180)))
                & ~Q(latitude=0, longitude=0),
                name="clinic_point_on_earth",
                violation_error_message=_("Ese punto no existe: revise la latitud y la longitud."),
            ),
            models.CheckConstraint(
                condition=Q(IsTimeZone("zone")),
                name="clinic_zone_known",
                violation_error_message=_("Elija una zona horaria de la lista."),
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__range=(5, 720)),
                name="clinic_slot_minutes_plausible",
                violation_error_message=_("La cita debe durar entre 5 minutos y 12 horas."),
            ),
            models.CheckConstraint(
                condition=Q(step_minutes__isnull=True) | Q(step_minutes__range=(5, 720)),
                name="clinic_step_minutes_plausible",
                violation_error_message=_("El paso entre citas debe ser de 5 minutos a 12 horas."),
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0),
                name="clinic_price_not_negative",
                violation_error_message=_("El precio no puede ser negativo."),
            ),
            fees_are_positive("clinic"),
            price_list_agrees("clinic"),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(is_active=False),
                name="clinic_archived_is_not_active",
            ),
            models.CheckConstraint(
                condition=Q(no_show_rule__in=["", *NoShowRule.values]),
                name="clinic_no_show_rule_known",
            ),
            models.CheckConstraint(
                condition=Q(no_show_limit__range=(1, 10)),
                name="clinic_no_show_limit_plausible",
                violation_error_message=_("Elija de 1 a 10 inasistencias."),
            ),
        ]
        indexes = [
            models.Index(fields=["city", "doctor"], name="clinic_city"),
            GinIndex(OpClass(F("search_key"), name="gin_trgm_ops"), name="clinic_place_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """A weekly window in the clinic's wall time, as minutes from midnight (FHIR
    Location.hoursOfOperation). An end before the start is on the next date; 1440 is 24:00.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("día"), choices=Weekday)
    starts_minute = models.PositiveSmallIntegerField(_("abre"))
    ends_minute = models.PositiveSmallIntegerField(_("cierra"))
    valid_from = models.DateField(_("desde"), null=True, blank=True)
    valid_until = models.DateField(_("hasta (inclusive)"), null=True, blank=True)

    class Meta:
        verbose_name = _("horario")
        verbose_name_plural = _("horarios")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7)), name="openinghours_weekday_iso"
            ),
            models.CheckConstraint(
                condition=Q(starts_minute__range=(0, DAY_MINUTES - 1))
                & Q(ends_minute__range=(0, DAY_MINUTES))
                & ~Q(ends_minute=F("starts_minute")),
                name="openinghours_minutes_valid",
                violation_error_message=_("El horario debe terminar después de empezar."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")),
                name="openinghours_validity_in_order",
                violation_error_message=DATES_BACKWARDS,
            ),
            ExclusionConstraint(
                name="openinghours_no_overlap",
                expressions=[
                    (F("clinic"), RangeOperators.EQUAL),
                    (F("weekday"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_minute"),
                            Case(
                                # One difference: full_clean() puts the new row's values only
                                # on the left of a comparison.
                                When(
                                    LessThan(F("ends_minute") - F("starts_minute"), 0),
                                    then=F("ends_minute") + Value(DAY_MINUTES),
                                ),
                                default=F("ends_minute"),
                                output_field=models.IntegerField(),
                            ),
                            function="int4range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("valid_from"), F("valid_until"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Ese horario se cruza con otro del mismo día."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_minute}-{self.ends_minute}"

    def clean(self) -> None:
        """Before Postgres is asked what else the dates cross: it takes no range backwards."""
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": DATES_BACKWARDS})


class ScheduleException(models.Model):
    """A date that differs: closed (all day, or a stretch) or an extra opening."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="exceptions")
    date = models.DateField(_("fecha"))
    kind = models.CharField(_("tipo"), max_length=6, choices=ExceptionKind)
    starts_minute = models.PositiveSmallIntegerField(_("desde"), null=True, blank=True)
    ends_minute = models.PositiveSmallIntegerField(_("hasta"), null=True, blank=True)
    note = models.CharField(_("nota"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("fecha especial")
        verbose_name_plural = _("fechas especiales")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="closed", starts_minute__isnull=True, ends_minute__isnull=True)
                | (
                    # A comparison with NULL is neither true nor false, and so lets pass.
                    Q(kind__in=["closed", "extra"])
                    & Q(starts_minute__isnull=False, ends_minute__isnull=False)
                    & Q(starts_minute__range=(0, DAY_MINUTES - 1))
                    & Q(ends_minute__range=(0, DAY_MINUTES))
                    & ~Q(ends_minute=F("starts_minute"))
                ),
                name="scheduleexception_minutes_valid",
                violation_error_message=_("Escriba desde y hasta qué hora, en ese orden."),
            ),
        ]
        indexes = [models.Index(fields=["clinic", "date"], name="scheduleexception_by_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"


class TravelTime(models.Model):
    """Minutes that the doctor needs between two of their clinics, either way."""

    from_clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="travel_from")
    to_clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="travel_to")
    minutes = models.PositiveSmallIntegerField(_("minutos"))

    class Meta:
        verbose_name = _("traslado")
        verbose_name_plural = _("traslados")
        constraints = [
            models.UniqueConstraint(fields=["from_clinic", "to_clinic"], name="traveltime_once"),
            models.CheckConstraint(
                condition=Q(from_clinic__lt=F("to_clinic")),
                name="traveltime_lower_clinic_first",
                violation_error_message=_("Elija dos consultorios distintos."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_clinic_id}-{self.to_clinic_id}: {self.minutes}"


class AssistantQuerySet(models.QuerySet["Assistant"]):
    def working(self) -> "AssistantQuerySet":
        """Accepted and not ended, of a doctor who is not stopped: who may open the agenda today."""
        return self.filter(ended_at=None, user__is_active=True, doctor__user__is_active=True)

    def current(self) -> "AssistantQuerySet":
        """Working or invited; their doctor's account may be stopped for now."""
        return self.filter(ended_at__isnull=True)


class Assistant(models.Model):
    """Reception of a doctor's clinics, with an account of its own (FHIR PractitionerRole).

    Sees the agenda and contact data of the chosen clinics, never clinical data.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="assistants")
    name = models.CharField(_("nombre"), max_length=120)
    clinics = models.ManyToManyField(
        Clinic, related_name="assistants", verbose_name=_("consultorios")
    )
    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, related_name="assistant"
    )
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="assistant_of")
    # What they are told by message; the agenda itself they see anyway.
    notices = ArrayField(
        models.CharField(max_length=10, choices=AssistantNotice), default=list, blank=True
    )
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = AssistantQuerySet.as_manager()

    class Meta:
        verbose_name = _("asistente")
        verbose_name_plural = _("asistentes")
        constraints = [
            models.UniqueConstraint(
                fields=["doctor", "user"],
                condition=Q(ended_at__isnull=True),
                name="assistant_once_per_doctor",
                violation_error_message=_("Esa persona ya es su asistente."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
