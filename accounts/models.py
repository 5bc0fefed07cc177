"""Who logs in (User) and who is treated (Patient)."""

import uuid
from datetime import date, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from phonenumber_field.modelfields import PhoneNumberField

from accounts.enums import AuditAct, Purpose, Relationship, Sex
from accounts.legal import LegalText
from core.db import IsTimeZone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """An account: an e-mail address that logs in. One person may be patient and doctor."""

    EMAIL_UNIQUE = "user_email_unique"
    ZONE_KNOWN = "user_time_zone_known"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("correo electrónico"), max_length=254)
    first_names = models.CharField(_("nombres"), max_length=80, blank=True)
    last_names = models.CharField(_("apellidos"), max_length=80, blank=True)
    is_patient = models.BooleanField(_("es paciente"), default=True)
    is_doctor = models.BooleanField(_("es médico"), default=False)
    # Kept by the services that accept and end an assistant's work; the desk asks the rows.
    is_assistant = models.BooleanField(_("es asistente"), default=False)
    is_staff = models.BooleanField(_("es del equipo"), default=False)
    is_active = models.BooleanField(_("activa"), default=True)
    time_zone = models.CharField(_("zona horaria"), max_length=64, default="UTC")
    language = models.CharField(_("idioma"), max_length=8, default="es")
    joined_at = models.DateTimeField(default=timezone.now)
    # Closed for good and emptied: the row holds together what others keep (docs/adr/0045).
    erased_at = models.DateTimeField(_("cerrada"), null=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("cuenta")
        verbose_name_plural = _("cuentas")
        permissions = [("view_as_user", _("Puede ver el sitio como otra cuenta, sin cambiar nada"))]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("Ya hay una cuenta con ese correo."),
            ),
            models.CheckConstraint(
                condition=Q(IsTimeZone("time_zone")),
                name="user_time_zone_known",
                violation_error_message=_("Elija una zona horaria de la lista."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        """«» where nothing was given; what stands in its place once the account is closed."""
        names = f"{self.first_names} {self.last_names}".strip()
        return names or (gettext("Cuenta cerrada") if self.erased_at else "")

    def get_short_name(self) -> str:
        return self.first_names


class PatientQuerySet(models.QuerySet["Patient"]):
    def oneself_first(self) -> "PatientQuerySet":
        return self.order_by(
            models.Case(models.When(relationship=Relationship.SELF, then=0), default=1), "id"
        )

    def rows_of(self, account: User) -> "PatientQuerySet":
        """The account's people, and the rows that became one with theirs: of what never moves."""
        own = Patient.objects.filter(account=account).values("pk")
        merged = Patient.objects.filter(merged_into__account=account).values("pk")
        return self.filter(pk__in=own.union(merged))


class Patient(models.Model):
    """A person who is treated (FHIR Patient): the account's owner or a dependant of theirs.

    Without an account: written down by a consultorio, until the person accepts its invitation.
    """

    ONE_SELF = "patient_one_self_per_account"
    BORN_PLAUSIBLY = "patient_born_plausibly"
    ID_COMPLETE = "patient_id_complete"
    REACHABLE = "patient_reachable"
    MERGED_EMPTY = "patient_merged_is_empty"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="patients", null=True, blank=True
    )
    relationship = models.CharField(
        _("parentesco"), max_length=10, choices=Relationship, default=Relationship.SELF
    )
    first_names = models.CharField(_("nombres"), max_length=80)
    last_names = models.CharField(_("apellidos"), max_length=80)
    birth_date = models.DateField(_("fecha de nacimiento"), null=True, blank=True)
    sex = models.CharField(_("sexo"), max_length=10, choices=Sex, default=Sex.UNKNOWN)
    phone = PhoneNumberField(_("celular"), blank=True)
    # Where a person without an account is written to; those with one are reached by it.
    email = models.EmailField(_("correo electrónico"), max_length=254, blank=True)
    id_country = CountryField(_("país del documento"), blank=True)
    id_number = models.CharField(_("documento de identidad"), max_length=30, blank=True)
    emergency_name = models.CharField(_("contacto de emergencia"), max_length=120, blank=True)
    emergency_phone = PhoneNumberField(_("celular de emergencia"), blank=True)
    # Another than their doctor wrote that address down (docs/adr/0050).
    readdressed_at = models.DateTimeField(_("correo cambiado"), null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    # A consultorio's row of somebody who has this one in an account. Whoever has an account is
    # never merged, so that there are no chains (docs/adr/0051).
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, editable=False,
        db_index=False, verbose_name=_("unido a"),
    )  # fmt: skip
    # Emptied: merged, or their account was closed, and whoever keeps a record by law has the name
    # there (docs/adr/0045).
    erased_at = models.DateTimeField(_("datos borrados"), null=True, editable=False)

    objects = PatientQuerySet.as_manager()

    class Meta:
        verbose_name = _("paciente")
        verbose_name_plural = _("pacientes")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(relationship="self"),
                name="patient_one_self_per_account",
                violation_error_message=_("Esta cuenta ya tiene su propio perfil de paciente."),
            ),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True) | Q(birth_date__gte=date(1890, 1, 1)),
                name="patient_born_plausibly",
                violation_error_message=_("Revise el año de nacimiento."),
            ),
            models.CheckConstraint(
                condition=Q(id_number="") | ~Q(id_country=""),
                name="patient_id_complete",
                violation_error_message=_("Elija el país que emitió el documento."),
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False)
                | ~Q(phone="")
                | ~Q(email="")
                | Q(merged_into__isnull=False),
                name="patient_reachable",
                violation_error_message=_("Escriba un celular o un correo del paciente."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | ~Q(merged_into=F("id"))
                & Q(
                    account__isnull=True,
                    erased_at__isnull=False,
                    birth_date__isnull=True,
                    first_names="",
                    last_names="",
                    phone="",
                    email="",
                    id_country="",
                    id_number="",
                    emergency_name="",
                    emergency_phone="",
                ),
                name="patient_merged_is_empty",
            ),
        ]
        indexes = [
            models.Index(
                fields=["merged_into"],
                name="patient_merged",
                condition=Q(merged_into__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Nobody has no name but those who were emptied."""
        names = f"{self.first_names} {self.last_names}".strip()
        if not names and self.merged_into_id is not None:
            return gettext("Unido a otro paciente")
        return names or gettext("Paciente que cerró su cuenta")

    @property
    def is_self(self) -> bool:
        return self.relationship == Relationship.SELF

    def empty(self, now: datetime) -> None:
        """The row stays, the person goes; whoever calls this saves it."""
        self.first_names = self.last_names = self.emergency_name = ""
        self.birth_date, self.sex = None, Sex.UNKNOWN
        self.phone = self.emergency_phone = self.email = ""
        self.id_country = self.id_number = ""
        self.erased_at = now


class Invitation(models.Model):
    """A link sent to an address: whoever proves to read it may take what it offers.

    The link carries this row's `public_id`, signed (accounts.invitations): nothing that grants
    is stored in the clear.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose)
    email = models.EmailField(_("correo electrónico"), max_length=254)
    patient = models.ForeignKey(
        Patient, null=True, on_delete=models.CASCADE, related_name="invitations"
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitación")
        verbose_name_plural = _("invitaciones")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="patient", patient__isnull=False)
                | Q(purpose="assistant", patient__isnull=True),
                name="invitation_purpose_has_subject",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


class AuditEntry(models.Model):
    """What happened to an account: who did it, when, from which network (FHIR AuditEvent). Only
    grows. Changes of roles are written by the database itself, whoever makes them
    (migrations/0004_audit_rules, docs/adr/0035).
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="audit_entries")
    # None: nobody who is known: a wrong password, a command of the server.
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(_("qué pasó"), max_length=12, choices=AuditAct)
    # Of a role «+is_staff -moderacion», of an export its file: never what it says of a patient.
    what = models.CharField(_("de qué"), max_length=200, blank=True)
    at = models.DateTimeField(_("cuándo"))
    network = models.CharField(_("red"), max_length=43, blank=True)

    class Meta:
        verbose_name = _("actividad de una cuenta")
        verbose_name_plural = _("actividad de las cuentas")
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=sorted(AuditAct.values)), name="auditentry_act_known"
            )
        ]
        indexes = [models.Index(fields=["person", "-id"], name="auditentry_of_person")]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"


class AccountSession(models.Model):
    """A browser in which an account is or was logged in, as its owner is shown it. Kept for half a
    year after its end, so that the browser is known when it comes back (accounts/sessions.py).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, blank=True)
    device_digest = models.CharField(max_length=64)
    browser = models.CharField(_("navegador"), max_length=60, blank=True)
    network = models.CharField(_("red"), max_length=43, blank=True)
    began_at = models.DateTimeField(_("desde"))
    seen_at = models.DateTimeField(_("último uso"))
    ended_at = models.DateTimeField(_("terminó"), null=True)

    class Meta:
        verbose_name = _("sesión de una cuenta")
        verbose_name_plural = _("sesiones de las cuentas")
        constraints = [
            models.UniqueConstraint(
                fields=["session_key"],
                condition=Q(ended_at__isnull=True),
                name="accountsession_key_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(session_key=""),
                name="accountsession_ended_has_no_key",
            ),
        ]
        indexes = [models.Index(fields=["account", "-seen_at"], name="accountsession_of_account")]

    def __str__(self) -> str:
        return str(self.public_id)


class Consent(models.Model):
    """An account agreed to a version of a legal text (FHIR Consent). Rows end, and stay."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consents")
    text = models.CharField(_("texto"), max_length=10, choices=LegalText)
    version = models.CharField(_("versión"), max_length=10)
    language = models.CharField(_("idioma"), max_length=8)
    at = models.DateTimeField(_("aceptado"))
    network = models.CharField(_("red"), max_length=43, blank=True)
    withdrawn_at = models.DateTimeField(_("retirado"), null=True, blank=True)

    class Meta:
        verbose_name = _("consentimiento")
        verbose_name_plural = _("consentimientos")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "text", "version"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_once",
            ),
            models.CheckConstraint(
                condition=Q(text__in=sorted(LegalText.values)), name="consent_text_known"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("at")),
                name="consent_withdrawn_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.version}"
