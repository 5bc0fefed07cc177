"""Mails about one's own data: rows of the outbox, in the account's language. Never a link that
grants anything: each page asks to log in.
"""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.templatetags.when import clock, day_long, or_home, zone_name
from privacy.models import Closing, DataExport


def export_ready(export: DataExport) -> None:
    user = export.account
    assert export.expires_at is not None
    with translation.override(user.language):
        until = _moment(export.expires_at, user)
        _send(
            user,
            _("Sus datos están listos"),
            [
                _("La copia de sus datos que pidió está lista. Entre a su cuenta para bajarla."),
                _("Puede bajarla hasta el %(day)s, %(time)s, %(zone)s. Después la borramos.")
                % until,
                _("Si no la pidió usted, cambie su contraseña."),
            ],
            _("Ver mis datos"),
        )


def export_failed(export: DataExport) -> None:
    user = export.account
    with translation.override(user.language):
        lines = [
            _("Pidió una copia de sus datos y no pudimos prepararla. El problema es nuestro y ya "
              "lo estamos viendo."),
            _("Pídala otra vez desde su cuenta: la que falló no cuenta entre las copias del día."),
            _("Si vuelve a fallar, escríbanos y se la hacemos llegar."),
        ]  # fmt: skip
        _send(user, _("No pudimos preparar sus datos"), lines, _("Pedir otra copia"))


def closing_asked(closing: Closing, *, is_into_custody: bool = False) -> None:
    """The last mail with an address to send it to: it says all that there is to say. A doctor whose
    records somebody else keeps from then on is reminded of it; who that is stays sealed.
    """
    user = closing.account
    with translation.override(user.language):
        handed = _("Las historias de sus pacientes quedan a cargo de quien acordó con nosotros.")
        due = _moment(closing.due_at, user)
        _send(
            user,
            _("Su cuenta se va a cerrar"),
            [
                _("Pidió cerrar su cuenta. La cerramos el %(day)s, %(time)s, %(zone)s.") % due,
                *([handed] if is_into_custody else []),
                _("Hasta entonces puede deshacerlo: entre a su cuenta."),
                _("Después borramos sus datos, cancelamos las citas que tenga por venir y "
                  "conservamos solo lo que la ley obliga. No podremos escribirle de nuevo: ya no "
                  "tendremos su dirección."),
                _("Si no lo pidió usted, deshágalo y cambie su contraseña cuanto antes."),
            ],
            _("Deshacer el cierre"),
        )  # fmt: skip


def closing_withdrawn(closing: Closing) -> None:
    user = closing.account
    with translation.override(user.language):
        said = _("Su cuenta sigue abierta, con todo lo que tenía. Si no lo hizo usted, cambie su "
                 "contraseña.")  # fmt: skip
        _send(user, _("Su cuenta sigue abierta"), [said], _("Ver mi cuenta"))


def closing_stopped(closing: Closing) -> None:
    """It was due, and others count on the person by now."""
    user = closing.account
    with translation.override(user.language):
        lines = [
            _("No cerramos su cuenta: desde que lo pidió hay algo que resolver antes."),
            _("Entre a su cuenta, lea qué es y pídalo otra vez."),
        ]
        _send(user, _("Su cuenta sigue abierta"), lines, _("Ver mi cuenta"))


def _moment(at: datetime, user: User) -> dict[str, str]:
    """On the clock of the page privacy:mine, in the active language."""
    zone = or_home(user.time_zone)
    return {"day": day_long(at, zone), "time": clock(at, zone), "zone": zone_name(zone, at)}


def _send(user: User, subject: str, lines: list[str], label: str, to: str = "") -> None:
    """In the active language."""
    url = str(settings.SITE_URL) + reverse("privacy:mine") if label else ""
    context = {"subject": subject, "lines": lines, "url": url, "label": label}
    text = render_to_string("privacy/email/notice.txt", context)
    mail = EmailMultiAlternatives(subject, text, to=[to or user.email])
    mail.attach_alternative(render_to_string("privacy/email/notice.html", context), "text/html")
    mail.send()
