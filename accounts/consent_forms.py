"""A box that forms show to whom it is still to be shown: the account's consent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.consents import accept, missing
from accounts.legal import FOR_DOCTOR, FOR_HEALTH, PAGES, LegalText
from accounts.models import User
from core.forms import Form, teach_manners

NEEDED = _("Marque la casilla para continuar: sin su acuerdo no podemos guardar estos datos.")
LABELS = {
    LegalText.HEALTH: _("Acepto que Doctobooking guarde mis datos de salud, y los de quienes tengo "
                        "a cargo, para reservar citas y recibir atención."),
    LegalText.DOCTOR: _("Acepto el acuerdo de tratamiento de datos de mis pacientes."),
}  # fmt: skip
GENERAL = _("Acepto los términos de uso y he leído el aviso de privacidad.")


def links_to(texts: Iterable[LegalText]) -> SafeString:
    """Each text's page, opened beside the form so that nothing typed is lost."""
    return format_html_join(
        " · ",
        '<a href="{}" target="_blank" rel="noopener">{}</a>',
        ((reverse(PAGES[text]), text.label) for text in texts),
    )


def consent_field(texts: list[LegalText]) -> forms.BooleanField:
    label = next((LABELS[text] for text in texts if text in LABELS), GENERAL)
    field = forms.BooleanField(label=label, error_messages={"required": NEEDED})
    field.help_text = links_to(texts)
    return field


class ConsentMixin:
    """For forms that store what needs an agreement. Costs one query, and shows nothing to whom has
    agreed to the versions in force.
    """

    consents: list[LegalText]

    def ask_consent(self, user: User, texts: Iterable[LegalText] = FOR_HEALTH) -> None:
        self.consent_user, self.consents = user, missing(user, texts)
        if self.consents:
            field = consent_field(self.consents)
            teach_manners(field)
            self.fields["accepts"] = field  # type: ignore[attr-defined]

    def keep_consent(self, now: datetime) -> None:
        """Of a valid form: before what it holds is stored."""
        if self.consents:
            language: Any = get_language()
            accept(user=self.consent_user, texts=self.consents, language=language, now=now)


class AgreementForm(ConsentMixin, Form):
    """Nothing but the agreement that doctors make; no field for whom has made it."""

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_consent(account, FOR_DOCTOR)
