"""Mails come in by the documented door: signed, once, and only what somebody wrote."""

import time
from io import BytesIO

import pytest
from django.core import mail as outbox
from django.urls import reverse
from PIL import Image

from privacy.erasing import erase
from support.enums import State
from support.models import Ticket, TicketMessage
from support.services.attending import set_state
from support.services.forgetting import finished_before, forget_tickets
from support.services.receiving import TEXT_CAP
from support.signing import signature
from support.tokens import reply_address
from tests.support.test_mailbox import mail
from tests.support.world import answered

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
INBOUND = reverse("support:inbound")


@pytest.fixture(autouse=True)
def secret(settings):
    settings.SUPPORT_INBOUND_SECRET = "s" * 32


@pytest.fixture
def hand_over(client, frozen):
    """As a provider does."""

    def post(raw, *, signed=None, kind="message/rfc822"):
        header = signature(raw, int(frozen.timestamp())) if signed is None else signed
        return client.post(
            INBOUND, raw, content_type=kind, headers={"Doctobooking-Signature": header}
        )

    return post


def said(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["result"]


def test_an_answer_reaches_its_question(hand_over, rosas, sofia):
    answered(rosas, sofia, state=State.SOLVED)
    quoted = "Gracias, ya llegó.\n\nEl lunes, Soporte <a@b.test> escribió:\n> RESPUESTA7Q"
    assert said(hand_over(mail(quoted, To=reply_address(rosas)))) == "added"
    rosas.refresh_from_db()
    message = rosas.messages.order_by("-pk").first()
    assert (rosas.state, rosas.solved_at) == (State.OPEN, None)
    assert (message.author, message.source, message.is_foreign) == ("person", "mail", False)
    assert message.text == "Gracias, ya llegó."


def test_it_is_taken_once(hand_over, rosas):
    raw = mail(To=reply_address(rosas))
    assert [said(hand_over(raw)) for _time in range(2)] == ["added", "repeated"]
    assert rosas.messages.count() == 2


def test_an_account_answers_as_itself(hand_over, alices, alice):
    said(hand_over(mail(To=reply_address(alices), From=alice.email)))
    assert alices.messages.order_by("-pk").first().by == alice


def test_answer_to_a_forgotten_question_is_another_one(hand_over, rosas, sofia, frozen):
    answered(rosas, sofia, state=State.SOLVED)
    assert forget_tickets(finished_before(frozen)) == 1
    assert said(hand_over(mail("Otra vez", To=reply_address(rosas)))) == "opened"
    latest = Ticket.objects.order_by("-pk").first()
    assert (latest.email, latest.messages.get().text) == ("rosa@ejemplo.test", "Otra vez")
    assert (Ticket.objects.count(), rosas.messages.count()) == (2, 0)


def test_another_address_is_for_the_team_only(hand_over, alices, alice, sofia, as_):
    raw = mail("AJENO7Q", To=reply_address(alices), From="otro@ejemplo.test")
    assert said(hand_over(raw)) == "added"
    message = alices.messages.order_by("-pk").first()
    assert (message.is_foreign, message.by) == (True, None)
    assert message.sender == "otro@ejemplo.test"
    assert b"otro" not in bytes(message.sender_sealed)
    page = reverse("support:ticket", args=[alices.public_id])
    html = as_(alice).get(page).content.decode()
    assert [word for word in ("AJENO7Q", "otro@ejemplo.test") if word in html] == []
    desk = reverse("admin:support_ticket_attend", args=[alices.pk])
    html = as_(sofia).get(desk).content.decode()
    assert [word for word in ("AJENO7Q", "otro@ejemplo.test") if word not in html] == []


def test_ones_own_address_is_not_kept_twice(hand_over, rosas):
    said(hand_over(mail(To=reply_address(rosas))))
    assert set(TicketMessage.objects.values_list("is_foreign", "sender_sealed")) == {(False, None)}


def test_a_mail_to_support_opens_a_question(hand_over, alice):
    assert said(hand_over(mail(From=f"Alicia <{alice.email}>"))) == "opened"
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.name, ticket.email) == (None, "Alicia", alice.email)
    assert (ticket.subject, ticket.messages.get().text) == ("Una pregunta", "Hola.")
    assert outbox.outbox[-1].to == [alice.email]


def test_mails_that_are_not_ours(hand_over, rosas):
    for headers in (
        {"To": "otro@ejemplo.test"}, {"From": "ayuda@doctobooking.test"}, {"From": "no es correo"},
        {"From": reply_address(rosas)}, {"Auto_Submitted": "auto-replied"}, {"Return_Path": "<>"},
        {"To": reply_address(rosas), "Precedence": "bulk"},
    ):  # fmt: skip
        assert said(hand_over(mail(**headers))) == "ignored", headers
    assert (Ticket.objects.count(), TicketMessage.objects.count()) == (1, 1)


