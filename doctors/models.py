"""The professional (Doctor, FHIR Practitioner) and what they are able to show."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.db import NameWords, Unaccent
from doctors.enums import FEMALE_TITLES, LicenceState, Title, Verdict

SLUG_IS_ANOTHERS = _("Ya hay un perfil con esa dirección.")
# A results page says each doctor's name several times.
TITLE_WORDS: dict[str, str] = dict(Title.choices)  # type: ignore[arg-type]


class Specialty(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("nombre"), max_length=80)
    name_en = models.CharField(_("nombre en inglés"), max_length=80)
    practitioner_f = models.CharField(_("profesional (ella)"), max_length=80)
    practitioner_m = models.CharField(_("profesional (él)"), max_length=80)
    practitioner_en = models.CharField(_("profesional (inglés)"), max_length=80)
    synonyms = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        verbose_name=_("palabras usuales"),
    )

    class Meta:
        verbose_name = _("especialidad")
        verbose_name_plural = _("especialidades")

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        return self.name_en if (get_language() or "es").startswith("en") else self.name


class DoctorQuerySet(models.QuerySet["Doctor"]):
    def published(self) -> "DoctorQuerySet":
        return self.filter(is_published=True, user__is_active=True)

    def with_profile(self) -> "DoctorQuerySet":
        """Specialties and career in their doctor's order, in a fixed number of queries."""
        rows = DoctorSpecialty.objects.select_related("specialty").order_by("position", "id")
        return self.prefetch_related(
            models.Prefetch("doctor_specialties", rows),
            models.Prefetch("education", Education.objects.order_by("id")),
            models.Prefetch("experience", Experience.objects.order_by("id")),
            models.Prefetch("qualifications", Qualification.objects.order_by("id")),
        )

    def in_licence_state(self, state: LicenceState) -> "DoctorQuerySet":
        """As `Doctor.licence_state` says of one."""
        missing = Q(licence_number="")
        verified, refused = Q(licence_checked_at__isnull=False), Q(licence_refused_at__isnull=False)
        return self.filter(
            {
                LicenceState.MISSING: missing,
                LicenceState.VERIFIED: verified,
                LicenceState.REFUSED: refused,
                LicenceState.PENDING: ~missing & ~verified & ~refused,
            }[state]
        )


class Doctor(models.Model):
    """FHIR Practitioner. Nobody is in two clinics at once: a doctor's time is one line."""

    SLUG_UNIQUE = "doctor_slug_unique"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="doctor"
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=120)
    title = models.CharField(_("tratamiento"), max_length=6, choices=Title, default=Title.DRA)
    first_names = models.CharField(_("nombres"), max_length=80)
    last_names = models.CharField(_("apellidos"), max_length=80)
    # The name of its files (doctors.photos): another one for each picture, never guessable.
    photo = models.UUIDField(_("foto"), null=True, unique=True, editable=False)
    licence_number = models.CharField(_("registro profesional"), max_length=40, blank=True)
    # The verdict on this very number; neither means that staff has not looked yet.
    licence_checked_at = models.DateTimeField(_("registro verificado"), null=True, blank=True)
    licence_refused_at = models.DateTimeField(_("no se pudo verificar"), null=True, blank=True)
    licence_refusal = models.CharField(_("por qué no"), max_length=300, blank=True)
    biography = models.TextField(_("presentación"), max_length=4000, blank=True)
    languages = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, verbose_name=_("idiomas")
    )
    practising_since = models.PositiveSmallIntegerField(_("ejerce desde"), null=True, blank=True)
    takes_new_patients = models.BooleanField(_("recibe pacientes nuevos"), default=True)
    is_published = models.BooleanField(_("publicado"), default=False)
    specialties = models.ManyToManyField(
        Specialty,
        through="DoctorSpecialty",
        related_name="doctors",
        verbose_name=_("especialidades"),
    )
    # What a name search looks at: both names without accents and case, kept by Postgres itself.
    name_key = models.GeneratedField(
        expression=Unaccent(Concat(F("first_names"), models.Value(" "), F("last_names"))),
        output_field=models.TextField(),
        db_persist=True,
    )
    # The same word by word, in any order; NameWord has each once.
    name_words = models.GeneratedField(
        expression=NameWords(Concat(F("first_names"), models.Value(" "), F("last_names"))),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = DoctorQuerySet.as_manager()

    class Meta:
        verbose_name = _("médico")
        verbose_name_plural = _("médicos")
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="doctor_slug_unique",
                violation_error_message=SLUG_IS_ANOTHERS,
            ),
            models.CheckConstraint(
                condition=Q(practising_since__isnull=True)
                | Q(practising_since__range=(1930, 2100)),
                name="doctor_practising_since_plausible",
                violation_error_message=_("Revise el año en que empezó a ejercer."),
            ),
            models.CheckConstraint(
                condition=~Q(licence_number="")
                | Q(licence_checked_at__isnull=True, licence_refused_at__isnull=True),
                name="doctor_licence_verdict_has_number",
            ),
            models.CheckConstraint(
                condition=Q(licence_refused_at__isnull=True, licence_refusal="")
                | (
                    Q(licence_refused_at__isnull=False, licence_checked_at__isnull=True)
                    & ~Q(licence_refusal="")
                ),
                name="doctor_licence_refused_with_reason",
            ),
        ]
        indexes = [
            GinIndex(OpClass(F("name_key"), name="gin_trgm_ops"), name="doctor_name_trigrams"),
            GinIndex(fields=["name_words"], name="doctor_name_words"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        if FormerSlug.objects.filter(slug=self.slug).exclude(doctor=self.pk).exists():
            raise ValidationError({"slug": SLUG_IS_ANOTHERS})

    @property
    def full_name(self) -> str:
        return f"{self.first_names} {self.last_names}".strip()

    @property
    def display_name(self) -> str:
        """With the title: «Dra. Ana Molina Paz»."""
        if not self.full_name:
            return gettext("Médico que cerró su cuenta")
        return f"{TITLE_WORDS.get(self.title, self.title)} {self.full_name}"

    @property
    def licence_state(self) -> LicenceState:
        if not self.licence_number:
            return LicenceState.MISSING
        if self.licence_checked_at:
            return LicenceState.VERIFIED
        return LicenceState.REFUSED if self.licence_refused_at else LicenceState.PENDING

    @property
    def is_female(self) -> bool:
        return self.title in FEMALE_TITLES

    def practitioner_of(self, specialty: Specialty) -> str:
        """«Cardióloga» or «Cardiólogo», or the English word, for this doctor."""
        if (get_language() or "es").startswith("en"):
            return specialty.practitioner_en
        return specialty.practitioner_f if self.is_female else specialty.practitioner_m


class FormerSlug(models.Model):
    """An address that a profile had before a change of name: it leads to the present one."""

    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="former_slugs")
    slug = models.SlugField(max_length=120)

    class Meta:
        verbose_name = _("dirección anterior")
        verbose_name_plural = _("direcciones anteriores")
        constraints = [models.UniqueConstraint(fields=["slug"], name="formerslug_unique")]

    def __str__(self) -> str:
        return self.slug


class NameWord(models.Model):
    """The words of doctors' names by the keys that near ones share (core.spelling).

    Kept by a trigger of the database; it only grows.
    """

    key = models.TextField()
    word = models.TextField(db_index=True)

    class Meta:
        verbose_name = _("palabra de un nombre")
        verbose_name_plural = _("palabras de nombres")
        constraints = [models.UniqueConstraint(fields=["key", "word"], name="name_word_once")]

    def __str__(self) -> str:
        return self.word


class DoctorSpecialty(models.Model):
    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="doctor_specialties")
    specialty = models.ForeignKey(
        Specialty, on_delete=models.PROTECT, related_name="doctor_specialties"
    )
    position = models.PositiveSmallIntegerField(_("orden"), default=0)

    class Meta:
        verbose_name = _("especialidad del médico")
        verbose_name_plural = _("especialidades del médico")
        constraints = [
            models.UniqueConstraint(fields=["doctor", "specialty"], name="doctor_specialty_once"),
        ]

    def __str__(self) -> str:
        return str(self.specialty)


