"""Which legal texts there are, and which version of each is in force. The words themselves are
files of the app that shows them; what people agreed to is in `accounts.consents`.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LegalText(TextChoices):
    TERMS = "terms", _("Términos de uso")
    PRIVACY = "privacy", _("Aviso de privacidad")
    HEALTH = "health", _("Consentimiento para tratar datos de salud")
    DOCTOR = "doctor", _("Acuerdo de tratamiento de datos para médicos")


@dataclass(frozen=True)
class Version:
    number: str
    since: date


# The newest first. A version that somebody accepted is never edited: what changes is a new one.
VERSIONS: dict[LegalText, tuple[Version, ...]] = {
    LegalText.TERMS: (Version("2", date(2026, 11, 29)), Version("1", date(2026, 11, 1))),
    LegalText.PRIVACY: (
        Version("3", date(2026, 11, 30)),
        Version("2", date(2026, 11, 29)),
        Version("1", date(2026, 11, 1)),
    ),
    LegalText.HEALTH: (Version("1", date(2026, 11, 1)),),
    LegalText.DOCTOR: (Version("1", date(2026, 11, 1)),),
}
# Where each can be read, by the name of its page.
PAGES = {
    LegalText.TERMS: "terms",
    LegalText.PRIVACY: "privacy_notice",
    LegalText.HEALTH: "health_consent",
    LegalText.DOCTOR: "doctor_terms",
}
FOR_ACCOUNT = (LegalText.TERMS, LegalText.PRIVACY)
# Before anything is stored that tells of somebody's health: that there is a visit does.
FOR_HEALTH = (*FOR_ACCOUNT, LegalText.HEALTH)
FOR_DOCTOR = (*FOR_ACCOUNT, LegalText.DOCTOR)


def current(text: LegalText) -> Version:
    return VERSIONS[text][0]
