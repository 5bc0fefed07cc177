"""What another site can make a browser send: without our token, or from a page that is not ours.

Every route x POST, the admin's too, for somebody and for nobody.
"""

import pytest
from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from tests.matrix import (  # noqa: F401 -- fixtures
    TABLE,
    addresses,
    admin_paths,
    browsers,
    things,
)
from tests.tables import changed, digests

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# A provider's server has no form of ours: what it says is signed, or refused. Nor have browsers.
WITHOUT_A_TOKEN = {"appointments:payment_callback": 400, "support:inbound": 404, "csp_report": 415}
# Where it comes from: with TLS, which asks where also of who says nothing.
FOREIGN = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "https://testserver.evil.example"},
    {"origin": "http://testserver"},
    {"referer": "https://evil.example/testserver/"},
    {"referer": "x"},
    {},
)
OURS = {"origin": "https://testserver", "referer": "https://testserver/"}


@pytest.fixture
def strict(alice, dr_chen, root):
    """Browsers that are asked for a token."""
    found = {}
    for name, user in (("anonymous", None), ("alice", alice), ("dr_chen", dr_chen.user),
                       ("root", root)):  # fmt: skip
        found[name] = Client(enforce_csrf_checks=True)
        if user:
            found[name].force_login(user)
    return found


def admin_doors():
    return ((f"admin:{rest}", path) for rest, path in admin_paths())


def test_no_post_counts_without_a_token(frozen, things, strict):  # noqa: F811
    before, tried = digests(), set()
    for name, path in (*addresses(things), *admin_doors()):
        tried.add(name)
        for person, browser in strict.items():
            wanted = WITHOUT_A_TOKEN.get(name, 403)
            assert browser.post(path, {"x": "1"}).status_code == wanted, (name, person)
    assert len(tried) >= len(TABLE) + 150
    assert changed(before, digests()) == []


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_post_counts_from_another_site(frozen, things, strict, headers):  # noqa: F811
    """With a token that is right."""
    before, token = digests(), _get_new_csrf_string()
    for person, own in (("alice", addresses(things)), ("root", admin_doors())):
        browser = strict[person]
        browser.cookies[settings.CSRF_COOKIE_NAME] = token
        sent = {"headers": {"X-CSRFToken": token, **headers}, "secure": True}
        for name, path in own:
            if name not in WITHOUT_A_TOKEN:
                assert browser.post(path, {"x": "1"}, **sent).status_code == 403, (name, person)
    assert changed(before, digests()) == []


def test_a_post_of_ours_gets_through(frozen, things, strict):  # noqa: F811
    """So it is the site that is refused above, not the token."""
    token, let_in = _get_new_csrf_string(), 0
    browser = strict["alice"]
    browser.cookies[settings.CSRF_COOKIE_NAME] = token
    for _name, path in addresses(things):
        sent = {"headers": {"X-CSRFToken": token, **OURS}, "secure": True}
        let_in += browser.post(path, {"x": "1"}, **sent).status_code in (200, 302, 422)
    assert let_in >= 40
