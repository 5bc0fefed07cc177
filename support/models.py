"""Conversations with the help desk.

People write of their health whatever a form asks of them: subject, texts, files and remarks are
sealed as clinical texts are (docs/adr/0041). Messages only grow (migrations/0002_rules).
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models import Appointment
from core.crypto import sealed_bytes, sealed_text
from support.enums import OVER, About, Author, Mark, Priority, Source, State
from support.team import helpers

CODE_LENGTH = 6
LANGUAGES = [("es", _("español")), ("en", _("inglés"))]


class TicketQuerySet(models.QuerySet["Ticket"]):
    def remembered(self) -> "TicketQuerySet":
        """Without those whose texts were forgotten (services.forgetting)."""
        return self.filter(
            models.Exists(TicketMessage.objects.filter(ticket=models.OuterRef("pk")))
        )

    def for_account(self, account: User) -> "TicketQuerySet":
        return self.remembered().filter(requester=account).order_by("-last_at", "-pk")

    def read_by_link(self) -> "TicketQuerySet":
        """As Ticket.is_read_by_link."""
        stopped = Q(requester__is_active=False, requester__erased_at=None)
        return self.filter(Q(requester=None) | stopped)

    def unassigned(self) -> "TicketQuerySet":
        """Open, and of nobody; or of somebody who attends to questions no more."""
        return self.filter(state=State.OPEN).exclude(owner__in=helpers().order_by().values("pk"))

    def awaiting_us(self) -> "TicketQuerySet":
        """Open, and the last word is the person's."""
        return self.alias(last_author=_last_author()).filter(
            state=State.OPEN, last_author=Author.PERSON
        )

    def replied(self) -> "TicketQuerySet":
        """Those whose person came back to what the team had answered."""
        return self.awaiting_us().filter(answered_at__isnull=False)

    def overdue(self, now: datetime) -> "TicketQuerySet":
        return self.awaiting_us().filter(due_at__lt=now)

    def with_standing(self) -> "TicketQuerySet":
        """`is_attended`: its owner is one who attends. `awaits_us`: as `awaiting_us`."""
        return self.alias(last_author=_last_author()).annotate(
            is_attended=models.Exists(helpers().order_by().filter(pk=models.OuterRef("owner"))),
            awaits_us=models.ExpressionWrapper(
                Q(state=State.OPEN, last_author=Author.PERSON), models.BooleanField()
            ),
        )


def _last_author() -> models.Subquery:
    """Who said the last of what is not the team's alone."""
    said = TicketMessage.objects.filter(ticket=models.OuterRef("pk"), is_internal=False)
    return models.Subquery(said.order_by("-pk").values("author")[:1])


