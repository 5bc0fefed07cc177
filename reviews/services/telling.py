"""Events of opinions, without their words; and a letter to whom a decision concerns."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.events import record
from reviews.models import Review


def record_about(name: str, review: Review, actor: User | None, now: datetime) -> None:
    """In this transaction. `data["visit"]` is the primary key of the opinion's visit."""
    data = {"visit": review.visit_id}
    record(name, subject_id=review.public_id, actor=actor, at=now, data=data)


def tell_of_decision(review: Review, reader: User | None, *, is_doctor: bool) -> None:
    """A row of the outbox: that there is a decision, and where it stands. What it says, of what
    and why, only the page tells.
    """
    if reader is None or not reader.is_active:
        return
    page = reverse("portal:opinions") if is_doctor else _page_of_author(review)
    with translation.override(reader.language):
        context = {"reader": reader, "is_doctor": is_doctor, "url": str(settings.SITE_URL) + page}
        subject = _("Revisamos una opinión sobre usted") if is_doctor else _("Revisamos su opinión")
        text = render_to_string("reviews/email/decision.txt", context)
        mail = EmailMultiAlternatives(subject, text, to=[reader.email])
        html = render_to_string("reviews/email/decision.html", {**context, "subject": subject})
        mail.attach_alternative(html, "text/html")
        mail.send()


def _page_of_author(review: Review) -> str:
    return reverse("reviews:opinion", args=[review.visit.public_id])
