"""Pages and mails of the help desk speak one language."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from accounts.roles import SUPPORT, group_of
from accounts.services import set_active
from support.articles import articles
from support.enums import Mark, State
from support.guarding import Stamp
from support.models import ArticleMark, CannedAnswer, Ticket
from support.services.asking import Words, rate_ticket
from support.services.attending import assign_ticket, note_on_ticket, set_state
from support.tokens import token_of
from tests.factories import AppointmentFactory
from tests.languages.browser import Reader
from tests.languages.reading import foreign_texts, texts_of
from tests.support.world import answered, asked, helper, picture, replied

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SAID = {"text": "OK", "subject": "OK"}
BAD = ({}, {"text": "www.x.test " * 4, "email": "x", "about": "z", "subject": "x" * 121},
       {"text": "x" * 4001, "website": "x", "name": "a\x07"})  # fmt: skip


class AdminReader(Reader):
    """Django's pages say the direction of their language, too."""

    def read(self, answer):
        assert f'<html lang="{self.language}" dir="ltr">' in answer.content.decode()
        return self.note(answer)


def test_the_help_centre_speaks_one_language(reader):
    help_page = reverse("help")
    for question in ({}, {"q": "zzz"}, {"q": "pdf"}, {"q": "x" * 101}):
        reader.get(help_page, question)
    for article in articles():
        reader.get(reverse("support:article", args=[article.slug]))


def test_marks_of_articles_speak_one_language(reader, settings):
    for useful in ("yes", "no"):
        reader.get(reverse("support:article", args=["recetas"]), {"sirvio": useful})
    mark = reverse("support:article_mark", args=["recetas"])
    settings.SUPPORT_MARKS_PER_ADDRESS = 0
    reader.post(mark, {"useful": "no", "language": reader.language})
    reader.post(mark, {})


def test_the_desk_speaks_one_language(reader, language, frozen, alice):
    """The list of questions and the page of one, as the team sees them in each state."""
    sofia, boss = helper(), helper()
    for user in (sofia, boss):
        user.groups.add(group_of(SUPPORT))
    User.objects.filter(pk__in=(sofia.pk, boss.pk)).update(language=language)
    CannedAnswer.objects.create(title="OK", text_es="OK", text_en="OK")
    team = AdminReader(language, User.objects.get(pk=sofia.pk))
    visit = AppointmentFactory(patient=alice.patients.get())
    file = picture("a.png")
    ticket = asked(alice, files=[file], visit=visit, **SAID)
    questions = reverse("admin:support_ticket_changelist")
    page = reverse("admin:support_ticket_attend", args=[ticket.pk])
    for query in ({}, {"cola": "mine"}, {"cola": "overdue"}, {"q": "zzz"}, {"state": "closed"}):
        team.get(questions, query)
    team.get(page)
    for data in ({"act": "answer"}, {"act": "note"}, {"act": "triage"}, {"act": "insert"},
                 {"act": "triage", "owner": 0, "priority": 9, "state": "x"},
                 {"act": "answer", "text": "x" * 4001, "state": "x", "canned": 0},
                 {"act": "triage", "owner": sofia.pk, "priority": 3, "state": "closed"},
                 {"act": "answer", "text": "OK", "state": "open",
                  "attachments": SimpleUploadedFile("a.png", file.content, file.content_type)},
                 {"act": "take"}):  # fmt: skip
        team.post(page, data)
    assign_ticket(ticket=ticket, owner=boss, by=boss, now=frozen)
    team.post(page, {"act": "take"})
    answered(ticket, sofia, "OK")
    note_on_ticket(ticket=ticket, words=Words("OK"), by=boss, now=frozen)
    set_active(person=alice, is_active=False, actor=boss, now=frozen)
    replied(ticket, "OK")
    team.get(page)
    team.get(questions, {"cola": "replied"})
    set_state(ticket=ticket, state=State.SOLVED, by=sofia, now=frozen)
    rate_ticket(ticket=ticket, mark=Mark.GOOD, remark="OK", by=alice, now=frozen)
    team.get(page)
    set_state(ticket=ticket, state=State.CLOSED, by=sofia, now=frozen)
    team.get(page)
    ArticleMark.objects.create(article="x", language="en", since=frozen.date())
    team.get(reverse("admin:support_articlemark_changelist"))
    assert team.found == []


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
        for n in (1, 2):
            answered(ticket, sofia, "OK", state=State.SOLVED, files=[picture()] * n)
    assert len(mail.outbox) == 8
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
