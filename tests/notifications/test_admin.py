"""Support sees what became of messages, and sends one again; nothing clinical is there."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from notifications.enums import Kind, State
from notifications.models import Message, RefusedAddress
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:notifications_message_changelist")
REFUSED = reverse("admin:notifications_refusedaddress_changelist")


@pytest.fixture
def support(erin):
    """Erin, with what the support group has."""
    names = ("view_message", "view_refusedaddress", "resend_message", "forgive_address")
    erin.user_permissions.set(Permission.objects.filter(codename__in=names))
    return erin


@pytest.fixture
def message(visit):
    return MessageFactory(visit=visit)


@pytest.fixture
def mark(alice, now):
    return RefusedAddress.objects.create(
        channel="email", address=alice.email, account=alice, error="550", first_at=now, last_at=now
    )


WHY = "Llamó: no le llegó"


def act(client, path, name, row, **more):
    data = {"action": name, "_selected_action": [row.pk], "index": 0, "reason": WHY, **more}
    return client.post(path, data, follow=True)


def test_a_message_is_found_by_the_code_of_its_visit(as_, support, message, visit):
    html = as_(support).get(LIST, {"q": visit.code}).content.decode()
    assert message.address in html
    assert message.address not in as_(support).get(LIST, {"q": "DB-XXXXX"}).content.decode()


@pytest.mark.parametrize("kind", [Kind.OPINION, Kind.PRESCRIPTION, Kind.RX_REVOKED])
def test_what_tells_by_itself_is_seen_only_while_it_did_not_arrive(as_, support, visit, kind):
    client = as_(support)
    came = MessageFactory(visit=visit, kind=kind, state=State.SENT)
    lost = MessageFactory(visit=visit, kind=kind, state=State.GIVEN_UP, audience="doctor")
    pages = [reverse("admin:notifications_message_change", args=[row.pk]) for row in (came, lost)]
    shown = client.get(LIST, {"kind__exact": kind}).context["cl"].result_list
    assert list(shown) == [lost]
    assert list(client.get(LIST, {"q": visit.code}).context["cl"].result_list) == []
    assert list(client.get(LIST, {"q": str(lost.public_id)}).context["cl"].result_list) == [lost]
    assert client.get(pages[0]).status_code in (302, 404)
    html = client.get(pages[1]).content.decode()
    assert (lost.address in html, visit.code in html) == (True, False)


def test_support_sends_again(frozen, as_, support, message):
    html = act(as_(support), LIST, "send_again", message).content.decode()
    assert "1 mensaje saldrá otra vez." in html
    again = Message.objects.exclude(pk=message.pk).get()
    assert (again.copy, again.resent_by, again.state) == (1, support, State.PLANNED)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.get_change_message()) == (
        support, str(message.pk), WHY,
    )  # fmt: skip


@pytest.mark.parametrize("reason", ["", "no", "x" * 201, "<b>"])
def test_nothing_is_done_without_a_reason(frozen, as_, support, message, mark, reason):
    for path, name, row in ((LIST, "send_again", message), (REFUSED, "forgive", mark)):
        answer = as_(support).post(
            path, {"action": name, "_selected_action": [row.pk], "index": 0, "reason": reason}
        )
        assert answer.status_code == 422
        assert f'name="_selected_action" value="{row.pk}"' in answer.content.decode()
    assert (Message.objects.count(), RefusedAddress.objects.count()) == (1, 1)
    assert LogEntry.objects.count() == 0


def test_reason_is_asked_for_first(frozen, as_, support, message):
    answer = as_(support).post(LIST, {"action": "send_again", "_selected_action": [message.pk]})
    assert answer.status_code == 200
    assert 'name="reason"' in answer.content.decode()
    assert Message.objects.count() == 1


def test_what_cannot_be_sent_again_says_why(frozen, as_, support, visit):
    digest = MessageFactory(visit=visit, kind=Kind.DIGEST)
    html = act(as_(support), LIST, "send_again", digest).content.decode()
    assert "Este mensaje no se puede enviar otra vez." in html
    assert Message.objects.count() == 1


def test_who_only_looks_may_not_send(frozen, as_, erin, message):
    erin.user_permissions.set(Permission.objects.filter(codename="view_message"))
    act(as_(erin), LIST, "send_again", message)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "minutes", "is_late"),
    [("planned", 6, True), ("planned", 4, False), ("failed", 6, True), ("sent", 60, False)],
)
def test_what_is_late_stands_above_the_list(frozen, as_, support, visit, state, minutes, is_late):
    due = frozen - timedelta(minutes=minutes)
    row = MessageFactory(visit=visit, state=state, due_at=due)
    html = as_(support).get(LIST).content.decode()
    assert ("1 mensaje debía salir" in html) == is_late
    assert (row.address in as_(support).get(LIST, {"atencion": "stuck"}).content.decode()) == (
        is_late
    )


def test_what_was_lost_is_one_click_away(frozen, as_, support, visit):
    MessageFactory(visit=visit, state="unknown")
    html = as_(support).get(LIST, {"atencion": "lost"}).content.decode()
    assert "alice@ejemplo.test" in html


def test_an_address_is_written_to_again(frozen, as_, support, mark):
    assert mark.address in as_(support).get(REFUSED).content.decode()
    act(as_(support), REFUSED, "forgive", mark)
    assert not RefusedAddress.objects.exists()
    assert LogEntry.objects.get().get_change_message() == WHY


def test_nothing_is_edited_here(as_, root, message, mark):
    client = as_(root)
    for name, row in (("message", message), ("refusedaddress", mark)):
        path = reverse(f"admin:notifications_{name}_change", args=[row.pk])
        assert client.get(path).status_code == 200
        assert client.post(path, {"address": "x@y.test"}).status_code == 403
