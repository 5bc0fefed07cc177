"""manage.py moderators: who decides about opinions."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User

pytestmark = pytest.mark.django_db
ALL = {"reviews.view_review", "reviews.moderate_review"}


def run(*words):
    out = StringIO()
    call_command("moderators", *words, stdout=out)
    return out.getvalue().split()


def may(user):
    return User.objects.get(pk=user.pk).get_all_permissions()


def test_the_team_is_changed_by_address(bob):
    assert run() == []
    assert run("--add", "BOB@ejemplo.test") == [bob.email]
    assert (may(bob), User.objects.get(pk=bob.pk).is_staff) == (ALL, True)
    assert run("--remove", bob.email) == []
    assert may(bob) == set()


def test_nobody_is_made_up(db):
    with pytest.raises(CommandError, match="no active account"):
        run("--add", "nadie@e.test")
    assert not User.objects.exists()
