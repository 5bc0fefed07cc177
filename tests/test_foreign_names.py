"""Each form as Ana, Carla and Alicia are shown it, with a name of José's or Bruno's rows in it.

Everything else stays as it would be accepted: a row that names itself in a form is looked for
among those of who asks, or not found.
"""

import pytest
from django.db import transaction

from doctobooking.access import RULES, Who
from tests.crawling.fixtures import *  # noqa: F403 -- fixtures
from tests.crawling.forms import NUMBER, Form
from tests.crawling.good import good_of
from tests.crawling.others import ELSEWHERE, STRANGER, foreign, make_others, owners
from tests.crawling.rows import changed, digests, new_rows, rows_of, watched
from tests.crawling.world import forms_of_person

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# Open to everybody with an account: a free time of any doctor's, an opinion that all can read.
PUBLIC = {("appointments:hold", "address"), ("reviews:report", "address")}
# Not read, or only where to go on to: done with the rest of the form.
HARMLESS = {
    ("portal:series_move", "fecha_#"), ("portal:travel", "#_#"),
    ("portal:visit_attendance", "volver"),
}  # fmt: skip
# On each page.
NOT_HERE = {"set_language", "account_logout"}


@pytest.fixture
def others(people, dr_diaz, bob):
    return make_others(dr_diaz, bob)


class Swaps:
    """What came of them."""

    def __init__(self, browser, others, marks):
        self.client, self.others, self.marks = browser.client, others, marks
        self.own = {n: m for n, m in owners(others.keys).items()
                    if n not in others.names.get(m, ())}  # fmt: skip
        self.before, self.theirs = digests(), others.rows()
        self.rows = rows_of(self.before)
        self.wrong, self.accepted, self.count, self.routes = set(), set(), 0, set()
        self.client.raise_request_exception = False

    def try_form(self, form, data):
        for name, path, sent in foreign(form, data, self.own, self.others):
            self.count += 1
            self.routes.add(form.route)
            cookies = self.client.cookies.copy()
            with transaction.atomic(), watched() as watch:
                answer = getattr(self.client, form.method)(path, sent)
                said = list(self.said(answer, watch))
                transaction.set_rollback(True)
            self.client.cookies = cookies
            if (form.route, name) not in PUBLIC:
                self.wrong.update((form.route, name, what) for what in said)
                if answer.status_code < 400 and self.touched:
                    self.accepted.add((form.route, NUMBER.sub("#", name)))

    def said(self, answer, watch):
        self.touched = []
        if answer.status_code >= 500:
            yield f"{answer.status_code}"
            return
        self.touched = changed(self.before, watch)
        if self.touched and self.others.rows() != self.theirs:
            yield "changed another's rows"
        new = new_rows(self.rows, self.touched)
        yield from (f"leads to another's: {what}" for what in self.others.pointed_at(new))
        html = "" if answer.streaming else answer.content.decode(errors="replace")
        yield from (f"shows {mark}" for mark in self.marks if mark in html)


def swap(who, people, matrix, others, marks):
    person = people[who]
    forms = [form for form in forms_of_person(who, person, matrix) if form.route not in NOT_HERE]
    swaps, valid = Swaps(person.browser, others, marks), 0
    for form in forms:
        data, is_good = form.shown(), True
        if form.method == "post":
            data, is_good = good_of(person.browser, form, swaps.before)
        before = swaps.count
        swaps.try_form(form, data)
        valid += is_good and swaps.count > before
    return swaps, valid


@pytest.mark.parametrize(
    ("who", "marks", "fewest"),
    [
        ("dr_chen", (STRANGER, ELSEWHERE), 50),
        ("carla", (STRANGER, ELSEWHERE), 20),
        ("alice", (STRANGER,), 15),
    ],
)
def test_no_form_takes_a_name_of_anothers(people, matrix, others, who, marks, fewest):
    swaps, valid = swap(who, people, matrix, others, marks)
    assert swaps.wrong == set()
    assert swaps.accepted - HARMLESS == set()
    # Forms that are accepted without the other's name.
    assert valid >= fewest


def test_a_view_that_trusts_what_it_is_sent_is_found(people, others, clinic, settings, monkeypatch):
    settings.ROOT_URLCONF = "tests.planted"
    monkeypatch.setitem(RULES, "planted", Who.ACCOUNT)
    form = Form("post", "/plantada/", "planted", {"clinic": [str(clinic.public_id)]})
    swaps = Swaps(people["dr_chen"].browser, others, (ELSEWHERE,))
    swaps.try_form(form, form.shown())
    said = {what for _route, _name, what in swaps.wrong}
    assert said >= {"changed another's rows", f"shows {ELSEWHERE}"}
