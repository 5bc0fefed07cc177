"""Who looks, of a request; and how a document leaves the house."""

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from accounts.http import AccountRequest
from core.clock import current_time
from records.documents import Card
from records.enums import Role
from records.services.accesses import Look

# Whatever a browser makes of a file that somebody sent.
INERT = (
    "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)


def look_of(request: AccountRequest, role: Role) -> Look:
    address = get_adapter(request).get_client_ip(request)
    return Look(reader=request.user, role=role, at=current_time(), address=address)


def download(content: bytes, card: Card) -> HttpResponse:
    """To be kept, not shown: nothing of it runs on our address."""
    response = HttpResponse(content, content_type=card.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=card.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = INERT
    response["Cache-Control"] = "private, no-store"
    return response
