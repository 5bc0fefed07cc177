"""Records of visits: what the doctor writes, signs and amends, and who has looked at it.

What keeps them is in the database (migrations/0002_rules): a record is written by its visit's
doctor, is frozen once it is signed, and nothing of it is ever deleted (docs/adr/0032).
"""

import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Patient, User
from appointments.models import Appointment
from core.crypto import Unreadable, sealed_bytes, sealed_text
from core.db import Unaccent
from doctors.models import Doctor
from records.documents import Amended, Card, Content, Fact, Identity
from records.enums import OF_PATIENT, Act, Role

CODE_SHAPE = r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$"
SALT_BYTES = 32
DIGEST_BYTES = 32


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


class Sealed(models.Model):
    """A document sealed in its row. `content_digest` is of its plain text with a salt that is
    sealed with it: whoever has only the database learns nothing, and a text put in its place
    later, with whatever key, is found out.
    """

    content_sealed = models.BinaryField()
    content: str = sealed_text("content")
    content_digest = models.BinaryField()

    class Meta:
        abstract = True

    def write(self, document: Mapping[str, Any]) -> None:
        salted = {"salt": secrets.token_hex(SALT_BYTES), **document}
        text = json.dumps(salted, ensure_ascii=False, sort_keys=True)
        self.content, self.content_digest = text, _digest(text)

    def read(self) -> dict[str, Any]:
        """Raises Unreadable: another key, another row, or not what was written."""
        text = self.content
        if not hmac.compare_digest(_digest(text), bytes(self.content_digest)):
            raise Unreadable(f"{self._meta.label_lower}:{self.pk}")
        document: dict[str, Any] = json.loads(text)
        return document


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def signed(self) -> "ConsultationQuerySet":
        return self.filter(signed_at__isnull=False)

    def for_account(self, account: User) -> "ConsultationQuerySet":
        """Those of the account's people that are signed: drafts are the doctor's alone."""
        return self.signed().filter(visit__patient__account=account)

    def with_visits(self) -> "ConsultationQuerySet":
        return self.select_related("visit__clinic", "visit__doctor", "visit__patient")

    def unopened(self) -> "ConsultationQuerySet":
        """That it exists, without what it says."""
        return self.defer("content_sealed", "content_digest")


class Consultation(Sealed):
    """The record of one visit (FHIR Encounter with its Composition): a draft until it is signed."""

    ONCE = "consultation_once_per_visit"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="consultations")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Rises with each text that is saved: two windows with the same draft know of each other.
    version = models.PositiveIntegerField(default=1)
    # Whether the patient reads the diagnoses, too.
    shows_diagnoses = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    signed_at = models.DateTimeField(null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit"], name="consultation_once_per_visit"),
            models.CheckConstraint(condition=Q(version__gte=1), name="consultation_version_from_1"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(signed_at__gte=F("saved_at")),
                name="consultation_signed_as_saved",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @cached_property
    def said(self) -> Content:
        return Content.of(self.read())


class Amendment(Sealed):
    """What is added to a signed record. Only grows."""

    NUMBERED = "amendment_numbered"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="amendments"
    )
    number = models.PositiveSmallIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # From here on the patient reads the diagnoses, too.
    shows_diagnoses = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="amendment_numbered"),
            models.CheckConstraint(condition=Q(number__gte=1), name="amendment_number_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} +{self.number}"

    @cached_property
    def said(self) -> Amended:
        return Amended.of(self.read())


class Line(Sealed):
    """Something of a patient's background, said in a visit. Only grows: one line ends another.

    It hangs on the visit: where two rows of one person become one, visits move, and this with them.
    """

    ENDS_ONCE = "line_ends_once"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="background")
    ends = models.ForeignKey("self", on_delete=models.PROTECT, related_name="endings", null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ends"], name="line_ends_once"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @cached_property
    def said(self) -> Fact:
        return Fact.of(self.read())


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def for_account(self, account: User) -> "AttachmentQuerySet":
        """What doctors gave the account's people to read."""
        of_theirs = Q(consultation__visit__patient__account=account)
        return self.filter(of_theirs, consultation__signed_at__isnull=False, is_for_patient=True)

    def with_visits(self) -> "AttachmentQuerySet":
        people = self.select_related("consultation__visit__doctor", "consultation__visit__patient")
        return people.defer("consultation__content_sealed", "consultation__content_digest")


class Attachment(Sealed):
    """A document of a record (FHIR DocumentReference): here its sealed name. A draft's may be taken
    away; what is signed only gets more.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="attachments"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_for_patient = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.public_id)

    @cached_property
    def said(self) -> Card:
        return Card.of(self.read())


class AttachedFile(models.Model):
    """What a document holds, in a row of its own: a list of names fetches none of it. Its digest is
    on the document's card.
    """

    RESEALED_AT_ONCE = 4

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="file")
    content_sealed = models.BinaryField()
    content: bytes = sealed_bytes("content")

    def __str__(self) -> str:
        return str(self.public_id)


class ShareQuerySet(models.QuerySet["Share"]):
    def live(self, now: datetime) -> "ShareQuerySet":
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class Share(models.Model):
    """A patient lets another doctor of theirs read what is signed, until a day or until they take
    it back (FHIR Consent). Only its end may still be written.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="shares")
    doctor = models.ForeignKey(Doctor, on_delete=models.PROTECT, related_name="shares")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"))
                & Q(expires_at__lte=F("created_at") + timedelta(days=366)),
                name="share_expires",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
                name="share_revoked_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["patient", "doctor"], name="share_of_patient")]

    def __str__(self) -> str:
        return str(self.public_id)

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class AccessLogQuerySet(models.QuerySet["AccessLog"]):
    def for_account(self, account: User) -> "AccessLogQuerySet":
        """Looks at what a consultorio had of them before it was theirs, too."""
        return self.filter(patient__in=Patient.objects.rows_of(account))

    def with_names(self) -> "AccessLogQuerySet":
        people = self.select_related(
            "reader__doctor",
            "patient__merged_into",
            "consultation__visit__clinic",
            "consultation__visit__doctor",
        )
        return people.defer("consultation__content_sealed", "consultation__content_digest")


