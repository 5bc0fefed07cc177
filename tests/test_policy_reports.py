"""What browsers tell of broken policies: one line of what says nothing about anybody."""

import json
import logging

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from tests.test_hostile import VALUES

pytestmark = pytest.mark.django_db
OLD, NEW = "application/csp-report", "application/reports+json"
SECRET = "SECRETO7Q"
PAGE = f"http://testserver/ayuda/c/{SECRET}/?q={SECRET}#{SECRET}"


def old(**changed):
    body = {
        "document-uri": PAGE, "referrer": PAGE, "violated-directive": "img-src",
        "effective-directive": "img-src", "original-policy": "default-src 'none'",
        "blocked-uri": f"https://user:{SECRET}@Tracker.example:8443/{SECRET}?{SECRET}",
        "script-sample": SECRET, "source-file": PAGE,
    }  # fmt: skip
    return {"csp-report": {**body, **changed}}


def new(**changed):
    body = {
        "documentURL": PAGE, "referrer": PAGE, "effectiveDirective": "script-src-elem",
        "blockedURL": "inline", "sample": SECRET, "sourceFile": PAGE, "disposition": "enforce",
    }  # fmt: skip
    return {"type": "csp-violation", "age": 1, "url": PAGE, "user_agent": SECRET,
            "body": {**body, **changed}}  # fmt: skip


@pytest.fixture
def told(frozen, caplog):
    """`told(what, kind)`: the status, and the lines that were written of it."""

    def tell(what, kind=OLD, **more):
        caplog.clear()
        body = what if isinstance(what, (str, bytes)) else json.dumps(what)
        with caplog.at_level(logging.WARNING, "doctobooking.policy_reports"):
            answer = Client().post(reverse("csp_report"), body, content_type=kind, **more)
        assert answer.content == b""
        records = [r for r in caplog.records if r.name == "doctobooking.policy_reports"]
        assert SECRET not in str([vars(record) for record in records])
        return answer.status_code, [(r.directive, r.blocked, r.page) for r in records]

    return tell


def test_the_policy_names_our_address():
    assert reverse("csp_report") == configured.CSP_REPORTS_AT


def test_both_ways_to_tell(told):
    assert told(old()) == (204, [("img-src", "tracker.example", "support:link")])
    inline = ("inline", "support:link")
    assert told([new(), new(effectiveDirective="style-src-attr")], NEW) == (
        204,
        [("script-src-elem", *inline), ("style-src-attr", *inline)],
    )


def test_browsers_that_name_the_directive_with_its_values(told):
    body = old(**{"effective-directive": "", "violated-directive": "script-src 'self' https://x"})
    assert told(body) == (204, [("script-src", "tracker.example", "support:link")])


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("data", "data"),
        ("data:text/html,SECRETO7Q", "data:"),
        ("eval", "eval"),
        ("https://[2001:db8::1]/SECRETO7Q", "2001:db8::1"),
        ("wss://example.test/SECRETO7Q", "example.test"),
        ("https://[SECRETO7Q", ""),
        ("https://SECRETO7Q\\@ñ/", ""),
        ("SECRETO7Q", ""),
        ("/SECRETO7Q", ""),
        ("", ""),
        (None, ""),
        ({"SECRETO7Q": 1}, ""),
    ],
)
def test_of_what_was_blocked_the_host_alone_is_kept(told, address, shown):
    assert told(old(**{"blocked-uri": address})) == (204, [("img-src", shown, "support:link")])


@pytest.mark.parametrize("page", ["http://testserver/no-hay/", "about", "https://[", "", None, 7])
def test_a_page_that_we_do_not_have_has_no_name(told, page):
    assert told(old(**{"document-uri": page})) == (204, [("img-src", "tracker.example", "")])


@pytest.mark.parametrize("scheme", ["chrome-extension", "moz-extension", "safari-web-extension"])
def test_what_extensions_do_is_not_ours(told, scheme):
    assert told(old(**{"blocked-uri": f"{scheme}://abcdef/inject.js"})) == (204, [])


def test_one_request_fills_few_lines(told):
    status, lines = told([new()] * 40, NEW)
    assert (status, len(lines)) == (204, 5)


def test_other_reports_and_shapes_say_nothing(told):
    for what in ([], {}, [1, None, "x", [new()]], 1, None, "null", {"csp-report": [1]},
                 {"csp-report": {}}, [{"type": "deprecation", "body": {"id": SECRET}}],
                 [{"type": "csp-violation", "body": "x"}],
                 old(**{"effective-directive": [SECRET], "violated-directive": ""})):  # fmt: skip
        assert told(what, NEW) == (204, []), what


@pytest.mark.parametrize(
    "garbage",
    [b" ", b"{", b"\xff\xfe\x00", "[" * 15_000, '{"csp-report":' * 1_000, "9" * 5_000, b"\x00"],
    ids=["empty", "cut", "bytes", "deep", "nested", "number", "NUL"],
)
def test_garbage_is_refused(told, garbage):
    assert told(garbage) == (400, [])


def test_size_kind_and_method_are_limited(told):
    assert told(b" " * 64_001) == (413, [])
    assert told(b" " * 900_000) == (413, [])
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x", ""):
        assert told(old(), kind) == (415, [])
    for method in ("get", "put", "patch", "delete", "options"):
        assert getattr(Client(), method)("/csp/").status_code == 405


def test_hostile_values_are_not_written(told, settings):
    settings.CSP_REPORTS_PER_ADDRESS = 1_000
    for value in VALUES.values():
        for name in ("effective-directive", "blocked-uri", "document-uri"):
            status, lines = told(old(**{name: value}))
            assert status == 204
            for directive, blocked, page in lines:
                assert (directive, page) in {("img-src", "support:link"), ("img-src", "")}
                assert blocked in {"", "tracker.example"}


def test_one_address_is_read_so_often_a_minute(told, settings):
    settings.CSP_REPORTS_PER_ADDRESS = 2
    assert [told(old())[0] for _time in range(3)] == [204, 204, 429]
    assert told(old(), REMOTE_ADDR="198.51.100.7")[0] == 204
