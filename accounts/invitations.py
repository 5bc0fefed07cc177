"""Links that invite: an invitation's id, signed. Whoever has the link has read the mail.

What opens is decided by the row (purpose, expiry, taken or called back), never by the link alone.
"""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse

from accounts.models import Invitation, Patient, User
from core.grants import Grants

_links = Grants(salt="accounts.invitation")
VALID_FOR = timedelta(days=30)


def token_of(invitation: Invitation) -> str:
    return _links.token_of(invitation.public_id)


def link_of(invitation: Invitation) -> str:
    """The whole address, for a mail."""
    return str(settings.SITE_URL) + reverse("invitation", args=[token_of(invitation)])


def find_invitation(token: str) -> Invitation | None:
    """The invitation behind a link of ours, open or not; None for what we never signed."""
    public_id = _links.find(token)
    if public_id is None:
        return None
    return (
        Invitation.objects.select_related("patient", "created_by")
        .filter(public_id=public_id)
        .first()
    )


def open_invitation(patient: Patient, now: datetime) -> Invitation | None:
    """The link by which whoever reads this patient's mail may take them into an account."""
    return (
        patient.invitations.filter(
            email__iexact=patient.email, accepted_at=None, revoked_at=None, expires_at__gt=now
        )
        .order_by("-expires_at")
        .first()
    )


def owns_address(user: User, address: str) -> bool:
    """Whether the account has proved that it reads mail to this address."""
    return EmailAddress.objects.filter(user=user, email__iexact=address, verified=True).exists()