class AccessLog(models.Model):
    """Who did what with whose record, when, from which network (FHIR AuditEvent). Only grows."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="accesses")
    # None: the history as a whole, or a prescription of a visit without a record.
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="accesses", null=True
    )
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("como"), max_length=8, choices=Role)
    act = models.CharField(_("qué hizo"), max_length=10, choices=Act)
    at = models.DateTimeField(_("cuándo"))
    # «203.0.113.0/24»: enough to tell the consultorio from elsewhere.
    network = models.CharField(_("red"), max_length=43, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=sorted(Act.values)), name="accesslog_act_known"
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(Role.values)), name="accesslog_role_known"
            ),
            models.CheckConstraint(
                condition=Q(consultation__isnull=False) | Q(act__in=sorted(OF_PATIENT)),
                name="accesslog_names_its_record",
            ),
        ]
        indexes = [models.Index(fields=["patient", "at", "id"], name="accesslog_of_patient")]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"

    @property
    def person(self) -> Patient:
        """Whose they are now: lines stay of the row that they were written of."""
        return self.patient.merged_into or self.patient


class KeptIdentity(Sealed):
    """Who a patient was whose account is closed. A law, `source`, has the papers of their visits
    name them until `keep_until`, a date in UTC; then the row goes (docs/adr/0045).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="kept_identity")
    country = models.CharField(_("país"), max_length=2)
    source = models.CharField(_("norma"), max_length=120, blank=True)
    kept_at = models.DateTimeField()
    keep_until = models.DateField(_("hasta"))

    class Meta:
        indexes = [models.Index(fields=["keep_until"], name="keptidentity_due")]

    def __str__(self) -> str:
        return str(self.public_id)

    @cached_property
    def said(self) -> Identity:
        return Identity.of(self.read())


class DiagnosisCode(models.Model):
    """A code of ICD-10 (CIE-10) that one can look up. What is written of a patient keeps the words
    of its day and names none of these rows.
    """

    code = models.CharField(_("código"), max_length=8, unique=True)
    title = models.CharField(_("título"), max_length=200)
    # Other words that people type.
    words = models.CharField(_("otras palabras"), max_length=300, blank=True)
    # Each word after a space: what begins so is found by « begins so».
    key = models.GeneratedField(
        expression=Unaccent(Concat(Value(" "), F("title"), Value(" "), F("words"))),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_SHAPE), name="diagnosiscode_shaped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
