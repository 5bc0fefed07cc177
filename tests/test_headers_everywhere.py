"""Every route, every kind of person, as on TLS: the headers, and no cache for what is private."""

import pytest
from django.db import OperationalError
from django.urls import reverse

from doctobooking.access import Who, rule_of
from doctors.services.profiles import set_photo
from support.views import public
from tests.client import StrictClient
from tests.doctors.test_photo import made, media  # noqa: F401 -- fixtures
from tests.headers import assert_headers
from tests.matrix import admin_paths, browsers, knock, things  # noqa: F401 -- fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
YEAR = 31_536_000
TLS = {"X-Forwarded-Proto": "https"}
# The one page that other sites may show (tests/test_headers.py).
FRAMED = "widget"
# What a link opens, without a session: the address is the key.
BY_LINK = ("support:link", "support:link_file", "prescriptions:verify", "appointments:feed")


@pytest.fixture(autouse=True)
def on_tls(settings):
    settings.SECURE_HSTS_SECONDS = YEAR
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def assert_all(answer, where):
    try:
        assert_headers(answer)
        assert answer["Strict-Transport-Security"] == f"max-age={YEAR}; includeSubDomains"
    except (AssertionError, KeyError) as lacks:
        raise AssertionError(where) from lacks


@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_every_route(frozen, things, browsers, method):  # noqa: F811
    kinds = set()
    for name, answers in knock(things, browsers, method, **TLS):
        for person, answer in answers.items():
            kinds.add((answer.status_code, answer.get("Content-Type", "").partition(";")[0]))
            if name != FRAMED:
                assert_all(answer, (name, person, answer.status_code))
            is_private = rule_of(name) is not Who.ANYONE and answer.status_code == 200
            if is_private or (name in BY_LINK and answer.status_code == 200):
                assert "no-store" in answer.get("Cache-Control", ""), (name, person)
    wanted = {
        "get": {(200, "text/html"), (200, "application/pdf"), (200, "text/calendar"),
                (200, "text/csv"), (200, "application/json"), (200, "text/plain"),
                (200, "text/event-stream"), (200, "application/xml"), (302, "text/html"),
                (404, "text/html")},
        "post": {(405, "text/html"), (422, "text/html"), (404, "text/html")},
        "put": {(405, "text/html")},
    }  # fmt: skip
    assert wanted[method] <= kinds


def test_every_page_of_the_admin(frozen, things, browsers):  # noqa: F811
    for rest, path in admin_paths():
        for person in ("anonymous", "alice", "root"):
            answer = browsers[person].get(path, secure=True)
            assert_all(answer, (rest, person))
            if person != "anonymous":
                assert "no-store" in answer["Cache-Control"], rest


def test_files_and_photos(frozen, dr_chen, made, as_):  # noqa: F811
    set_photo(doctor=dr_chen, pictures=made, actor=dr_chen.user, now=frozen)
    for path in ("/static/css/site.css", "/static/js/app.js", "/static/nothing.css",
                 reverse("photo", args=[dr_chen.photo, 96])):  # fmt: skip
        for browser in (StrictClient(), as_(dr_chen.user)):
            assert_all(browser.get(path, secure=True), path)


def test_refusals(frozen, monkeypatch, settings, clinic):
    settings.SECURE_SSL_REDIRECT, settings.CHECKS_PER_ADDRESS = True, 0
    browser = StrictClient(raise_request_exception=False)
    # Before any page: a host that is not ours, an address without TLS.
    stranger = browser.get("/", secure=True, headers={"host": "evil.example"})
    plain = browser.get("/ayuda/")
    assert (stranger.status_code, plain.status_code) == (400, 301)
    assert_all(stranger, "host")
    assert_headers(plain)
    shut = StrictClient(enforce_csrf_checks=True).post("/cuenta/login/", secure=True)
    often = browser.get(reverse("prescriptions:verify"), {"codigo": "ABCD"}, secure=True)
    assert (shut.status_code, often.status_code) == (403, 429)
    assert_all(shut, 403)
    assert_all(often, 429)


@pytest.mark.parametrize(("trouble", "status"), [("fault", 500), ("away", 503)])
def test_faults(frozen, monkeypatch, trouble, status):
    def broken(*_values, **_named):
        raise ZeroDivisionError if trouble == "fault" else OperationalError("away")

    monkeypatch.setattr(public, "render", broken)
    answer = StrictClient(raise_request_exception=False).get("/ayuda/", secure=True)
    assert answer.status_code == status
    assert_all(answer, trouble)
