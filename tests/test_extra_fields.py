"""Fields that a form does not ask for change nothing, whatever model they are of.

Each form is sent twice as it is accepted, which tells what is another each time, and once with
every column of every model beside it: the rows are the same.
"""

import pytest
from django.db import transaction

from doctobooking.access import RULES, Who
from tests.crawling.extras import TEXT, Rows, beside, columns_that_differ, extras, marks_in
from tests.crawling.fixtures import *  # noqa: F403 -- fixtures
from tests.crawling.forms import Form
from tests.crawling.good import good_of
from tests.crawling.others import make_others
from tests.crawling.rows import digests
from tests.crawling.world import forms_of_person

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# A calendar of one consultorio: a field of the same form, on the pages of whoever has one.
OF_OTHERS = {"appointments:calendar_feed": {"clinic"}, "portal:clinic_screen": {"clinic"}}
NOT_HERE = {"set_language", "account_logout", "admin:logout"}


@pytest.fixture
def others(things, dr_diaz, bob):
    return make_others(dr_diaz, bob)


def left_by(client, form, data, rows):
    """(status, what there is then); undone."""
    client.raise_request_exception = False
    cookies = client.cookies.copy()
    with transaction.atomic():
        status = client.post(form.path, data).status_code
        left = rows.left() if status < 500 else {}
        transaction.set_rollback(True)
    client.cookies = cookies
    return status, left


def asked_by(forms):
    """route -> the names of the fields of all of its forms: of further steps, too."""
    found = {route: set(names) for route, names in OF_OTHERS.items()}
    for form in forms:
        names = {name.rpartition("-")[2] for name in form.names} | set(form.names)
        found.setdefault(form.route, set()).update(names)
    return found


def try_form(browser, form, more, rows, asked=()):
    """What extra fields changed, and whether the form was accepted without them."""
    data, is_good = good_of(browser, form, rows.digests)
    first, again, extra = (
        left_by(browser.client, form, sent, rows)
        for sent in (data, data, beside(data, more, asked))
    )
    chance = set(columns_that_differ(first[1], again[1]))
    changed = set(columns_that_differ(first[1], extra[1])) - chance
    wrong = [(form.route, *column) for column in changed]
    wrong += [(form.route, "kept", mark) for mark in marks_in(extra[1])]
    wrong += [(form.route, "status", extra[0])] if extra[0] != first[0] else []
    return wrong, is_good


def try_all(people, whose, matrix, others, wanted=lambda form: True):
    rows, more = Rows(digests()), extras(others)
    wrong, good, done = set(), 0, set()
    assert len(more) >= 300
    for who in whose:
        forms = forms_of_person(who, people[who], matrix, wanted=wanted)
        asked = asked_by(forms)
        for form in forms:
            if form.method == "post" and form.route not in NOT_HERE and form.key not in done:
                done.add(form.key)
                names = asked[form.route]
                said, is_good = try_form(people[who].browser, form, more, rows, names)
                wrong.update(said)
                good += is_good
    return wrong, good


@pytest.mark.parametrize(
    ("names", "fewest"),
    [
        (("anonymous", "invited", "alice", "booking", "proven", "keyed", "leaving", "wordless",
          "twice in", "agreeing", "hidden"), 45),
        (("dr_chen", "carla"), 60),
    ],
)  # fmt: skip
def test_fields_of_models_change_nothing(people, matrix, others, names, fewest):
    wrong, good = try_all(people, names, matrix, others)
    assert wrong == set()
    assert good >= fewest


def test_fields_of_models_change_nothing_in_the_admin(of_team, admin_matrix, others):
    wrong, good = try_all(of_team, of_team, admin_matrix, others, lambda form: not form.is_inert)
    assert wrong == set()
    assert good >= 10


def test_a_view_that_keeps_what_it_is_sent_is_found(people, others, settings, monkeypatch):
    settings.ROOT_URLCONF = "tests.planted"
    monkeypatch.setitem(RULES, "planted", Who.ACCOUNT)
    form = Form("post", "/plantada/", "planted", {"first_names": ["Alicia"]})
    wrong, _good = try_form(people["alice"].browser, form, extras(others), Rows(digests()))
    assert ("planted", "accounts_user", "") in wrong
    assert ("planted", "kept", TEXT) in wrong
