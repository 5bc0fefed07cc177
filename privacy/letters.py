"""Mails about one's own data: rows of the outbox, in the account's language. Never a link that
grants anything: each page asks to log in.
"""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.templatetags.when import clock, day_long
from privacy.models import DataExport


def export_ready(export: DataExport) -> None:
    user = export.account
    assert export.expires_at is not None
    with translation.override(user.language):
        until = {
            "day": day_long(export.expires_at, user.time_zone),
            "time": clock(export.expires_at, user.time_zone),
        }
        _send(
            user,
            _("Sus datos están listos"),
            [
                _("La copia de sus datos que pidió está lista. Entre a su cuenta para bajarla."),
                _("Puede bajarla hasta el %(day)s, %(time)s. Después la borramos.") % until,
                _("Si no la pidió usted, cambie su contraseña."),
            ],
            _("Ver mis datos"),
        )


def _send(user: User, subject: str, lines: list[str], label: str, to: str = "") -> None:
    """In the active language."""
    url = str(settings.SITE_URL) + reverse("privacy:mine") if label else ""
    context = {"subject": subject, "lines": lines, "url": url, "label": label}
    text = render_to_string("privacy/email/notice.txt", context)
    mail = EmailMultiAlternatives(subject, text, to=[to or user.email])
    mail.attach_alternative(render_to_string("privacy/email/notice.html", context), "text/html")
    mail.send()
