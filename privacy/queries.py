"""What the privacy pages show."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.legal import PAGES, LegalText, Version, current
from accounts.models import Consent, User
from privacy.forms import WITHDRAWABLE
from privacy.models import DataExport

SHOWN = 5


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


@dataclass(frozen=True)
class Copy:
    """An export as its owner sees it."""

    export: DataExport
    is_open: bool

    @property
    def is_pending(self) -> bool:
        return self.export.ready_at is None and self.export.failed_at is None


def exports_of(user: User, now: datetime) -> list[Copy]:
    """The latest ones, without what they hold."""
    latest = user.exports.annotate(has_file=Q(content_sealed__isnull=False)).defer("content_sealed")
    return [
        Copy(row, bool(row.has_file and row.expires_at and now < row.expires_at))
        for row in latest.order_by("-requested_at", "-pk")[:SHOWN]
    ]
