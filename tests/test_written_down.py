"""What the team does and its line in the admin's history: both or neither."""

from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, connection
from django.urls import reverse

from core.models import Event
from doctors.facts import facts_of
from doctors.models import Doctor, LicenceCheck
from notifications.models import Message, RefusedAddress
from reviews.models import Review, ReviewDecision
from support.queries import last_said
from tests.factories import AttendedFactory, MessageFactory, ReviewFactory
from tests.support.world import asked

pytestmark = pytest.mark.django_db
WHY = "Lo pidió el colegio"
REFUSE = """
CREATE FUNCTION no_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history is full'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_full';
END $$;
CREATE TRIGGER no_history BEFORE INSERT ON django_admin_log
FOR EACH ROW EXECUTE FUNCTION no_history();
"""


@pytest.fixture
def no_history(db):
    """Nothing can be written into the history, until the test is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSE)


@pytest.fixture
def team(as_, root):
    """A browser that works as an administrator."""
    browser = as_(root)
    browser.raise_request_exception = True
    return browser


@pytest.fixture
def refused(team, no_history):
    """Post it, and see that it failed for want of a line; what has happened until then stays."""

    def post(path, **data):
        events = list(Event.objects.values_list("pk"))
        with pytest.raises(IntegrityError) as error:
            team.post(path, data)
        assert error.value.__cause__.diag.constraint_name == "history_is_full"
        assert list(Event.objects.values_list("pk")) == events
        assert not LogEntry.objects.exists()

    return post


def on_list(action, row):
    return {"action": action, "_selected_action": [row.pk], "index": 0, "reason": WHY}


def test_verdict_on_a_licence(frozen, refused, dr_chen):
    path = reverse("admin:doctors_doctor_licence", args=[dr_chen.pk])
    refused(path, shown=facts_of(dr_chen).mark, verdict="verified", reason="")
    assert Doctor.objects.get().licence_checked_at is None
    assert not LicenceCheck.objects.exists()


def test_correction_of_a_profile(frozen, refused, dr_chen):
    before = Doctor.objects.values().get()
    names = ("last_names", "licence_number", "slug")
    refused(reverse("admin:doctors_doctor_correct", args=[dr_chen.pk]), reason=WHY,
            first_names="Eva", **{name: before[name] for name in names})  # fmt: skip
    assert Doctor.objects.values().get() == before


def test_end_of_publication(frozen, refused, dr_chen):
    refused(reverse("admin:doctors_doctor_changelist"), **on_list("unpublish", dr_chen))
    assert Doctor.objects.get().is_published is True


def test_message_that_is_sent_again(frozen, refused, visit):
    message = MessageFactory(visit=visit)
    refused(reverse("admin:notifications_message_changelist"), **on_list("send_again", message))
    assert Message.objects.get() == message


def test_address_that_is_written_to_again(frozen, refused, alice):
    mark = RefusedAddress.objects.create(channel="email", address=alice.email, account=alice,
                                         error="550", first_at=frozen, last_at=frozen)  # fmt: skip
    path = reverse("admin:notifications_refusedaddress_changelist")
    refused(path, **on_list("forgive", mark))
    assert RefusedAddress.objects.get() == mark


def test_decision_on_an_opinion(frozen, refused, clinic):
    review = ReviewFactory(visit=AttendedFactory(clinic=clinic))
    path = reverse("admin:reviews_review_decide", args=[review.pk])
    refused(path, act="hide", ground="advert", note="")
    assert (Review.objects.get().status, ReviewDecision.objects.count()) == ("published", 0)


def test_name_of_an_account(frozen, refused, alice):
    before = (alice.first_names, alice.last_names)
    path = reverse("admin:accounts_user_change", args=[alice.pk])
    refused(path, first_names="Otra", last_names="Persona", reason=WHY)
    alice.refresh_from_db()
    assert (alice.first_names, alice.last_names, alice.audit_entries.count()) == (*before, 0)


def test_answer_to_a_question(frozen, refused, alice):
    ticket = asked(alice, now=frozen)
    data = {"act": "answer", "text": "Sí", "state": "solved", "key": uuid4(),
            "seen": last_said(ticket)}  # fmt: skip
    refused(reverse("admin:support_ticket_attend", args=[ticket.pk]), **data)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.count()) == ("open", 1)
