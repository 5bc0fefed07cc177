"""Opinions of attended visits, what became of them, and each doctor's rating.

What keeps them honest is in the database (migrations/0002_rules): an opinion belongs to a visit
that is attended, is of the account whose patient attended, and freezes when that is corrected; a
rating is counted in the transaction that changes it (docs/adr/0028).
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models import Appointment
from core.crypto import sealed_text
from doctors.models import Doctor
from reviews.enums import HIDING, Act, Ground, State

TEXT_CAP = 2000
ASPECTS = ("explanation", "punctuality", "treatment")
GRADES = ("general", *ASPECTS)
STARS = (1, 2, 3, 4, 5)
# Both tails of a normal distribution beyond this are 5 %.
Z = 1.96


class RatingBound(models.Func):
    """`rating_bound(n of 1 star, ..., n of 5 stars, z)`: the mean at z = 0, a bound of it else."""

    function = "rating_bound"
    arity = 6


class Graded(models.Model):
    """What a patient says of a visit: four grades from 1 to 5, and words."""

    general = models.PositiveSmallIntegerField(_("en general"))
    explanation = models.PositiveSmallIntegerField(_("explicó con claridad"))
    punctuality = models.PositiveSmallIntegerField(_("puntualidad"))
    treatment = models.PositiveSmallIntegerField(_("trato"))
    text = models.CharField(_("texto"), max_length=TEXT_CAP, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__range": (1, 5) for name in GRADES}),
                name="%(class)s_grades_from_1_to_5",
                violation_error_message=_("Elija entre 1 y 5 estrellas."),
            ),
        ]

    @property
    def said(self) -> tuple[object, ...]:
        return (*(getattr(self, name) for name in GRADES), self.text)


class ReviewQuerySet(models.QuerySet["Review"]):
    def shown(self) -> "ReviewQuerySet":
        """What everybody may read, and what counts."""
        return self.filter(status=State.PUBLISHED, is_frozen=False)

    def for_account(self, account: User) -> "ReviewQuerySet":
        """Of the account's people, whoever wrote them."""
        return self.filter(visit__patient__account=account)


