"""Every form and address of the portal x bad input, as the pages themselves show them.

The fields are read from the page, so that a form that comes tomorrow is tried, too.
"""

import re
import time

import html5lib
import pytest
from django.db import transaction

from tests.matrix import addresses, browsers, things  # noqa: F401 -- fixtures
from tests.portal.doors import PORTAL
from tests.test_hostile import SLOWEST, VALUES, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# Where numbers, dates and texts overflow: one field at a time.
IN_EACH_FIELD = ("NUL", "huge", "infinite")
ASKED = (
    "consultorio", "inicio", "desde", "hasta", "fecha", "vista", "paciente", "paso", "q", "dia",
    "semana", "anio", "cursor", "since", "pagina", "ver", "abrir", "cerrar",
)  # fmt: skip
# Fields that may hold a time, singly.
TIMELY = re.compile(r"da[yt]e?|clock|time|from|until|since|start|end|year|month|valid|pick")
NS = "{http://www.w3.org/1999/xhtml}"


def fields_of(form):
    """What a browser would send: name -> value (a list where a name comes twice)."""
    data = {}
    for node in form.iter():
        tag, name = str(node.tag).removeprefix(NS), node.get("name")
        if not name or tag not in ("input", "select", "textarea", "button"):
            continue
        if tag == "select":
            options = list(node.iter(f"{NS}option"))
            chosen = [o for o in options if o.get("selected") is not None] or options[:1]
            value = chosen[0].get("value", "") if chosen else ""
        elif tag == "textarea":
            value = node.text or ""
        else:
            value = node.get("value", "")
        if node.get("type") in ("checkbox", "radio") and node.get("checked") is None:
            data.setdefault(name, [])
        else:
            data.setdefault(name, []).append(value)
    data.pop("csrfmiddlewaretoken", None)
    return data


def forms_of(html):
    page = html5lib.parse(html, treebuilder="etree")
    return [
        form
        for form in page.iter(f"{NS}form")
        if form.get("method", "").lower() == "post" and form.get("action", "") in ("", ".")
    ]


def wrongs(browser, method, path, data):
    """What is wrong with an answer. Whatever it did, the next knock begins where this one did."""
    fine = (200, 302, 400, 404, 405, 422) if method == "get" else (200, 302, 400, 404, 409, 422)
    browser.raise_request_exception = False
    with transaction.atomic():
        began = time.monotonic()
        answer = getattr(browser, method)(path, data)
        took = time.monotonic() - began
        transaction.set_rollback(True)
    if answer.status_code not in fine or took > SLOWEST:
        yield f"{method} {route_of(answer)}: {answer.status_code} {took:.0f} s {error_of(answer)}"
    elif not answer.streaming:
        show(answer)


def route_of(answer):
    return answer.resolver_match.view_name if answer.resolver_match else ""


def error_of(answer):
    error = getattr(answer, "exc_info", None)
    return repr(error[1])[:120] if error else ""


def doors(things):  # noqa: F811
    return [(name, path) for name, path in addresses(things) if name in PORTAL]


def forms_at(browser, path):
    answer = browser.get(path)
    is_page = answer.get("Content-Type", "").startswith("text/html")
    if answer.status_code != 200 or answer.streaming or not is_page:
        return []
    return [fields_of(form) for form in forms_of(answer.content.decode())]


@pytest.mark.parametrize(("person", "fewest"), [("dr_chen", 15), ("carla", 4)])
def test_forms_of_the_portal_take_anything(frozen, things, browsers, person, fewest):  # noqa: F811
    browser, seen, wrong = browsers[person], set(), set()
    for name, path in doors(things):
        for good in forms_at(browser, path):
            tried = [good, *(dict.fromkeys(good, value) for value in VALUES.values())]
            if person == "dr_chen":
                words = [(field, VALUES[word]) for field in good for word in IN_EACH_FIELD]
                tried += [{**good, field: value} for field, value in words]
            for data in tried:
                wrong.update(wrongs(browser, "post", path, data))
            seen.add(name)
    assert wrong == set()
    assert len(seen) >= fewest, seen


def test_addresses_of_the_portal_take_anything(frozen, things, browsers):  # noqa: F811
    wrong = set()
    for _name, path in doors(things):
        for value in VALUES.values():
            wrong.update(wrongs(browsers["dr_chen"], "get", path, dict.fromkeys(ASKED, value)))
    assert wrong == set()


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("00010101T000000Z", "0001-01-01"),
        ("99991231T235959Z", "9999-12-31"),
        ("20261345T990000Z", "2026-13-45"),
    ],
)
def test_times_at_the_end_of_the_calendar(frozen, things, browsers, instant, day):  # noqa: F811
    browser, wrong = browsers["dr_chen"], set()
    instants = dict.fromkeys(("inicio", "desde", "hasta"), instant)
    query = {**instants, **dict.fromkeys(("fecha", "dia", "semana"), day)}
    for name, path in doors(things):
        for view in ("semana", "dia", "lista") if name == "portal:agenda" else ("",):
            wrong.update(wrongs(browser, "get", path, {**query, "vista": view}))
        for good in forms_at(browser, path):
            wrong.update(wrongs(browser, "post", path, dict.fromkeys(good, day)))
            for field in filter(TIMELY.search, good):
                wrong.update(wrongs(browser, "post", path, {**good, field: day}))
    assert wrong == set()
