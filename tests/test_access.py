"""Every route x every kind of person: what the table says, and no leak of anybody's data.

The admin's part is in tests/test_admin_access.py.
"""
# ruff: noqa: F811 -- fixtures of another module are arguments here

import io
import re
import sys
import zipfile

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.urls.resolvers import RegexPattern

from appointments.models import BookingDraft
from doctobooking.access import NAMESPACES, RULES, Who, rule_of
from tests.appointments.walking import Walk
from tests.marks import MARKS, REASON, marks_in
from tests.matrix import (  # noqa: F401 -- fixtures
    PEOPLE,
    TABLE,
    addresses,
    admin_paths,
    browsers,
    knock,
    names,
    of_all,
    own_names,
    routes,
    short,
    things,
)
from tests.privacy.world import sure
from tests.sights import ADMIN, ALICES_OWN, BY_LINK, COPY, MORE, NOBODYS, SIGHTS, more_doors, sights
from tests.tables import WRITTEN_BY_LOOKS, changed, digests, tables

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# Where what there is and what there is not differ for strangers, and why.
NOT_ALIKE = {
    **dict.fromkeys(
        ("appointments:hold", "appointments:extend", "appointments:details", "appointments:review"),
        "consultorios that can be booked are public: everybody sees their free times",
    ),
    "reviews:report": "opinions are public: whoever has an account may report one",
    "support:link_file": "whoever has the link of a question may open its file",
}
# Addresses that say by themselves what they take. An account is called by its `public_id` in it:
# tests/accounts/test_password_reset.py.
REGEXES = {
    (
        "account_reset_password_from_key",
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    ),
}


def test_every_route_has_a_rule():
    assert [name for name in names() if rule_of(name) is None] == []


def test_every_rule_has_a_route():
    known = set(names())
    assert [name for name in RULES if name not in known] == []
    spaces = {name.partition(":")[0] for name in known if ":" in name}
    assert [space for space in NAMESPACES if space not in spaces] == []


def test_every_route_is_in_the_table():
    assert sorted(own_names()) == sorted(TABLE)


def test_route_without_a_rule_is_closed(client, monkeypatch):
    monkeypatch.delitem(RULES, "help")
    assert client.get(reverse("help")).status_code == 404


def test_a_planted_page_is_found_and_shut(settings, browsers):
    """Somebody adds a page and forgets who may open it: the walk finds it, nobody gets in."""
    settings.ROOT_URLCONF = "tests.planted"
    assert [name for name in names() if rule_of(name) is None] == ["planted"]
    assert set(own_names()) - set(TABLE) == {"planted"}
    for person, browser in browsers.items():
        assert browser.get("/plantada/").status_code == 404, person


def test_the_walk_is_as_large_as_the_site(capsys):
    own, of_admin = len(own_names()), len(list(admin_paths()))
    with capsys.disabled():
        sys.stdout.write(f"\nmatrix: {own} routes x {len(PEOPLE)} people; admin: {of_admin}\n")
    assert own >= 200


def wrong_sights(answers, *, whole=True, refused=False):
    """(route, person, marks too many, marks that are missing); parts of pages may lack some."""
    for name, people in answers:
        for person, answer in people.items():
            seen, may = marks_in(answer), sights(person, name, refused=refused)
            own = ALICES_OWN if person == "alice" else set()
            extra, missing = seen - may - own, may - seen if whole else set()
            if extra or missing:
                yield name, person, sorted(extra), sorted(missing)


@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_gets_what_the_table_says_and_nobody_elses_data(frozen, things, browsers, method):
    before = digests()
    answers = list(knock(things, browsers, method))
    got = {name: [short(people[p]) for p in PEOPLE] for name, people in answers}
    expected = {name: of_all(row[1 if method == "get" else 2]) for name, row in TABLE.items()}
    assert {n: (got[n], expected[n]) for n in got if got[n] != expected[n]} == {}
    is_get = method == "get"
    assert list(wrong_sights(answers, whole=is_get, refused=not is_get)) == []
    if is_get:  # no look changes anything
        assert changed(before, digests()) == []


