"""What is left of words goes wherever it is; so does what somebody wrote to others' questions."""

import pytest
from django.urls import reverse

from privacy.bundles import collected_of
from privacy.collecting import Asking
from privacy.erasing import erase
from support.models import Ticket, TicketFile, TicketMessage
from support.services.forgetting import finished_before, forget_tickets
from tests.conftest import NOW
from tests.support.world import asked, mailed, picture

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["open", "waiting", "solved", "closed"])
@pytest.mark.parametrize("left", ["remark", "subject"])
def test_words_that_were_left_in_a_forgotten_question(rosas, state, left):
    forget_tickets(Ticket.objects.filter(pk=rosas.pk))
    rosas.refresh_from_db()
    assert finished_before(NOW).count() == 0
    setattr(rosas, left, "QUEDA7Q")
    rosas.state, rosas.solved_at = state, NOW if state in ("solved", "closed") else None
    rosas.save()
    assert list(finished_before(NOW.replace(year=2000))) == [rosas]
    assert forget_tickets(finished_before(NOW.replace(year=2000))) == 1
    rosas.refresh_from_db()
    assert (rosas.state, rosas.subject, rosas.remark) == ("closed", "", "")
    assert finished_before(NOW).count() == 0


def test_forgotten_with_the_question_is_who_else_wrote(alices):
    mailed(alices, "otra@ejemplo.test", files=[picture()])
    forget_tickets(Ticket.objects.filter(pk=alices.pk))
    assert (TicketMessage.objects.count(), TicketFile.objects.count()) == (0, 0)


def test_who_closes_an_account_takes_along_what_they_wrote_to_others(rosas, alice, frozen):
    mailed(rosas, alice.email, files=[picture()])
    mailed(rosas, "otra@ejemplo.test", files=[picture()])
    erase(alice, frozen)
    left = [(message.sender, message.files.count()) for message in rosas.messages.order_by("pk")]
    assert left == [("", 0), ("otra@ejemplo.test", 1)]


def test_a_copy_has_what_pages_show_and_nothing_of_a_stranger(alice, frozen):
    ticket = asked(alice, files=[picture("mia.png")])
    mailed(ticket, "otra@ejemplo.test", files=[picture("ajena.png")])
    copy = collected_of(Asking(alice, frozen))
    assert list(copy.files) == ["soporte/1-mia.png"]
    text = copy.as_json().decode()
    assert "PREGUNTA7Q" in text
    assert [word for word in ("AJENA7Q", "otra@ejemplo.test", "sender") if word in text] == []


def test_the_page_of_what_was_sent_is_gone_with_the_question(client, rosas):
    session = client.session
    session["ticket_sent"] = rosas.public_id.hex
    session.save()
    page = reverse("support:sent")
    assert client.get(page).status_code == 200
    forget_tickets(Ticket.objects.filter(pk=rosas.pk))
    assert client.get(page).url == reverse("support:contact")
