from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from notifications.queries import unread_count


def inbox(request: HttpRequest) -> dict[str, object]:
    """`unread`: asked once, by the first part of a page that shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) and not getattr(user, "is_authenticated", False):
        return {"unread": 0}
    return {"unread": SimpleLazyObject(lambda: unread_count(request.user))}  # type: ignore[arg-type]
