"""Two of the team at one question, and its person: nobody undoes or decides over what they did not
see.
"""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from support.enums import Priority, State
from support.models import Ticket
from support.services.asking import Words
from support.services.attending import assign_ticket, note_on_ticket, set_priority, set_state
from tests.support.test_admin import page
from tests.support.world import answered, helper, picture, replied

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
HIDDEN = re.compile(r'<input type="hidden" name="(key|seen|shown)" value="([^"]*)" id="(\w+)"')
CHOSEN = re.compile(r'<option value="(\w*)" selected>')


def hidden(html, form):
    """What the page sends along: of the answer's form, or of the one below."""
    found = [(name, value, i) for name, value, i in HIDDEN.findall(html)]
    return {n: value for n, value, i in found if i.startswith("triage_") == (form == "triage")}


def triage(html, **chosen):
    return {"act": "triage", "owner": "", "priority": "2", "state": "open", **chosen,
            **hidden(html, "triage")}  # fmt: skip


def answer(html, text="TECLEADO7Q", **more):
    return {"act": "answer", "text": text, "state": "solved", **hidden(html, "answer"), **more}


def opened(browser, ticket):
    return browser.get(page(ticket)).content.decode()


def upload():
    file = picture()
    return SimpleUploadedFile(file.name, file.content, file.content_type)


def standing(ticket):
    row = Ticket.objects.get(pk=ticket.pk)
    return row.owner, row.priority, row.state


def chosen(html):
    """Owner, priority and state of the page's last form."""
    return CHOSEN.findall(html.partition('name="shown"')[2])


def test_only_what_was_changed_is_written(as_, sofia, rosas):
    browser, other = as_(sofia), helper()
    html = opened(browser, rosas)
    answered(rosas, other)
    assert browser.post(page(rosas), triage(html, priority="4")).status_code == 302
    assert standing(rosas) == (other, Priority.URGENT, State.WAITING)


def test_what_moved_meanwhile_is_refused_and_what_was_chosen_stays(as_, sofia, rosas, frozen):
    browser, other = as_(sofia), helper()
    html = opened(browser, rosas)
    assign_ticket(ticket=rosas, owner=other, by=other, now=frozen)
    set_state(ticket=rosas, state=State.WAITING, by=other, now=frozen)
    late = browser.post(page(rosas), triage(html, owner=sofia.pk, priority="3"))
    html = late.content.decode()
    assert (late.status_code, standing(rosas)) == (409, (other, 2, "waiting"))
    assert "Alguien cambió esta consulta mientras usted la miraba." in html
    # Beside the field and in the summary.
    assert (html.count("Ahora es «"), html.count(f"Ahora es «{other}».")) == (2, 2)
    # The state was not touched: it is as it stands now.
    assert chosen(html) == [str(sofia.pk), "3", "waiting"]
    again = triage(html, owner=sofia.pk, priority="3", state="waiting")
    assert browser.post(page(rosas), again).status_code == 302
    assert standing(rosas) == (sofia, 3, "waiting")


def test_what_is_so_already_is_no_quarrel(as_, sofia, rosas, frozen):
    browser = as_(sofia)
    html = opened(browser, rosas)
    set_priority(ticket=rosas, priority=Priority.HIGH, by=helper(), now=frozen)
    for _time in range(2):
        assert browser.post(page(rosas), triage(html, priority="3")).status_code == 302
    assert standing(rosas) == (None, 3, "open")


@pytest.mark.parametrize("shown", ["", "x", "1:2", ":9:open", "x:2:open", ":2:z"])
def test_a_page_that_does_not_say_what_it_showed(as_, sofia, rosas, shown):
    browser, data = as_(sofia), {"act": "triage", "owner": "", "priority": "4", "state": "open"}
    late = browser.post(page(rosas), {**data, "shown": shown, "seen": "z"})
    assert (late.status_code, standing(rosas)) == (409, (None, 2, "open"))
    html = late.content.decode()
    assert chosen(html) == ["", "4", "open"]
    assert browser.post(page(rosas), triage(html, priority="4")).status_code == 302
    assert standing(rosas) == (None, 4, "open")


def test_a_question_that_somebody_took_is_not_taken_from_them(as_, sofia, rosas, frozen):
    browser, other = as_(sofia), helper()
    assign_ticket(ticket=rosas, owner=other, by=other, now=frozen)
    late = browser.post(page(rosas), {"act": "take"})
    html = late.content.decode()
    assert (late.status_code, standing(rosas)[0]) == (409, other)
    assert "Otra persona del equipo ya tomó esta consulta." in html
    assert 'value="take"' not in html and f"· {other.full_name}</dd>" in html


