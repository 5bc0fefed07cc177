"""Nothing that takes a POST is left out of the hostile files: test_hostile_forms_*.py.

What they try is what this finds: the same crawl of the same pages, without the bad input.
"""

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse

from doctobooking.access import Who, rule_of
from tests.crawling.bad import fewer
from tests.crawling.fixtures import *  # noqa: F403 -- fixtures
from tests.crawling.parts import PARTS, tries_of
from tests.crawling.world import forms_of_person
from tests.matrix import TABLE, admin_paths, own_names

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# No page has a form for them: why, and where they are tried instead.
ELSEWHERE = {
    "healthz": "reads nothing of what is sent: tests/test_health.py",
    "readyz": "reads nothing of what is sent: tests/test_health.py",
    "csp_report": "JSON of browsers by themselves: tests/test_policy_reports.py",
    "appointments:payment_callback": "signed JSON: tests/appointments/views/patient/test_pay.py",
    "support:inbound": "mail that a provider signed: tests/support/test_inbound.py",
    "mfa_download_recovery_codes": "a file: 405 to who has codes, 404 to who has none",
}
# Pages of the admin that answer a POST as they answer a GET; a ticket's only leads to another.
DEAF = (
    "_history", "index", "jsi18n", "app_list", "password_change", "password_change_done",
    "ticket_change",
)  # fmt: skip


@pytest.fixture
def found(people, matrix, of_team, admin_matrix):
    """who -> every form on the pages of theirs."""
    own = {who: forms_of_person(who, person, matrix) for who, person in people.items()}
    return own | {
        who: forms_of_person(who, person, admin_matrix) for who, person in of_team.items()
    }


def is_tried(who, form):
    """In full by one of the parts; an empty frame is not worth it."""
    wanted = any(who in part.people and part.wants(form) for part in PARTS.values())
    return wanted and (form.is_inert or tries_of(who, form) is not fewer)


def tried(found):
    return {form.key for who, forms in found.items() for form in forms if is_tried(who, form)}


def takes_posts(name):
    return rule_of(name) is not Who.NOBODY and 405 not in TABLE.get(name, ((), (), ()))[2]


def untried(routes):
    """Routes of ours that take a POST and got none."""
    return {name for name in own_names() if takes_posts(name)} - routes - set(ELSEWHERE)


def answered(client, path):
    with transaction.atomic():
        status = client.post(path, {}).status_code
        transaction.set_rollback(True)
    return status not in (403, 404, 405)


def untried_in_admin(routes, team):
    return {
        rest
        for rest, path in admin_paths()
        if f"admin:{rest}" not in routes and not rest.endswith(DEAF)
        for client, _user in team.values()
        if answered(client, path) and not path.startswith(reverse("admin:login"))
    }


def acts_offered(team):
    """(list, act) for the acts on rows that each group has."""
    for _client, user in team.values():
        request = RequestFactory().get("/")
        request.user = user
        for model, page in admin.site._registry.items():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            yield from ((name, act) for act in page.get_actions(request))


def test_everything_that_takes_a_post_is_tried(found, team, settings):
    keys = tried(found)
    forms = {form.key for forms in found.values() for form in forms}
    assert forms - keys == set()
    routes = {route for method, route, _act, _fields in keys if method == "post"}
    assert untried(routes) == set()
    assert untried_in_admin(routes, team) == set()
    acts = set(acts_offered(team))
    assert len(acts) >= 4
    assert acts - {(route, act) for _method, route, act, _fields in keys} == set()
    # A page that somebody adds without a form that is found: it is missed.
    settings.ROOT_URLCONF = "tests.planted"
    assert untried(routes) == {"planted"}
    assert untried(routes - {"portal:block"}) == {"planted", "portal:block"}
