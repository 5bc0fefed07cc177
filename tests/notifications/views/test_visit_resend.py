"""A patient asks for a message once more."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from core.models import Event
from notifications.models import Message
from notifications.refusals import JustSent, NotAgain, StillUnderWay, VisitStarted
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


def address(visit, message):
    return reverse("notifications:visit_resend", args=[visit.public_id, message.public_id])


@pytest.fixture
def sent(visit, frozen):
    return MessageFactory(visit=visit, due_at=frozen - timedelta(hours=1))


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_visit_resend_plans_one_more(frozen, as_, alice, visit, sent):
    answer = as_(alice).post(address(visit, sent), follow=True)
    page = reverse("notifications:visit_messages", args=[visit.public_id])
    assert answer.redirect_chain == [(page, 302)]
    assert said(answer) == ["Se lo enviamos otra vez."]
    again = Message.objects.get(copy=1)
    assert (again.resent_by, again.state, again.due_at) == (alice, "planned", frozen)
    assert (again.kind, again.channel, again.visit) == (sent.kind, sent.channel, visit)
    assert "enviado otra vez" in answer.content.decode()
    assert Event.objects.get(name="message.resent").actor == alice


def test_visit_resend_twice_sends_once(frozen, as_, alice, visit, sent):
    client = as_(alice)
    client.post(address(visit, sent))
    answer = client.post(address(visit, sent), follow=True)
    assert said(answer)[-1] == str(StillUnderWay.message)
    assert Message.objects.count() == 2


def test_visit_resend_shows_each_refusal(frozen, as_, alice, visit, sent):
    for columns, refusal in (
        ({"sent_at": frozen - timedelta(minutes=9)}, JustSent),
        ({"state": "planned", "sent_at": None}, NotAgain),
        ({"state": "suppressed", "why": "moved", "sent_at": None}, NotAgain),
    ):
        Message.objects.filter(pk=sent.pk).update(**columns)
        answer = as_(alice).post(address(visit, sent), follow=True)
        assert said(answer) == [str(refusal.message)]
    assert Message.objects.count() == 1


def test_visit_resend_after_the_visit_began(as_, alice, visit, sent):
    with time_machine.travel(visit.starts_at, tick=False):
        answer = as_(alice).post(address(visit, sent), follow=True)
        assert said(answer) == [str(VisitStarted.message)]
        assert "Enviar otra vez" not in answer.content.decode()
    assert Message.objects.count() == 1


def test_visit_resend_of_what_is_not_theirs_is_404(frozen, as_, alice, bob, visit, sent, dr_chen):
    inbox = MessageFactory(visit=visit, channel="inbox", address="")
    desk = MessageFactory(visit=visit, audience="doctor", recipient=dr_chen.user)
    other = MessageFactory()
    for message in (inbox, desk, other):
        assert as_(alice).post(address(visit, message)).status_code == 404
    for somebody in (bob, dr_chen.user):
        assert as_(somebody).post(address(visit, sent)).status_code == 404
    nothing = reverse("notifications:visit_resend", args=[visit.public_id, uuid.uuid4()])
    assert as_(alice).post(nothing).status_code == 404
    assert not Message.objects.filter(copy=1).exists()


def test_visit_resend_is_no_page(as_, alice, client, visit, sent):
    assert as_(alice).get(address(visit, sent)).status_code == 405
    assert client.post(address(visit, sent)).url.startswith("/cuenta/login/?next=")
    strict = as_(alice)
    strict.handler.enforce_csrf_checks = True
    assert strict.post(address(visit, sent)).status_code == 403