@pytest.mark.parametrize("who", ["person", "colleague"])
def test_an_answer_waits_for_a_message_that_was_not_seen(as_, sofia, rosas, frozen, who):
    browser = as_(sofia)
    html = opened(browser, rosas)
    assert "<strong>Nuevo</strong>" not in html
    replied(rosas, "LLEGA7Q") if who == "person" else answered(rosas, helper(), "LLEGA7Q")
    before = standing(rosas)
    late = browser.post(page(rosas), answer(html, attachments=[upload()]))
    assert (late.status_code, standing(rosas), rosas.messages.count()) == (409, before, 2)
    first = html
    html = late.content.decode()
    assert "Mientras usted escribía llegó otro mensaje: está marcado como nuevo." in html
    assert html.count("<strong>Nuevo</strong>") == 1
    assert html.index("<strong>Nuevo</strong>") < html.index("LLEGA7Q")
    assert ">\nTECLEADO7Q</textarea>" in html and '"solved" selected' in html
    assert "Elija otra vez los archivos: no se guardaron." in html
    assert hidden(html, "answer")["key"] == hidden(first, "answer")["key"]
    for _time in range(2):
        assert browser.post(page(rosas), answer(html)).status_code == 302
    assert (standing(rosas)[2], rosas.messages.count()) == ("solved", 3)
    # Sent twice it is the answer that there is, whatever has been said since.
    replied(rosas, "Todavía no")
    assert browser.post(page(rosas), answer(html)).status_code == 302
    assert (standing(rosas)[2], rosas.messages.count()) == ("open", 4)


@pytest.mark.parametrize("seen", ["", "z", "-1", "²", "0"])
def test_a_page_that_does_not_say_what_was_on_it(as_, sofia, rosas, seen):
    browser = as_(sofia)
    late = browser.post(page(rosas), {**answer(opened(browser, rosas)), "seen": seen})
    assert (late.status_code, rosas.messages.count()) == (409, 1)
    assert browser.post(page(rosas), answer(late.content.decode())).status_code == 302


def test_a_prepared_answer_does_not_hide_what_came_meanwhile(as_, sofia, rosas):
    browser = as_(sofia)
    html = opened(browser, rosas)
    replied(rosas)
    html = browser.post(page(rosas), {**answer(html), "act": "insert"}).content.decode()
    assert browser.post(page(rosas), answer(html)).status_code == 409


def test_a_state_is_not_chosen_over_a_message_that_was_not_seen(as_, sofia, rosas):
    browser = as_(sofia)
    html = opened(browser, rosas)
    replied(rosas, "LLEGA7Q")
    assert browser.post(page(rosas), triage(html, priority="3")).status_code == 302
    late = browser.post(page(rosas), triage(html, priority="3", state="closed"))
    assert (late.status_code, standing(rosas)) == (409, (None, 3, "open"))
    html = late.content.decode()
    assert html.count("<strong>Nuevo</strong>") == 1
    again = triage(html, priority="3", state="closed")
    assert browser.post(page(rosas), again).status_code == 302
    assert standing(rosas) == (None, 3, "closed")


def test_a_note_of_the_team_stops_no_answer(as_, sofia, rosas, frozen):
    browser = as_(sofia)
    html = opened(browser, rosas)
    note_on_ticket(ticket=rosas, words=Words("NOTA7Q"), by=helper(), now=frozen)
    assert browser.post(page(rosas), answer(html)).status_code == 302


def test_whoever_attends_no_more_is_nobody(as_, sofia, rosas, frozen):
    """Their question is of nobody on the page; whoever changes something else does not touch it."""
    browser, gone = as_(sofia), helper()
    assign_ticket(ticket=rosas, owner=gone, by=gone, now=frozen)
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    html = opened(browser, rosas)
    assert "nadie a cargo" in html and 'value="take"' in html
    assert browser.post(page(rosas), triage(html, priority="3")).status_code == 302
    assert standing(rosas) == (gone, 3, "open")
    assert browser.post(page(rosas), {"act": "take"}).status_code == 302
    assert standing(rosas) == (sofia, 3, "open")


def test_the_page_says_that_an_account_was_stopped(as_, sofia, alices, alice):
    browser, said = as_(sofia), "detenida: le llega un enlace por correo"
    assert said not in opened(browser, alices)
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    assert said in opened(browser, alices)
