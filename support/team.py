"""Those who attend to questions."""

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from accounts.models import User


def helpers() -> QuerySet[User]:
    """Accounts of the team with the right to attend, by a group or by themselves."""
    right = Permission.objects.filter(content_type__app_label="support", codename="attend_ticket")
    allowed = Q(groups__permissions__in=right) | Q(user_permissions__in=right)
    team = User.objects.filter(allowed | Q(is_superuser=True), is_staff=True, is_active=True)
    return team.distinct().order_by("first_names", "pk")


def attends(account_id: int | None) -> bool:
    """Whether that account is one of them."""
    return account_id is not None and helpers().filter(pk=account_id).exists()
