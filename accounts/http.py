"""Requests of pages that the access table opens to accounts only."""

from django.http import HttpRequest

from accounts.models import User


class AccountRequest(HttpRequest):
    """Somebody is logged in: doctobooking.access saw to it."""

    user: User
