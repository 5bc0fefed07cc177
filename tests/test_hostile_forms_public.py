"""Every form of whoever has no account or is half-way to one, x bad input.

At least ninety of each form, ten of each field: tests/crawling/bad.py.
"""

import pytest

from doctobooking.access import RULES, Who
from tests.crawling.assault import assault
from tests.crawling.fixtures import *  # noqa: F403 -- fixtures
from tests.crawling.forms import Form
from tests.crawling.parts import PARTS, try_part

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def test_forms_take_anything(people, matrix):
    report = try_part(PARTS["public"], people, matrix)
    assert report.wrong == set()
    assert len(report.forms) >= 30
    assert len(report.accepted) >= 14


def test_a_view_that_hands_on_what_it_is_sent_is_found(people, settings, monkeypatch):
    settings.ROOT_URLCONF = "tests.planted"
    monkeypatch.setitem(RULES, "planted", Who.ANYONE)
    forms = [Form("post", "/plantada/", "planted", {name: ["x"]}) for name in ("shown", "onward")]
    report = assault(people["anonymous"].browser, forms)
    said = {(name, what.partition(":")[0]) for _method, _route, name, what in report.wrong}
    assert ("shown", "unescaped") in said
    assert ("onward", "leads to https") in said
    assert ("onward", "leads to //evil.test/x") in said
    assert list(report.forms.values()) == [90, 90]
