"""Who looks, of a request."""

from allauth.account.adapter import get_adapter

from accounts.http import AccountRequest
from core.clock import current_time
from records.enums import Role
from records.services.accesses import Look


def look_of(request: AccountRequest, role: Role) -> Look:
    address = get_adapter(request).get_client_ip(request)
    return Look(reader=request.user, role=role, at=current_time(), address=address)
