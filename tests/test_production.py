"""Production refuses to start, with a sentence, rather than to run with something missing."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parent.parent
WHOLE = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "citas.example",
    "EMAIL_URL": "smtp+tls://user:word@127.0.0.1:1",
    "CLINICAL_KEYS": "check:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
}  # fmt: skip


def run(code, **changes):
    """A program of its own, under the production settings."""
    wanted = {**WHOLE, **changes}
    given = {name: value for name, value in wanted.items() if value is not None}
    environment = {
        "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "doctobooking.settings.production",
        **given,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def start(**changes):
    """(how it ended, its last words) of a program that only loads the settings."""
    done = run("import django; django.setup()", **changes)
    return done.returncode, done.stderr.strip().rpartition("\n")[2]


@pytest.mark.thorough
def test_starts_when_all_is_there():
    assert start() == (0, "")


@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(WHOLE))
@pytest.mark.parametrize("value", [None, ""])
def test_says_what_is_missing(name, value):
    ended, said = start(**{name: value})
    assert (ended, f"cannot start without {name} (" in said) == (1, True)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"DEBUG": "true"}, "DEBUG must be off in production."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be 50 random characters or more."),
        ({"SECRET_KEY": "local-only" + "x" * 60}, "SECRET_KEY must be 50 random characters"),
        ({"SECRET_KEY": "django-insecure" + "x" * 60}, "SECRET_KEY must be 50 random characters"),
        ({"ONLINE_PAYMENTS": "demo"}, "it needs ONLINE_PAYMENTS_SECRET"),
        ({"WEB_WORKERS": "90"}, "is more than the database's DATABASE_CONNECTIONS"),
    ],
)
def test_says_what_must_not_be(changes, sentence):
    ended, said = start(**changes)
    assert (ended, sentence in said) == (1, True)


@pytest.mark.thorough
def test_production_asks_for_it_and_ends_sessions():
    """The tests and the demo turn these off; whoever installs it gets them."""
    code = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.SECOND_FACTOR_FOR, s.SESSION_IDLE_MINUTES, s.SESSION_HOURS,"
        " s.REFUSALS_PER_MINUTE, s.SEARCHES_PER_MINUTE, s.DATABASE_MUST_BE_DURABLE)"
    )
    assert run(code).stdout.strip() == "['staff', 'doctors'] 15 12 60 60 True"


# The tests' own Postgres forgets on purpose: it is the one that must be refused.


@pytest.mark.django_db
def test_a_database_that_may_forget_is_refused(settings):
    settings.DATABASE_MUST_BE_DURABLE = True
    found = [message.msg for message in run_checks(tags=["database"], databases=["default"])]
    assert found == [
        f"Postgres has {name}=off: what was committed can be lost."
        for name in ("fsync", "full_page_writes", "synchronous_commit")
    ]
    with pytest.raises(CommandError, match="what was committed can be lost"):
        call_command("migrate", skip_checks=False, stdout=StringIO(), stderr=StringIO())


@pytest.mark.django_db
def test_it_is_asked_only_where_it_matters():
    assert run_checks(tags=["database"], databases=["default"]) == []
