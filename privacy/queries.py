"""What the privacy pages show."""

from dataclasses import dataclass

from accounts.legal import PAGES, LegalText, Version, current
from accounts.models import Consent, User
from privacy.forms import WITHDRAWABLE


@dataclass(frozen=True)
class Agreement:
    """A text, its version in force, and what the account said of it so far, the latest first."""

    text: LegalText
    version: Version
    page: str
    given: list[Consent]

    @property
    def is_in_force(self) -> bool:
        return any(
            row.version == self.version.number and row.withdrawn_at is None for row in self.given
        )

    @property
    def can_be_withdrawn(self) -> bool:
        return self.text in WITHDRAWABLE and self.is_in_force


def agreements_of(user: User) -> list[Agreement]:
    """Those for doctors are shown to doctors."""
    rows = list(user.consents.order_by("-at", "-pk"))
    texts = [text for text in LegalText if text != LegalText.DOCTOR or user.is_doctor]
    return [
        Agreement(text, current(text), PAGES[text], [row for row in rows if row.text == text])
        for text in texts
    ]
