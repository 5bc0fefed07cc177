"""What leaves a page by itself: its addresses and its title, which browsers and servers keep, and
whatever it fetches. None of it says who somebody is, counts our rows, or asks anybody else.
"""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from accounts.roles import MODERATORS, SUPPORT, group_of
from tests.marks import DOCUMENT, NAME, REASON
from tests.matrix import browsers, things  # noqa: F401 -- fixtures
from tests.privacy.crawling import crawl, crawl_admin, read

pytestmark = pytest.mark.thorough
PEOPLE = ("anonymous", "alice", "dr_chen", "carla", "erin")
# Of a patient, a dependant, somebody without an account, reception, the team; of the doctor what
# is not public: her name and her address on our site are.
MARKS = (
    NAME, REASON, DOCUMENT, "Alicia", "Mateo", "Rosa", "997776655", "Carla", "alice@ejemplo.test",
    "rosa@ejemplo.test", "carla@ejemplo.test", "chen@ejemplo.test", "erin@ejemplo.test",
)  # fmt: skip
# Numbers that count nothing private: versions of legal texts, sizes of photos, the sitemap's parts.
PUBLIC_NUMBERS = re.compile(r"/privacidad/versiones/\w+/\d+/|/foto/[\w-]+/\d+|/sitemap-")
OURS = {"", "testserver", urlsplit(settings.SITE_URL).netloc}
TILES = (
    f"{urlsplit(settings.LEAFLET_CONFIG['TILES']).scheme}://"
    + urlsplit(settings.LEAFLET_CONFIG["TILES"]).netloc
)
# Where a person goes, once they press it.
LEADS = {"a", "area"}
STATIC = Path(__file__).parent.parent.parent / "static"
ELSEWHERE = re.compile(
    r"@import|\b(?:https?|wss?):\\?/\\?/(?!www\.w3\.org/)|url\(\s*[\"']?(?:https?:)?//"
)
# Who may show the widget, everybody: nothing is asked of them.
WIDGET = ("frame-ancestors", "*")


def marks_in(text):
    plain = re.sub(r"\s", "", unquote(text)).lower()
    return [mark for mark in MARKS if mark.lower() in plain]


def is_counting(value):
    path = urlsplit(value).path
    numbers = [part for part in path.split("/") if part.isdecimal()]
    is_public = value.startswith("data:") or PUBLIC_NUMBERS.search(path)
    return bool(numbers) and not is_public and urlsplit(value).netloc in OURS


def is_fetched_elsewhere(tag, value):
    """Each address of a list: `srcset` has several."""
    named = re.findall(r"(?:[a-z]+:)?//[^\s,]+", value) if not value.startswith("data:") else []
    return tag not in LEADS and any(
        urlsplit(one).netloc not in OURS and one != settings.LEAFLET_CONFIG["TILES"]
        for one in named
    )


def sources_of(policy):
    """(directive, host) of what is neither us nor nobody."""
    for part in policy.split(";"):
        name, *values = part.split()
        for value in values:
            # Where browsers report to: a name, and a page of ours (tests/test_policy_reports.py).
            if (name, value) in (("report-to", "csp"), ("report-uri", reverse("csp_report"))):
                continue
            if value not in ("'self'", "'none'", "data:") and not value.startswith("'nonce-"):
                yield name, value


def wrongs(page, *, in_admin=False):
    """(what is wrong, where, with what)."""
    for mark in marks_in(page.title):
        yield "title", page.route, mark
    for value in page.all_addresses:
        for mark in marks_in(value):
            yield "address", page.route, mark
    for tag, _name, value in page.found:
        if is_counting(value) and not in_admin:
            yield "counts", page.route, value
        if is_fetched_elsewhere(tag, value):
            yield "fetches", page.route, value
    for value in page.telling:
        yield "tells", page.route, value
    for source in sources_of(page.policy):
        if source not in (("img-src", TILES), WIDGET if page.route == "widget" else None):
            yield "allows", page.route, source


@pytest.fixture
def team(browsers):  # noqa: F811
    browsers["erin"].user.groups.add(group_of(SUPPORT), group_of(MODERATORS))


@pytest.mark.django_db
def test_nothing_leaves_a_page_by_itself(frozen, things, browsers, team):  # noqa: F811
    """Of each route, for each kind of person, whole and in part, and of what a POST answers."""
    found, seen = set(), set()
    for page in crawl(things, browsers, PEOPLE):
        found.update(wrongs(page))
        seen.update((page.who, page.route) for _one in page.found)
    for who in ("root", "erin"):
        for page in crawl_admin(browsers, who):
            found.update(wrongs(page, in_admin=True))
            seen.add((who, page.route))
    assert sorted(found, key=str) == []
    assert len(seen) >= 800


PLANTED = """
<title>Zutanita · Doctobooking</title>
<a href="/personas/alice%40ejemplo.test/">x</a> <a href="tel:+593997776655">x</a>
<form><input name="q" value="Mateo"></form> <form method="post"><input value="Rosa"></form>
<a href="/citas/12/">x</a> <img src="/foto/0-1/96/">
<img srcset="/a.png 1x, https://fotos.test/b.png 2x"> <script src="//cdn.test/x.js"></script>
<a href="https://otro.test/" rel="noopener noreferrer">x</a> <a href="https://otro.test/">x</a>
"""


def test_the_look_at_a_page_is_not_blind():
    answer = HttpResponse(PLANTED)
    answer["Content-Security-Policy"] = f"img-src 'self' data: {TILES}; script-src https://x.test"
    answer["Location"] = "/buscar/?q=Alicia"
    assert sorted(wrongs(read("alice", "planted", answer)), key=str) == [
        ("address", "planted", "Alicia"), ("address", "planted", "Mateo"),
        ("address", "planted", "alice@ejemplo.test"),
        ("allows", "planted", ("script-src", "https://x.test")),
        ("counts", "planted", "/citas/12/"),
        ("fetches", "planted", "//cdn.test/x.js"),
        ("fetches", "planted", "/a.png 1x, https://fotos.test/b.png 2x"),
        ("tells", "planted", "https://otro.test/"),
        ("title", "planted", NAME),
    ]  # fmt: skip


def test_our_scripts_and_styles_name_nobody_else():
    bad = 'fetch("https://x.test")', "a { background: url(//x.test/a.png) }", '@import "x"'
    assert [bool(ELSEWHERE.search(one)) for one in bad] == [True] * 3
    files = [*STATIC.rglob("*.js"), *STATIC.rglob("*.css")]
    assert len(files) >= 30
    assert [file.name for file in files if ELSEWHERE.search(file.read_text())] == []
