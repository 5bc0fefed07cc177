"""Who agreed to which version of which text, and when: one service, one check."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.legal import LegalText, current
from accounts.models import Consent, User
from core.origin import origin


def missing(user: User, texts: Iterable[LegalText]) -> list[LegalText]:
    """Those whose version in force the account has not accepted, or has withdrawn."""
    rows = user.consents.filter(withdrawn_at__isnull=True).values_list("text", "version")
    given = set(rows)
    return [text for text in texts if (text.value, current(text).number) not in given]


@transaction.atomic
def accept(*, user: User, texts: Iterable[LegalText], language: str, now: datetime) -> None:
    """The versions in force. What was accepted already stays as it is: a form may come twice."""
    Consent.objects.bulk_create(
        [
            Consent(
                user=user,
                text=text,
                version=current(text).number,
                language=language,
                at=now,
                network=origin(),
            )
            for text in texts
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def withdraw(*, user: User, text: LegalText, now: datetime) -> int:
    """Ends what was accepted; visits and records that there are stay. Returns how many ended."""
    given = user.consents.filter(text=text, withdrawn_at__isnull=True)
    return int(given.update(withdrawn_at=now))