def test_other_states_and_links_show_no_more(frozen, things, browsers):
    for name, path in more_doors(things, browsers):
        for person, browser in browsers.items():
            answer = browser.get(path)
            assert answer.status_code in (200, 302, 404, 409), (name, person)
            own = ALICES_OWN if person == "alice" else set()
            seen = set(MORE.get(name, {}).get(person, "").split())
            assert marks_in(answer) - own == seen - own, (name, person)


def test_copy_of_ones_data_has_nothing_of_others(frozen, things, browsers):
    path = reverse("privacy:download", args=[things["export"]])
    answer = sure(browsers["alice"]).get(path)
    assert answer["Content-Type"] == "application/zip"
    assert marks_in(answer) == set(COPY.split())
    for person in PEOPLE[2:]:
        assert sure(browsers[person]).get(path).status_code == 404, person


def test_each_mark_is_seen_somewhere():
    """What nobody could see anywhere would prove nothing."""
    rows = [
        *(row for one in (*SIGHTS.values(), *MORE.values()) for row in one.values()),
        *ADMIN.values(), *BY_LINK.values(), COPY, " ".join(ALICES_OWN),
    ]  # fmt: skip
    assert set(MARKS) - set(" ".join(rows).split()) == NOBODYS


@pytest.mark.parametrize("packed", [False, True])
def test_each_leak_would_be_found(packed):
    for name, mark in MARKS.items():
        word = "13 de\n agosto de 1979" if name == "born" else f"{mark[:4]}\r\n {mark[4:]}"
        answer = HttpResponse(zipped(word) if packed else word)
        assert list(wrong_sights([("home", {"bob": answer})])) == [("home", "bob", [name], [])]


def zipped(text):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("x.txt", text)
    return file.getvalue()


def test_where_looks_may_write_there_are_tables():
    assert set(WRITTEN_BY_LOOKS) - set(tables()) == set()


def test_fragments_show_nobody_elses_data(frozen, things, browsers):
    before = digests()
    answers = list(knock(things, browsers, "get", **{"HX-Request": "true"}))
    assert list(wrong_sights(answers, whole=False)) == []
    assert changed(before, digests()) == []


def without_chance(answer):
    text = answer.content.decode(errors="replace")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return answer.status_code, re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text)


@pytest.mark.parametrize("method", ["get", "post"])
def test_foreign_and_absent_answer_alike(frozen, things, browsers, method):
    absent, known, otherwise = dict(addresses(things, absent=True)), set(), set()
    for name, path in addresses(things):
        if path == absent[name]:
            continue
        known.add(name)
        for person in ("bob", "dr_diaz", "erin", "root", "sofia"):
            foreign, nothing = (
                without_chance(getattr(browsers[person], method)(p)) for p in (path, absent[name])
            )
            if name not in NOT_ALIKE:
                assert foreign == nothing, (name, person)
                assert foreign[0] in (404, 405), (name, person)
            elif foreign != nothing:
                otherwise.add(name)
    assert set(NOT_ALIKE) <= known
    if method == "get":  # none of the exceptions is needless; one of them only posts
        assert otherwise == set(NOT_ALIKE) - {"appointments:extend"}


def test_primary_keys_are_in_no_address():
    for name, pattern in routes():
        if name.partition(":")[0] not in NAMESPACES and rule_of(name) is not Who.NOBODY:
            converters = {type(c).__name__ for c in pattern.pattern.converters.values()}
            assert converters <= {"UUIDConverter", "SlugConverter", "InstantConverter",
                                  "StringConverter"}, name  # fmt: skip
            if isinstance(pattern.pattern, RegexPattern):  # it has no converters
                assert (name, pattern.pattern.regex.pattern) in REGEXES


def test_drafts_are_seen_by_their_browser_only(frozen, things, browsers, alice, bob, clinic, slot):
    walk = Walk(clinic, slot).to_review(alice, reason=REASON)
    assert BookingDraft.objects.get().reason == REASON
    assert REASON in walk.look("review").content.decode()
    for person in PEOPLE:
        if person == "alice":
            continue
        for page in ("hold", "details", "review"):
            assert "reason" not in marks_in(browsers[person].get(walk.address(page)))
    assert "reason" not in marks_in(Walk(clinic, slot).log_in(alice).look("details"))
