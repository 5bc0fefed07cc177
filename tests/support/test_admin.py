"""The team's desk: queues, the page of a question, and who may open it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from support.enums import State
from support.models import CannedAnswer, Ticket
from support.services.attending import set_state
from tests.support.world import answered, asked, helper, picture, replied

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
LIST = reverse("admin:support_ticket_changelist")


def page(ticket):
    return reverse("admin:support_ticket_attend", args=[ticket.pk])


def file_page(pk, file):
    return f"{reverse('admin:support_ticket_file', args=[pk])}?id={file.public_id}"


@pytest.fixture
def canned(db):
    return CannedAnswer.objects.create(
        title="Correo", text_es="Hola, {nombre}. Mire en no deseado.", text_en="Look into spam."
    )


def test_who_may_open_it(rosas, as_, client, alice, erin, sofia, root):
    rosas_file = asked(files=[picture()], email="x@ejemplo.test").messages.get().files.get()
    file = file_page(rosas_file.message.ticket_id, rosas_file)
    for address in (page(rosas), file, LIST):
        assert client.get(address).status_code == 302
        assert as_(alice).get(address).status_code == 404
        assert as_(erin).get(address).status_code == 403
        assert as_(sofia).get(address).status_code == 200
        assert as_(root).get(address).status_code == 200
    erin.user_permissions.add(Permission.objects.get(codename="view_ticket"))
    seen = as_(type(erin).objects.get(pk=erin.pk))
    assert (seen.get(LIST).status_code, seen.get(page(rosas)).status_code) == (200, 403)
    assert "ASUNTO7Q" not in seen.get(LIST).content.decode()


def test_what_is_not_there(as_, sofia, rosas):
    assert as_(sofia).get(reverse("admin:support_ticket_attend", args=[0])).status_code == 404
    other = asked(files=[picture()], email="x@ejemplo.test").messages.get().files.get()
    wrong = file_page(rosas.pk, other)
    assert as_(sofia).get(wrong).status_code == 404
    change = reverse("admin:support_ticket_change", args=[rosas.pk])
    assert as_(sofia).get(change).url == page(rosas)


def test_queues(as_, sofia, frozen, db):
    rows = {
        "fresh": asked(email="a@ejemplo.test"),
        "late": asked(email="b@ejemplo.test", now=frozen - timedelta(hours=25)),
        "mine": asked(email="c@ejemplo.test"),
        "over": asked(email="d@ejemplo.test"),
    }
    answered(rows["mine"], sofia)
    answered(rows["over"], helper(), state=State.SOLVED)
    wanted = {
        "unassigned": {"fresh", "late"}, "mine": {"mine"}, "overdue": {"late"},
        "waiting": {"mine"}, "replied": set(), "": set(rows),
    }  # fmt: skip
    for queue, names in wanted.items():
        html = as_(sofia).get(LIST, {"cola": queue} if queue else {}).content.decode()
        assert {name for name, row in rows.items() if page(row) in html} == names, queue


def test_who_came_back_waits_in_a_queue(as_, sofia, frozen, db):
    """Until it is answered, and late after as long as a new question."""
    early, late, gone = frozen - timedelta(hours=30), frozen - timedelta(hours=25), helper()
    rows = {
        name: asked(email=f"{name}@ejemplo.test", now=early)
        for name in ("late", "soon", "solved", "kept", "again", "left")
    }
    for name in ("late", "soon", "again"):
        answered(rows[name], sofia, now=early)
    answered(rows["solved"], sofia, state=State.SOLVED, now=early)
    answered(rows["kept"], sofia, state=State.OPEN, now=early)
    answered(rows["left"], gone, now=early)
    for name, at in (("late", late), ("soon", frozen), ("solved", late), ("again", late),
                     ("left", frozen)):  # fmt: skip
        replied(rows[name], now=at)
    answered(rows["again"], sofia, state=State.OPEN)
    gone.user_permissions.clear()
    wanted = {
        "replied": {"late", "soon", "solved", "left"}, "overdue": {"late", "solved"},
        "unassigned": {"left"},
    }  # fmt: skip
    start = as_(sofia).get(reverse("admin:index")).content.decode()
    names = {"replied": "Consultas: respondieron y esperan", "unassigned": "Consultas sin nadie a",
             "overdue": "Consultas sin respuesta a tiempo"}  # fmt: skip
    for queue, found in wanted.items():
        html = as_(sofia).get(LIST, {"cola": queue}).content.decode()
        assert {name for name, row in rows.items() if page(row) in html} == found, queue
        assert f"<strong>{len(found)}</strong> {names[queue]}" in start
    html = as_(sofia).get(LIST, {"cola": "unassigned"}).content.decode()
    assert '<td class="field-in_charge">—</td>' in html


def test_found_by_code_and_address(as_, sofia, rosas, alices, alice):
    for words, ticket in ((rosas.code, rosas), ("rosa@", rosas), (alice.email, alices)):
        html = as_(sofia).get(LIST, {"q": words}).content.decode()
        assert (page(ticket) in html) and html.count("/atender/") == 1, words


def test_a_prepared_answer_is_put_under_what_was_typed(as_, sofia, rosas, canned):
    browser = as_(sofia)
    answer = browser.post(
        page(rosas), {"act": "insert", "canned": canned.pk, "text": "Buenos días:"}
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Buenos días:\n\nHola, Rosa Paz. Mire en no deseado." in html
    assert rosas.messages.count() == 1


def test_answered_noted_taken_and_sorted(as_, sofia, rosas, frozen):
    browser = as_(sofia)
    html = browser.get(page(rosas)).content.decode()
    assert "PREGUNTA7Q" in html and "ASUNTO7Q" in html and "rosa@ejemplo.test" in html
    key = re.search(r'name="key" value="([^"]+)"', html)[1]
    seen = re.search(r'name="seen" value="([^"]+)"', html)[1]
    assert browser.post(page(rosas), {"act": "take"}).url == page(rosas)
    note = {"act": "note", "note-text": "NOTA7Q"}
    assert browser.post(page(rosas), note).status_code == 302
    said = {"act": "answer", "text": "Listo.", "state": "solved", "key": key, "seen": seen}
    for _time in range(2):
        assert browser.post(page(rosas), said).status_code == 302
    html = browser.get(page(rosas)).content.decode()
    more = {name: re.findall(rf'name="{name}" value="([^"]+)"', html)[-1]
            for name in ("seen", "shown")}  # fmt: skip
    triage = {"act": "triage", "owner": "", "priority": "4", "state": "closed", **more}
    assert browser.post(page(rosas), triage).status_code == 302
    row = Ticket.objects.get()
    assert (row.owner, row.priority, row.state) == (None, 4, "closed")
    texts = [(m.text, m.is_internal) for m in rosas.messages.order_by("pk")]
    assert texts == [("PREGUNTA7Q", False), ("NOTA7Q", True), ("Listo.", False)]
    html = browser.get(page(rosas)).content.decode()
    assert "NOTA7Q" in html and 'value="answer"' not in html


def test_refusals_are_said_and_keep_what_was_typed(as_, sofia, rosas, erin, frozen):
    browser = as_(sofia)
    for data in (
        {"act": "answer"}, {"act": "answer", "text": "TECLEADO7Q", "state": "x"}, {"act": "note"},
        {"act": "triage"}, {"act": "triage", "owner": erin.pk, "priority": "2", "state": "open"},
        {"act": "answer", "text": "a\x00b", "state": "open"}, {"act": "z" * 200},
        {"act": "answer", "text": "x" * 4001, "state": "open"},
    ):  # fmt: skip
        answer = browser.post(page(rosas), data)
        assert answer.status_code == 422, data
    set_state(ticket=rosas, state=State.CLOSED, by=sofia, now=frozen)
    late = browser.post(page(rosas), {"act": "answer", "text": "TARDE7Q", "state": "waiting"})
    assert late.status_code == 409
    assert "Esta consulta está cerrada." in late.content.decode()
    assert rosas.messages.count() == 1


def test_prepared_answers_are_the_teams(as_, sofia, erin, canned):
    add = reverse("admin:support_cannedanswer_add")
    assert as_(erin).get(add).status_code == 403
    data = {"title": "Otro", "text_es": "Hola", "text_en": "Hello", "is_active": "on"}
    assert as_(sofia).post(add, data).status_code == 302
    assert CannedAnswer.objects.filter(title="Otro").exists()
    again = as_(sofia).post(add, data)
    assert "Ya hay una respuesta con ese título." in again.content.decode()


@pytest.mark.parametrize("where", ["list", "page"])
def test_pages_ask_a_fixed_number_of_questions(
    as_, sofia, rosas, frozen, where, django_assert_max_num_queries
):
    browser, address = as_(sofia), LIST if where == "list" else page(rosas)
    answered(rosas, sofia)
    browser.get(address)
    with django_assert_max_num_queries(16) as few:
        browser.get(address)
    for n in range(4):
        answered(rosas, sofia, f"{n}")
        asked(email=f"n{n}@ejemplo.test")
    with django_assert_max_num_queries(len(few.captured_queries)):
        browser.get(address)
