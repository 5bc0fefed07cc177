"""The local mailbox: for this machine only, and not in production."""

import pytest
from django.test import Client
from django.urls import reverse

from doctobooking.settings import base
from tests.matrix import routes

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def test_mailbox_is_for_this_machine_only():
    for name, pattern in routes():
        if name.startswith("mail_preview:") and not pattern.pattern.regex.groups:
            answer = Client().get(reverse(name), REMOTE_ADDR="203.0.113.9")
            assert answer.status_code in (403, 404), name


def test_mailbox_is_not_in_production():
    assert "django_mail_preview" not in base.INSTALLED_APPS