class Review(Graded):
    ONCE = "review_once_per_visit"
    OF_ATTENDED = "review_of_attended_visit"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="reviews")
    # The visit's, kept here by the database so that a doctor's opinions are found without visits.
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("médico")
    )
    # None: by the link in a mail, of a patient without an account.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews", null=True
    )
    # «L. A.»: as it was signed, whatever becomes of the patient's name.
    initials = models.CharField(_("iniciales"), max_length=12)
    status = models.CharField(_("estado"), max_length=10, choices=State, default=State.PUBLISHED)
    hidden_for = models.CharField(_("oculta por"), max_length=12, choices=Ground, blank=True)
    # The visit was corrected to «no asistió»: neither shown nor counted nor edited. The database's.
    is_frozen = models.BooleanField(_("congelada"), default=False, editable=False)
    created_at = models.DateTimeField(_("escrita"), default=timezone.now)
    edited_at = models.DateTimeField(_("editada"), null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta(Graded.Meta):
        verbose_name = _("opinión")
        verbose_name_plural = _("opiniones")
        constraints = [
            *Graded.Meta.constraints,
            models.UniqueConstraint(
                fields=["visit"],
                name="review_once_per_visit",
                violation_error_message=_("Ya hay una opinión sobre esa cita."),
            ),
            models.CheckConstraint(
                condition=Q(status=State.HIDDEN, hidden_for__in=sorted(Ground.values))
                | (Q(status__in=[State.PUBLISHED, State.WITHDRAWN]) & Q(hidden_for="")),
                name="review_hidden_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["doctor", "created_at", "id"],
                name="review_shown",
                condition=Q(status=State.PUBLISHED, is_frozen=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initials} {self.general}/5"

    @property
    def is_shown(self) -> bool:
        return self.status == State.PUBLISHED and not self.is_frozen

    @property
    def edit_until(self) -> datetime:
        return self.created_at + timedelta(days=settings.REVIEW_EDIT_DAYS)

    @property
    def is_newer_than_reply(self) -> bool:
        """It says something else since it was answered."""
        reply = getattr(self, "reply", None)
        if reply is None or self.edited_at is None:
            return False
        return bool(self.edited_at > (reply.edited_at or reply.created_at))

    def may_be_edited(self, now: datetime) -> bool:
        return self.status != State.WITHDRAWN and not self.is_frozen and now < self.edit_until


class ReviewVersion(Graded):
    """What an opinion said, each time it said something else. Only grows."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta(Graded.Meta):
        constraints = [
            *Graded.Meta.constraints,
            models.UniqueConstraint(fields=["review", "number"], name="reviewversion_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} v{self.number}"


class ReviewReply(models.Model):
    """The doctor's one public answer."""

    BY_DOCTOR = "reviewreply_by_its_doctor"

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="reply")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("respuesta"), max_length=TEXT_CAP)
    hidden_for = models.CharField(_("oculta por"), max_length=12, choices=Ground, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="reviewreply_says_something"),
            models.CheckConstraint(
                condition=Q(hidden_for__in=["", *sorted(Ground.values)]),
                name="reviewreply_hidden_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}"

    @property
    def edit_until(self) -> datetime:
        return self.created_at + timedelta(days=settings.REVIEW_EDIT_DAYS)


class ReviewDecision(models.Model):
    """A moderator's word. Only grows; its note is sealed and stays out of mails and logs."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField(_("decisión"), max_length=14, choices=Act)
    ground = models.CharField(_("motivo"), max_length=12, choices=Ground, blank=True)
    note_sealed = models.BinaryField(null=True)
    note: str = sealed_text("note")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("decisión")
        verbose_name_plural = _("decisiones")
        permissions = [("moderate_review", "Puede moderar opiniones")]
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=sorted(HIDING), ground__in=sorted(Ground.values))
                | Q(act__in=sorted(set(Act.values) - HIDING), ground=""),
                name="reviewdecision_ground_agrees",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"


class ReviewReport(models.Model):
    """Somebody finds that an opinion breaks a rule of the house."""

    ONCE = "reviewreport_once_per_account"

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("motivo"), max_length=12, choices=Ground)
    at = models.DateTimeField()
    # What answered it: open without.
    decision = models.ForeignKey(
        ReviewDecision, on_delete=models.PROTECT, related_name="reports", null=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "by"], name="reviewreport_once_per_account"),
            models.CheckConstraint(
                condition=Q(ground__in=sorted(Ground.values)), name="reviewreport_ground_known"
            ),
        ]
        indexes = [
            models.Index(fields=["by", "at"], name="reviewreport_of_account"),
            models.Index(
                fields=["review"], name="reviewreport_open", condition=Q(decision__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ground} {self.at:%Y-%m-%d}"


class ReviewAppeal(models.Model):
    """Against a decision, once, by whom it went against. What they write may be clinical."""

    ONCE = "reviewappeal_once_per_decision"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.ForeignKey(ReviewDecision, on_delete=models.PROTECT, related_name="appeals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text_sealed = models.BinaryField()
    text: str = sealed_text("text")
    at = models.DateTimeField()
    # The decision that answers it, which is final.
    answer = models.OneToOneField(
        ReviewDecision, on_delete=models.PROTECT, related_name="answered", null=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision"], name="reviewappeal_once_per_decision"),
            models.CheckConstraint(
                condition=Q(answer__isnull=True) | ~Q(answer=F("decision")),
                name="reviewappeal_answered_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.at:%Y-%m-%d}"


def _bound(z: float) -> models.GeneratedField:
    counts = (f"stars_{n}" for n in STARS)
    return models.GeneratedField(
        expression=RatingBound(*counts, Value(z)),
        output_field=models.FloatField(null=True),
        db_persist=True,
    )


class Rating(models.Model):
    """A doctor's opinions that are shown, counted by the database; none: no row, or a count of 0.

    `lower` and `upper` hold the mean with 95 %: Wilson's score interval of the mean on the scale
    of 0 to 1. It takes grades to vary as much as they can with that mean, so that few opinions
    promise little: one of five stars has a lower bound of 1.8. Search orders by `lower`.
    """

    doctor = models.OneToOneField(
        Doctor, on_delete=models.CASCADE, primary_key=True, related_name="rating"
    )
    count = models.PositiveIntegerField(default=0)
    stars_1 = models.PositiveIntegerField(default=0)
    stars_2 = models.PositiveIntegerField(default=0)
    stars_3 = models.PositiveIntegerField(default=0)
    stars_4 = models.PositiveIntegerField(default=0)
    stars_5 = models.PositiveIntegerField(default=0)
    explanation_sum = models.PositiveIntegerField(default=0)
    punctuality_sum = models.PositiveIntegerField(default=0)
    treatment_sum = models.PositiveIntegerField(default=0)
    mean = _bound(0.0)
    lower = _bound(-Z)
    upper = _bound(Z)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(count=F("stars_1") + F("stars_2") + F("stars_3") + F("stars_4")
                            + F("stars_5")),
                name="rating_count_agrees",
            ),
            models.CheckConstraint(
                condition=Q(
                    **{f"{name}_sum__gte": F("count") for name in ASPECTS},
                    **{f"{name}_sum__lte": F("count") * 5 for name in ASPECTS},
                ),
                name="rating_sums_fit",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["lower"], name="rating_lower")]

    def __str__(self) -> str:
        return f"{self.doctor_id}: {self.count}"

    def stars(self, number: int) -> int:
        count: int = getattr(self, f"stars_{number}")
        return count

    def aspect(self, name: str) -> float | None:
        """The mean of one of the three others."""
        total: int = getattr(self, f"{name}_sum")
        return total / self.count if self.count else None
