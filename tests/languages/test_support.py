"""Pages and mails of the help desk speak one language."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from support.articles import articles
from support.enums import State
from support.guarding import Stamp
from support.models import Ticket
from support.services.attending import set_state
from support.tokens import token_of
from tests.languages.reading import foreign_texts, texts_of
from tests.support.world import answered, asked, helper, picture

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SAID = {"text": "OK", "subject": "OK"}
BAD = ({}, {"text": "www.x.test " * 4, "email": "x", "about": "z", "subject": "x" * 121},
       {"text": "x" * 4001, "website": "x", "name": "a\x07"})  # fmt: skip


def test_the_help_centre_speaks_one_language(reader):
    help_page = reverse("help")
    for question in ({}, {"q": "zzz"}, {"q": "pdf"}, {"q": "x" * 101}):
        reader.get(help_page, question)
    for article in articles():
        reader.get(reverse("support:article", args=[article.slug]))


def test_asking_speaks_one_language(reader, frozen, settings):
    contact = reverse("support:contact")
    reader.get(contact)
    for data in BAD:
        reader.post(contact, data)
    stamp = str(Stamp(uuid.uuid4(), frozen - timedelta(seconds=1)))
    reader.post(contact, {"stamp": stamp})
    good = {"name": "Rosa Vera", "email": "nadie@ejemplo.test", "about": "other", **SAID}
    stamp = str(Stamp(uuid.uuid4(), frozen - timedelta(minutes=1)))
    settings.SUPPORT_PER_PERSON = 0
    reader.post(contact, {**good, "stamp": stamp})
    settings.SUPPORT_PER_PERSON = 9
    reader.post(contact, {**good, "stamp": stamp})
    assert Ticket.objects.get().language == reader.language


def test_conversations_speak_one_language(her_reader, frozen):
    alice, sofia = User.objects.get(email="alice@ejemplo.test"), helper()
    her_reader.get(reverse("support:tickets"))
    ticket = asked(alice, files=[picture("a.png")], language=her_reader.language, **SAID)
    page = reverse("support:ticket", args=[ticket.public_id])
    her_reader.get(reverse("support:tickets"))
    her_reader.get(page)
    her_reader.post(page, {"act": "reply"})
    her_reader.post(page, {"act": "rate"})
    her_reader.post(page, {"act": "rate", "mark": "4"})
    answered(ticket, sofia, "OK")
    her_reader.get(page)
    her_reader.post(page, {"act": "settle"})
    her_reader.post(page, {"act": "rate", "mark": "4"})
    set_state(ticket=ticket, state=State.CLOSED, by=sofia, now=frozen)
    her_reader.get(page)
    stamp = str(Stamp(uuid.uuid4(), frozen - timedelta(minutes=1)))
    her_reader.post(page, {"act": "reply", "text": "OK", "stamp": stamp})


def test_the_portal_speaks_one_language(ana, dr_chen, frozen):
    ana.get(reverse("portal:tickets"))
    ticket = asked(dr_chen.user, **SAID)
    ana.get(reverse("portal:tickets"))
    ana.get(reverse("portal:ticket", args=[ticket.public_id]))


def test_letters_speak_one_language(language, frozen, settings):
    sofia = helper()
    for secret in ("", "x" * 32):
        settings.SUPPORT_INBOUND_SECRET = secret
        ticket = asked(language=language, **SAID)
        answered(ticket, sofia, "OK")
        answered(ticket, sofia, "OK", state=State.SOLVED)
    assert len(mail.outbox) == 6
    for letter in mail.outbox:
        texts = texts_of(f"{letter.subject}<p>{letter.body}</p>{letter.alternatives[0].content}",
                         names=("Doctobooking", "Rosa Paz"))  # fmt: skip
        assert foreign_texts(texts, language) == []


def test_links_speak_one_language(reader, frozen, settings):
    ticket = asked(language=reader.language, **SAID)
    page = reverse("support:link", args=[token_of(ticket)])
    reader.get(page)
    settings.SUPPORT_LINK_DAYS = -1
    reader.get(page)