class ProfileEntry(models.Model):
    """A dated line of a profile; `until_year` empty means still going on."""

    from_year = models.PositiveSmallIntegerField(_("desde"), null=True, blank=True)
    until_year = models.PositiveSmallIntegerField(_("hasta"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(until_year__gte=Coalesce(F("from_year"), F("until_year"))),
                name="%(class)s_years_in_order",
                violation_error_message=_("El año final no puede ser anterior al inicial."),
            ),
        ]


class Education(ProfileEntry):
    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="education")
    degree = models.CharField(_("título"), max_length=160)
    institution = models.CharField(_("institución"), max_length=160)

    class Meta(ProfileEntry.Meta):
        verbose_name = _("formación")
        verbose_name_plural = _("formación")

    def __str__(self) -> str:
        return self.degree


class Experience(ProfileEntry):
    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="experience")
    position = models.CharField(_("cargo"), max_length=160)
    institution = models.CharField(_("institución"), max_length=160)

    class Meta(ProfileEntry.Meta):
        verbose_name = _("experiencia")
        verbose_name_plural = _("experiencia")

    def __str__(self) -> str:
        return self.position


class Qualification(models.Model):
    """A certificate, fellowship or membership (FHIR Practitioner.qualification)."""

    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="qualifications")
    name = models.CharField(_("nombre"), max_length=160)
    issuer = models.CharField(_("otorgada por"), max_length=160, blank=True)
    year = models.PositiveSmallIntegerField(_("año"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificación")
        verbose_name_plural = _("certificaciones")

    def __str__(self) -> str:
        return self.name


class LicenceCheck(models.Model):
    """The log of who looked a licence up, and what they found. Rows are only added."""

    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="licence_checks")
    number = models.CharField(_("registro profesional"), max_length=40)
    # Whose it was looked up as (doctors.facts). Not known of checks from before this was kept:
    # their `specialties` are None. Slugs, in the order of the alphabet.
    title = models.CharField(_("tratamiento"), max_length=6, choices=Title, blank=True,
                             db_default="")  # fmt: skip
    name = models.CharField(_("nombre"), max_length=161, blank=True, db_default="")
    specialties = ArrayField(
        models.SlugField(max_length=80), null=True, blank=True, verbose_name=_("especialidades")
    )
    verdict = models.CharField(_("resultado"), max_length=10, choices=Verdict)
    reason = models.CharField(_("motivo"), max_length=300, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("revisado por"),
    )
    checked_at = models.DateTimeField(_("revisado"))

    class Meta:
        verbose_name = _("revisión del registro")
        verbose_name_plural = _("revisiones del registro")
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="verified", reason="") | (Q(verdict="refused") & ~Q(reason="")),
                name="licencecheck_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_verdict_display()}"

    @property
    def display_name(self) -> str:
        """As `Doctor.display_name` was then; «» where it is not known."""
        return f"{TITLE_WORDS.get(self.title, self.title)} {self.name}".strip()
