"""«Ver como»: support sees the site as an account does. Nothing can be changed, no page that may
say something of a person's health opens, it ends by itself, and the person can see it happened.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest

from accounts.audit import note
from accounts.enums import AuditAct
from accounts.models import User
from core.db import Refusal

PERMISSION = "accounts.view_as_user"
LASTS = timedelta(minutes=15)
# In the session; the cookie VIEWING_COOKIE_NAME says that it may hold one, so that pages without a
# session need not ask it.
SESSION_KEY = "viewing_as"


class NotViewable(Refusal):
    """Staff sees no other staff's pages: that would be a way to more rights."""


@dataclass(frozen=True)
class Viewing:
    """Who is looked at, and until when."""

    person: User
    until: datetime


def may_view(staff: User, person: User) -> bool:
    is_fit = person.is_active and not person.is_staff and person.pk != staff.pk
    return is_fit and staff.has_perm(PERMISSION)


@transaction.atomic
def begin(request: HttpRequest, *, staff: User, person: User, reason: str, now: datetime) -> None:
    """From here on this browser shows the site as the person sees it. Raises NotViewable."""
    if not may_view(staff, person):
        raise NotViewable
    note(AuditAct.VIEWED, person=person, actor=staff, at=now, what=reason)
    until = int((now + LASTS).timestamp())
    request.session[SESSION_KEY] = {"staff": staff.pk, "person": person.pk, "until": until}


def end(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def current(request: HttpRequest, staff: User, now: datetime) -> Viewing | None:
    """What this browser looks at; None when it is over, or no longer allowed."""
    kept = request.session.get(SESSION_KEY)
    if kept is None or kept["staff"] != staff.pk:
        return None
    person = User.objects.filter(pk=kept["person"]).first()
    if person is None or now.timestamp() >= kept["until"] or not may_view(staff, person):
        end(request)
        return None
    return Viewing(person, datetime.fromtimestamp(kept["until"], tz=now.tzinfo))
