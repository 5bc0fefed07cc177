"""Every address of the portal x bad queries. Its forms: tests/test_hostile_forms_doctor*.py."""

import time

import pytest
from django.db import transaction

from tests.matrix import addresses, browsers, things  # noqa: F401 -- fixtures
from tests.portal.doors import PORTAL
from tests.test_hostile import SLOWEST, VALUES, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ASKED = (
    "consultorio", "inicio", "desde", "hasta", "fecha", "vista", "paciente", "paso", "q", "dia",
    "semana", "anio", "cursor", "since", "pagina", "ver", "abrir", "cerrar",
)  # fmt: skip


def wrongs(browser, path, data):
    """What is wrong with an answer. Whatever it did, the next knock begins where this one did."""
    browser.raise_request_exception = False
    with transaction.atomic():
        began = time.process_time()
        answer = browser.get(path, data)
        took = time.process_time() - began
        transaction.set_rollback(True)
    if answer.status_code not in (200, 302, 400, 404, 405, 422) or took > SLOWEST:
        yield f"{route_of(answer)}: {answer.status_code} {took:.0f} s {error_of(answer)}"
    elif not answer.streaming:
        show(answer)


def route_of(answer):
    return answer.resolver_match.view_name if answer.resolver_match else ""


def error_of(answer):
    error = getattr(answer, "exc_info", None)
    return repr(error[1])[:120] if error else ""


def doors(things):  # noqa: F811
    return [(name, path) for name, path in addresses(things) if name in PORTAL]


def test_addresses_of_the_portal_take_anything(frozen, things, browsers):  # noqa: F811
    wrong = set()
    for _name, path in doors(things):
        for value in VALUES.values():
            wrong.update(wrongs(browsers["dr_chen"], path, dict.fromkeys(ASKED, value)))
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
            wrong.update(wrongs(browser, path, {**query, "vista": view}))
    assert wrong == set()
