"""The demo's help desk: something of each kind, and nobody is told."""

import pytest

from core.models import Event, StoredMail
from support.models import CannedAnswer, Ticket
from tests.demo.test_seed_demo import NOW, seed

pytestmark = pytest.mark.django_db


def test_the_demo_has_questions_and_prepared_answers():
    seed()
    assert CannedAnswer.objects.count() == 3
    assert Ticket.objects.overdue(NOW).count() == 0
    states = Ticket.objects.order_by("code").values_list("state", flat=True)
    assert list(states) == ["open", "solved", "waiting", "open"]
    assert Ticket.objects.filter(requester__email="medica@demo.test").count() == 2
    first = Ticket.objects.order_by("code").first()
    assert (first.person, first.messages.get().author) == ("Rosa Paz", "person")
    assert not Event.objects.filter(name__startswith="ticket.").exists()
    assert not StoredMail.objects.exists()
