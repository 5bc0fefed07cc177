"""What a browser's session remembers of a booking in the making."""

import hashlib
import hmac
import secrets

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest

from appointments.models import BookingDraft
from core.templatetags.when import clock, day

HOLDER_KEY = "holder_key"
PENDING = "pending_booking"


def holder_key_of(request: HttpRequest) -> str:
    """The browser's key, made on first use. It survives the log-in, not a change of account."""
    key = request.session.get(HOLDER_KEY)
    drafts = BookingDraft.objects.filter(holder_key=key, account__isnull=False)
    if not key or drafts.exclude(account=request.user.pk).exists():
        request.session[HOLDER_KEY] = secrets.token_urlsafe(32)
    return str(request.session[HOLDER_KEY])


def draft_of(request: HttpRequest) -> BookingDraft | None:
    """This browser's booking in the making; somebody else's who used it before is not shown."""
    key = request.session.get(HOLDER_KEY)
    if not key:
        return None
    draft = (
        BookingDraft.objects.select_related("appointment", "patient").filter(holder_key=key).first()
    )
    if draft and draft.account_id and draft.account_id != request.user.pk:
        return None
    return draft


def address_digest(request: HttpRequest) -> str:
    """The network address in a form that can be counted but not read back."""
    address = get_adapter(request).get_client_ip(request)
    return hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()


def remember_pending(request: HttpRequest, draft: BookingDraft) -> None:
    """For the log-in and sign-up pages: what is being kept, and until when."""
    held = draft.appointment
    assert held is not None
    assert held.hold_expires_at is not None
    zone = draft.clinic.zone
    request.session[PENDING] = {
        "what": f"{draft.clinic.doctor.display_name}, {day(draft.starts_at, zone)}, "
        f"{clock(draft.starts_at, zone)}",
        "until": held.hold_expires_at.isoformat(),
        "zone": zone,
    }


def forget_pending(request: HttpRequest) -> None:
    request.session.pop(PENDING, None)
