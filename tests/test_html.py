"""Every page of every kind of person, as the Nu Html Checker reads it: no error.

It is a Java program, put into place by `make nu`. Without it: a loud skip.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from tests.matrix import (  # noqa: F401 -- fixtures
    addresses,
    admin_paths,
    browsers,
    same_browser,
    things,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
JAR = Path(os.environ.get("NU_JAR", Path(__file__).parent.parent / ".venv/nu/vnu.jar"))
PEOPLE = ("anonymous", "alice", "dr_chen", "carla")
SENDERS = ("anonymous", "alice", "dr_chen")
# Programs ask the first three; the next are for scripts, which put what they get into a page;
# logging out ends the walk.
NO_PAGES = {
    "csp_report", "support:inbound", "appointments:payment_callback", "accounts:stay",
    "portal:diagnoses", "portal:cities", "account_logout",
}  # fmt: skip
# Shown without a request, when all else is broken.
OF_TROUBLE = ("400", "403", "403_csrf", "404", "405", "429", "500", "503", "503_unreadable")
LIKE_A_BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def nu():
    if not JAR.exists() or not shutil.which("java"):
        pytest.skip("no HTML checker: install Java 17 or newer, then `make nu`")

    def errors(folder):
        """What it says of the files of a folder, without its advice."""
        said = subprocess.run(
            ["java", "-Xss4m", "-jar", JAR, "--format", "json", "--errors-only",
             "--exit-zero-always", folder],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return [
            f"{Path(error['url']).name}: {error['message']} {error.get('extract', '')}"
            for error in json.loads(said.stderr)["messages"]
        ]

    return errors


def pages(things, browsers):  # noqa: F811
    """(name, HTML) of what a browser shows, also of forms that were sent empty."""
    for method, people in (("get", PEOPLE), ("post", SENDERS)):
        for who in people:
            for name, path in addresses(things):
                if name not in NO_PAGES:
                    browser = same_browser(browsers[who])
                    answer = getattr(browser, method)(path, headers=LIKE_A_BROWSER)
                    if is_page(answer):
                        yield f"{who}-{name}-{method}-{answer.status_code}", answer.content.decode()
    for rest, path in admin_paths():
        answer = browsers["root"].get(path, headers=LIKE_A_BROWSER)
        if is_page(answer):
            yield f"root-{rest}-{answer.status_code}", answer.content.decode()
    for name in OF_TROUBLE:
        yield f"trouble-{name}", render_to_string(f"{name}.html")


def is_page(answer):
    kind = answer.get("Content-Type", "")
    return not answer.streaming and answer.status_code != 302 and kind.startswith("text/html")


def test_pages_are_html(frozen, things, browsers, nu, tmp_path):  # noqa: F811
    for name, html in pages(things, browsers):
        (tmp_path / f"{name.replace(':', '.')}.html").write_text(html, encoding="utf-8")
    assert nu(tmp_path) == []
    assert len(list(tmp_path.iterdir())) > 1000


def test_the_checker_sees_what_is_wrong(nu, tmp_path):
    html = '<!DOCTYPE html><html lang="es"><title>x</title><a href="/"><a href="/">y</a></a>'
    (tmp_path / "wrong.html").write_text(html, encoding="utf-8")
    assert [error for error in nu(tmp_path) if "same type was already open" in error]
