"""The group of those who decide about opinions."""

from django.contrib.auth.models import Group, Permission

GROUP = "moderadores"
MAY = ("moderate_review", "view_review")


def moderators_group() -> Group:
    """The group with what it may do: opinions, and nothing else of the admin."""
    group, _created = Group.objects.get_or_create(name=GROUP)
    allowed = Permission.objects.filter(content_type__app_label="reviews", codename__in=MAY)
    group.permissions.set(allowed)
    return group
