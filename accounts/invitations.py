"""Links that invite: an invitation's id, signed. Whoever has the link has read the mail.

What opens is decided by the row (purpose, expiry, taken or called back), never by the link alone.
"""

import uuid
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import Invitation, Patient, User

# A change of salt would close every link that is out there.
_signer = Signer(salt="accounts.invitation", sep=".")
VALID_FOR = timedelta(days=30)


def token_of(invitation: Invitation) -> str:
    return str(_signer.sign(invitation.public_id.hex))


def link_of(invitation: Invitation) -> str:
    """The whole address, for a mail."""
    return str(settings.SITE_URL) + reverse("invitation", args=[token_of(invitation)])


def find_invitation(token: str) -> Invitation | None:
    """The invitation behind a link of ours, open or not; None for what we never signed."""
    try:
        public_id = uuid.UUID(hex=_signer.unsign(token))
    except (BadSignature, ValueError):
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