class Ticket(models.Model):
    """A question with all that came of it. Of an account, or of a name and an address."""

    ONCE, WHOSE = "ticket_once", "ticket_of_account_or_address"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What people say of it on the telephone, and what stands in a mail's subject.
    code = models.CharField(_("código"), max_length=CODE_LENGTH, unique=True)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="tickets",
        verbose_name=_("cuenta"),
    )  # fmt: skip
    name = models.CharField(_("nombre"), max_length=120, blank=True)
    email = models.EmailField(_("correo"), max_length=254, blank=True)
    visit = models.ForeignKey(
        Appointment, null=True, on_delete=models.SET_NULL, related_name="tickets",
        verbose_name=_("cita"),
    )  # fmt: skip
    about = models.CharField(_("tema"), max_length=10, choices=About)
    subject_sealed = models.BinaryField(null=True)
    subject = sealed_text("subject")
    state = models.CharField(_("estado"), max_length=10, choices=State, default=State.OPEN)
    priority = models.PositiveSmallIntegerField(
        _("prioridad"), choices=Priority, default=Priority.NORMAL
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("a cargo de"),
    )  # fmt: skip
    language = models.CharField(_("idioma"), max_length=2, choices=LANGUAGES, default="es")
    opened_at = models.DateTimeField(_("recibida"))
    due_at = models.DateTimeField(_("responder antes de"))
    answered_at = models.DateTimeField(_("primera respuesta"), null=True)
    last_at = models.DateTimeField(_("último mensaje"))
    solved_at = models.DateTimeField(_("resuelta el"), null=True)
    mark = models.PositiveSmallIntegerField(_("calificación"), null=True, choices=Mark)
    remark_sealed = models.BinaryField(null=True)
    remark = sealed_text("remark")
    marked_at = models.DateTimeField(null=True)
    # Of the form that opened it: sent twice, it is one question.
    form_key = models.UUIDField(null=True)
    # Where it came from, so that what comes in masses can be stopped; not to be read back.
    address_digest = models.CharField(max_length=64, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("consulta")
        verbose_name_plural = _("consultas")
        permissions = [("attend_ticket", _("Puede atender consultas"))]
        constraints = [
            models.UniqueConstraint(fields=["form_key"], name="ticket_once"),
            models.CheckConstraint(
                condition=Q(requester__isnull=False, email="") | Q(requester=None) & ~Q(email=""),
                name="ticket_of_account_or_address",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OVER, solved_at__isnull=False)
                | ~Q(state__in=OVER) & Q(solved_at=None),
                name="ticket_over_has_time",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("opened_at")),
                name="ticket_answered_after_asked",
            ),
            models.CheckConstraint(
                condition=Q(mark=None, marked_at=None)
                | Q(mark__range=(1, 5), marked_at__isnull=False),
                name="ticket_mark_from_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=Priority.values), name="ticket_priority_known"
            ),
        ]
        indexes = [
            models.Index(fields=["requester", "-last_at"], name="ticket_of_account"),
            models.Index(fields=["state", "due_at"], name="ticket_queue"),
            models.Index(fields=["address_digest", "opened_at"], name="ticket_from_address"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def address(self) -> str:
        return self.requester.email if self.requester else self.email

    @property
    def person(self) -> str:
        return self.requester.full_name if self.requester else self.name

    @property
    def is_read_by_link(self) -> bool:
        """Of nobody's account, or of one that was stopped: its owner cannot log in, and may talk
        with us about that. What its owner closed is nobody's to read.
        """
        owner = self.requester
        return owner is None or (not owner.is_active and owner.erased_at is None)

    @property
    def is_over(self) -> bool:
        return self.state in OVER


class TicketMessage(models.Model):
    """What somebody wrote. `is_internal` is for the team alone, and so is `is_foreign`: it came to
    the question's own address, but from somebody else's, which is `sender`.
    """

    ONCE, MAIL_ONCE = "ticketmessage_once", "ticketmessage_mail_once"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    author = models.CharField(max_length=10, choices=Author)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text_sealed = models.BinaryField(null=True)
    text = sealed_text("text")
    is_internal = models.BooleanField(default=False)
    is_foreign = models.BooleanField(default=False)
    sender_sealed = models.BinaryField(null=True)
    sender = sealed_text("sender")
    source = models.CharField(max_length=10, choices=Source, default=Source.WEB)
    # A digest of the mail's Message-ID: what comes twice is one message.
    mail_digest = models.CharField(max_length=64, blank=True)
    form_key = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("mensaje de una consulta")
        verbose_name_plural = _("mensajes de consultas")
        constraints = [
            models.UniqueConstraint(fields=["form_key"], name="ticketmessage_once"),
            models.UniqueConstraint(
                fields=["mail_digest"], condition=~Q(mail_digest=""), name="ticketmessage_mail_once"
            ),
            models.CheckConstraint(
                condition=Q(is_internal=False) | ~Q(author=Author.PERSON),
                name="ticketmessage_internal_is_the_teams",
            ),
            models.CheckConstraint(
                condition=Q(is_foreign=False) | Q(author=Author.PERSON, source=Source.MAIL),
                name="ticketmessage_foreign_is_a_mail",
            ),
        ]
        indexes = [models.Index(fields=["ticket", "at"], name="ticketmessage_in_order")]

    def __str__(self) -> str:
        return str(self.public_id)


class TicketFile(models.Model):
    """What came with a message; pictures were drawn anew (records.files)."""

    RESEALED_AT_ONCE = 1

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(TicketMessage, on_delete=models.PROTECT, related_name="files")
    name_sealed = models.BinaryField(null=True)
    name = sealed_text("name")
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    content_sealed = models.BinaryField()
    content = sealed_bytes("content")

    class Meta:
        verbose_name = _("archivo de una consulta")
        verbose_name_plural = _("archivos de consultas")

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def size_text(self) -> str:
        return f"{max(1, self.size // 1000)} kB"


class ArticleMark(models.Model):
    """How often a help article was of use, in one language and as it was worded. Sums alone: of
    nobody, and of no day.
    """

    article = models.CharField(_("artículo de la ayuda"), max_length=80)
    language = models.CharField(_("idioma"), max_length=2, choices=LANGUAGES)
    # support.articles.Article.version: what was said of other words is not said of these.
    version = models.CharField(_("versión"), max_length=12)
    since = models.DateField(_("desde"))
    yes = models.PositiveIntegerField(_("sí"), default=0)
    no = models.PositiveIntegerField(_("no"), default=0)

    class Meta:
        verbose_name = _("utilidad de un artículo")
        verbose_name_plural = _("utilidad de los artículos")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "language", "version"], name="articlemark_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article} ({self.language})"


class CannedAnswer(models.Model):
    """An answer that is given often. «{nombre}» and «{codigo}» become the question's own."""

    title = models.CharField(_("título"), max_length=80)
    text_es = models.TextField(_("texto en español"), max_length=4000)
    text_en = models.TextField(_("texto en inglés"), max_length=4000)
    is_active = models.BooleanField(_("en uso"), default=True)

    class Meta:
        verbose_name = _("respuesta preparada")
        verbose_name_plural = _("respuestas preparadas")
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                name="cannedanswer_title_once",
                violation_error_message=_("Ya hay una respuesta con ese título."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def text_for(self, ticket: Ticket) -> str:
        text = self.text_en if ticket.language == "en" else self.text_es
        return text.replace("{nombre}", ticket.person).replace("{codigo}", ticket.code)