def test_a_closed_question_becomes_another_one(hand_over, rosas, sofia, frozen):
    set_state(ticket=rosas, state=State.CLOSED, by=sofia, now=frozen)
    assert said(hand_over(mail(To=reply_address(rosas)))) == "opened"
    assert (rosas.messages.count(), Ticket.objects.count()) == (1, 2)


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_another_address_asks_anew_what_is_closed(
    hand_over, alices, alice, sofia, frozen, is_forgotten
):
    """Also of an account that is no more: its address is nobody's."""
    set_state(ticket=alices, state=State.CLOSED, by=sofia, now=frozen)
    if is_forgotten:
        erase(alice, frozen)
    to = reply_address(alices)
    assert said(hand_over(mail("Otra vez", To=to, From="Otro <otro@ejemplo.test>"))) == "opened"
    latest = Ticket.objects.order_by("-pk").first()
    message = latest.messages.get()
    assert (latest.requester, latest.email, latest.name) == (None, "otro@ejemplo.test", "Otro")
    assert (message.text, message.is_foreign, message.sender) == ("Otra vez", False, "")
    assert alices.messages.count() == (0 if is_forgotten else 1)


@pytest.mark.parametrize("language", ["es", "en"])
def test_what_is_too_long_says_so_in_its_persons_language(hand_over, alice, language):
    alice.language = language
    alice.save(update_fields=["language"])
    words = "palabra " * 2_500
    assert said(hand_over(mail(f"{words}FIN7Q", From=alice.email))) == "opened"
    text = TicketMessage.objects.get().text
    note = {"es": "[El mensaje era más largo", "en": "[The message was longer"}[language]
    assert (text[:TEXT_CAP], note in text) == (words, True)
    assert "FIN7Q" not in text
    exact = ("palabra " * 2_500).strip()
    assert said(hand_over(mail(exact, From=alice.email, Message_ID="<2@x.test>"))) == "opened"
    assert TicketMessage.objects.order_by("-pk").first().text == exact


def test_too_many_come_again(hand_over, settings):
    """The provider keeps them until there is room: nothing that somebody wrote is dropped."""
    settings.SUPPORT_PER_PERSON = 1
    answers = [hand_over(mail(Message_ID=f"<{n}@x.test>")) for n in (0, 1, 1)]
    assert [answer.status_code for answer in answers] == [200, 503, 503]
    assert answers[1]["Retry-After"] == "240"
    settings.SUPPORT_PER_PERSON = 2
    assert said(hand_over(mail(Message_ID="<1@x.test>"))) == "opened"
    assert Ticket.objects.count() == 2


def test_too_many_answers_come_again(hand_over, settings, rosas):
    settings.SUPPORT_REPLIES_PER_HOUR = 1  # her question is one
    to = reply_address(rosas)
    assert hand_over(mail(To=to)).status_code == 503
    settings.SUPPORT_REPLIES_PER_HOUR = 2
    assert said(hand_over(mail(To=to))) == "added"


def test_of_a_mail_with_files_too_many_the_words_are_taken(hand_over, settings, rosas):
    settings.FILES_PER_DAY = 0
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    files = [("foto.png", picture.getvalue(), "image/png")]
    assert said(hand_over(mail("Les mando la foto.", files=files))) == "opened"
    assert said(hand_over(mail(files=files, To=reply_address(rosas), Message_ID="<2@x.test>"))) == (
        "added"
    )
    for message in TicketMessage.objects.order_by("-pk")[:2]:
        assert message.files.count() == 0
        assert message.text.endswith("[Había archivos que no pudimos recibir.]")


def test_files_pass_the_limits_of_forms(hand_over):
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    files = [
        ("../../foto.png", picture.getvalue(), "image/png"),
        ("x.svg", b"<svg onload='alert(1)'>", "image/svg+xml"),
        ("x.exe", b"MZ", "application/octet-stream"),
    ]
    assert said(hand_over(mail(files=files))) == "opened"
    message = TicketMessage.objects.get()
    assert [file.name for file in message.files.all()] == ["foto.png"]
    assert message.text.endswith("[Había archivos que no pudimos recibir.]")


def test_who_does_not_sign_is_refused(hand_over, frozen, settings):
    raw, at = mail(), int(frozen.timestamp())
    late, early = signature(raw, at - 301), signature(raw, at + 301)
    forged = signature(raw + b"x", at)
    for header in ("", "x", late, early, forged, f"t={at},v1={'0' * 64}", f"t={'9' * 13},v1=x"):
        assert hand_over(raw, signed=header).status_code == 403
    assert hand_over(raw, kind="application/json").status_code == 415
    assert not Ticket.objects.exists()
    settings.SUPPORT_INBOUND_SECRET = ""
    assert hand_over(raw).status_code == 404


def test_what_is_too_large_or_no_mail(hand_over, client):
    assert hand_over(b"x" * 15_000_001).status_code == 413
    assert hand_over(b"no es un correo").status_code == 422
    assert client.get(INBOUND).status_code == 405
    began = time.process_time()
    assert said(hand_over(mail("x" * 1_000_000))) == "opened"
    assert time.process_time() - began < 5
    text = TicketMessage.objects.get().text
    assert text[:TEXT_CAP] == "x" * TEXT_CAP
    assert text[TEXT_CAP:].startswith("\n\n[El mensaje era más largo")
