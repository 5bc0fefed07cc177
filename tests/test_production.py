"""What production is without a word from anybody, and which database it refuses.

What else it refuses: tests/test_headers.py.
"""

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


def run(code):
    """A program of its own, under the production settings."""
    environment = {
        "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "doctobooking.settings.production",
        **WHOLE,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.thorough
def test_production_asks_for_it_and_ends_sessions():
    """The tests and the demo turn these off; whoever installs it gets them."""
    code = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.SECOND_FACTOR_FOR, s.SESSION_IDLE_MINUTES, s.SESSION_HOURS,"
        " s.REFUSALS_PER_MINUTE, s.SEARCHES_PER_MINUTE, s.DATABASE_MUST_BE_DURABLE)"
    )
    assert run(code).stdout.strip() == "['staff', 'doctors'] 15 12 60 60 True"


@pytest.mark.parametrize(
    ("behind", "proxies", "hosts", "found"),
    [
        (True, 1, ["citas.example"], []),
        (False, 0, ["citas.example"], []),
        (True, 0, ["citas.example"], ["BEHIND_TLS_PROXY needs TRUSTED_PROXY_COUNT, at least 1."]),
        (False, 0, ["*"], ["ALLOWED_HOSTS must name the hosts, without *."]),
    ],
)
def test_check_deploy_says_what_would_shut_everybody_out(settings, behind, proxies, hosts, found):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind else None
    settings.ALLAUTH_TRUSTED_PROXY_COUNT, settings.ALLOWED_HOSTS = proxies, hosts
    said = run_checks(tags=["security"], include_deployment_checks=True)
    assert [message.msg for message in said if message.id.startswith("core.")] == found


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
