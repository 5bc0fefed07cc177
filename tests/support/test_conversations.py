"""The page of a question: by an account, by the link of a mail, and in the portal."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from support.conversing import take_turn
from support.enums import State
from support.guarding import Stamp
from support.models import Ticket
from support.services.asking import Words
from support.services.attending import note_on_ticket, set_state
from support.services.forgetting import forget_tickets
from support.tokens import token_of
from tests.factories import AppointmentFactory
from tests.support.world import answered, asked, picture, replied

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def reply(frozen, text="Algo más"):
    stamp = str(Stamp(uuid.uuid4(), frozen - timedelta(minutes=1)))
    return {"act": "reply", "text": text, "stamp": stamp}


@pytest.fixture(params=["account", "link", "stopped", "portal"])
def door(request, frozen, alice, dr_chen, clinic, as_, client):
    """A browser, a question, and the page where its person reads it."""
    if request.param in ("link", "stopped"):
        ticket = asked(alice if request.param == "stopped" else None)
        # Who cannot log in talks with us about that.
        User.objects.filter(tickets=ticket).update(is_active=False)
        ticket.refresh_from_db()
        return client, ticket, reverse("support:link", args=[token_of(ticket)])
    owner = alice if request.param == "account" else dr_chen.user
    ticket = asked(owner)
    room = "support" if request.param == "account" else "portal"
    return as_(owner), ticket, reverse(f"{room}:ticket", args=[ticket.public_id])


def test_read_answered_settled_and_marked(door, sofia, frozen):
    browser, ticket, page = door
    answered(ticket, sofia)
    note_on_ticket(ticket=ticket, words=Words("NOTA7Q"), by=sofia, now=frozen)
    html = browser.get(page).content.decode()
    assert "PREGUNTA7Q" in html and "RESPUESTA7Q" in html and ticket.code in html
    assert "NOTA7Q" not in html and "Sofía" not in html
    answer = browser.post(page, reply(frozen))
    assert (answer.status_code, answer.url) == (302, page)
    assert "Recibimos su mensaje." in browser.get(page).content.decode()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.count()) == (State.OPEN, 4)
    assert browser.post(page, {"act": "settle"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == State.SOLVED
    assert browser.post(page, {"act": "rate", "mark": "5", "remark": "Bien"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.mark, ticket.remark) == (5, "Bien")
    assert 'value="5"' in browser.get(page).content.decode()


def test_refusals_are_said_and_keep_what_was_typed(door, sofia, frozen):
    browser, ticket, page = door
    empty = browser.post(page, {"act": "reply"})
    assert empty.status_code == 422
    unfit = browser.post(page, {"act": "rate", "mark": "9"})
    assert unfit.status_code == 422
    early = browser.post(page, {"act": "rate", "mark": "5"})
    assert early.status_code == 409
    assert "cuando la consulta esté resuelta" in early.content.decode()
    set_state(ticket=ticket, state=State.CLOSED, by=sofia, now=frozen)
    closed = browser.post(page, reply(frozen, "TECLEADO7Q"))
    assert closed.status_code == 409
    assert "está cerrada" in closed.content.decode()
    assert ticket.messages.count() == 1


def text_of(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("chosen", "at", "zone"),
    [
        ("UTC", "lunes 23 de noviembre, 9:00", "hora de Ecuador (GMT-5)"),
        ("Europe/Madrid", "lunes 23 de noviembre, 15:00", "hora de Madrid (GMT+1)"),
    ],
)
def test_times_are_of_the_clock_that_the_account_chose(frozen, alice, as_, chosen, at, zone):
    alice.time_zone = chosen
    alice.save(update_fields=["time_zone"])
    ticket = asked(alice)
    browser = as_(alice)
    for page in (reverse("support:ticket", args=[ticket.public_id]), reverse("support:tickets")):
        html = text_of(browser.get(page))
        assert at in html and zone.lower() in html.lower(), page


def test_where_none_was_chosen_they_are_of_the_visits_clock(frozen, alice, clinic, as_):
    clinic.zone = "Pacific/Galapagos"
    clinic.save(update_fields=["zone"])
    ticket = asked(alice, visit=AppointmentFactory(clinic=clinic, patient=alice.patients.get()))
    html = text_of(as_(alice).get(reverse("support:ticket", args=[ticket.public_id])))
    assert "lunes 23 de noviembre, 8:00" in html and "hora de Galápagos (GMT-6)" in html


def test_by_a_link_they_are_of_the_products_clock(client, rosas):
    html = text_of(client.get(reverse("support:link", args=[token_of(rosas)])))
    assert "lunes 23 de noviembre, 9:00" in html and "hora de Ecuador (GMT-5)" in html


def test_in_the_portal_they_are_of_the_consultorios_clock(frozen, dr_chen, clinic, as_):
    clinic.zone = "Pacific/Galapagos"
    clinic.save(update_fields=["zone"])
    ticket, browser = asked(dr_chen.user), as_(dr_chen.user)
    for page in (reverse("portal:ticket", args=[ticket.public_id]), reverse("portal:tickets")):
        html = text_of(browser.get(page))
        assert "lunes 23 de noviembre, 8:00" in html, page
        assert "hora de galápagos (gmt-6)" in html.lower(), page


def test_a_forgotten_question_is_not_there(door, sofia, frozen):
    browser, ticket, page = door
    set_state(ticket=ticket, state=State.CLOSED, by=sofia, now=frozen)
    forget_tickets(Ticket.objects.filter(pk=ticket.pk))
    assert browser.get(page).status_code == 404
    for act in ({"act": "rate", "mark": "5", "remark": "x"}, {"act": "settle"}, reply(frozen)):
        assert browser.post(page, act).status_code == 404
    ticket.refresh_from_db()
    assert (ticket.mark, ticket.remark, ticket.messages.count()) == (None, "", 0)


def test_one_that_is_forgotten_meanwhile_is_not_there(rf, rosas, frozen):
    forget_tickets(Ticket.objects.filter(pk=rosas.pk))
    for act in ({"act": "rate", "mark": "5"}, {"act": "settle"}, reply(frozen)):
        with pytest.raises(Http404):
            take_turn(rf.post("/", act), rosas, by=None, now=frozen)


def test_opening_a_link_changes_nothing(client, rosas, frozen):
    page = reverse("support:link", args=[token_of(rosas)])
    before = (rosas.state, rosas.messages.count())
    answer = client.get(page, {"act": "settle"})
    rosas.refresh_from_db()
    assert (rosas.state, rosas.messages.count()) == before
    assert answer["Cache-Control"].startswith("no-store") or "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert 'content="noindex, nofollow"' in answer.content.decode()


def test_an_old_link_says_so_and_a_wrong_one_nothing(client, rosas, frozen):
    page = reverse("support:link", args=[token_of(rosas)])
    assert client.get(page[:-3] + "/").status_code == 404
    with time_machine.travel(frozen + timedelta(days=61), tick=False):
        answer = client.get(page)
        assert answer.status_code == 410
        assert "Este enlace venció" in answer.content.decode()
        assert client.post(page, {"act": "settle"}).status_code == 410
    rosas.refresh_from_db()
    assert rosas.state == State.OPEN


def test_files_are_for_who_may_read_them(frozen, alice, bob, sofia, as_, client):
    ticket = asked(alice, files=[picture()])
    hidden = note_on_ticket(
        ticket=ticket, words=Words("nota", [picture()]), by=sofia, now=frozen
    ).files.get()
    file = ticket.messages.first().files.get()
    page = reverse("support:ticket_file", args=[ticket.public_id, file.public_id])
    answer = as_(alice).get(page)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Content-Disposition"] == 'attachment; filename="captura.png"'
    assert answer.content == file.content
    assert as_(bob).get(page).status_code == 404
    private = reverse("support:ticket_file", args=[ticket.public_id, hidden.public_id])
    assert as_(alice).get(private).status_code == 404
    rosas = asked(files=[picture()])
    foreign = reverse("support:link_file", args=[token_of(rosas), file.public_id])
    assert client.get(foreign).status_code == 404


def test_lists_show_ones_own(frozen, alice, dr_chen, clinic, as_):
    asked(alice, subject="ALICIA7Q")
    asked(dr_chen.user, subject="ANA7Q")
    for user, own, other in ((alice, "ALICIA7Q", "ANA7Q"), (dr_chen.user, "ANA7Q", "ALICIA7Q")):
        html = as_(user).get(reverse("support:tickets")).content.decode()
        assert own in html and other not in html
    html = as_(dr_chen.user).get(reverse("portal:tickets")).content.decode()
    assert "ANA7Q" in html and "ALICIA7Q" not in html


def test_reception_does_not_read_what_the_doctor_asked(frozen, dr_chen, carla, as_):
    ticket = asked(dr_chen.user)
    page = reverse("portal:ticket", args=[ticket.public_id])
    assert as_(carla).get(page).status_code == 404


@pytest.mark.parametrize("name", ["support:tickets", "support:ticket", "portal:ticket"])
def test_pages_ask_a_fixed_number_of_questions(
    frozen, dr_chen, clinic, sofia, as_, name, django_assert_max_num_queries
):
    ticket = asked(dr_chen.user, files=[picture()])
    page = reverse(name, args=[] if name.endswith("s") else [ticket.public_id])
    browser = as_(dr_chen.user)
    browser.get(page)
    with django_assert_max_num_queries(14) as few:
        browser.get(page)
    for n in range(4):
        replied(ticket, files=[picture()], by=dr_chen.user)
        asked(dr_chen.user, now=frozen - timedelta(days=2 + n))
    answered(ticket, sofia)
    with django_assert_max_num_queries(len(few.captured_queries)):
        browser.get(page)
