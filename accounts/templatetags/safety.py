"""What the page about the second factor asks."""

from collections.abc import Iterable
from typing import Any

from django import template

from accounts import second_factor
from accounts.models import User

register = template.Library()


@register.simple_tag
def must_have_factor(user: User) -> bool:
    return second_factor.must_have(user)


@register.filter
def by_age(keys: Iterable[Any]) -> list[Any]:
    """Passkeys in the order in which they were added, as their addresses count them."""
    return sorted(keys, key=lambda key: key.instance.pk)
