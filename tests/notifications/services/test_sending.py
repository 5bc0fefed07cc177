"""From the ledger to a real mail server on the loopback, on good days and bad ones."""

from datetime import timedelta

import pytest
import time_machine
from django.core.mail import send_mail

from core.models import StoredMail
from notifications import tasks
from notifications.deciding import decide
from notifications.enums import OPTIONAL, Channel, State, Why
from notifications.models import Message
from notifications.services import batches, sending
from notifications.services.addresses import Refusals
from notifications.services.planning import plan_messages
from notifications.services.sending import Hand, claim, send_due, take
from notifications.services.transports import Transports
from tests.appointments.crowd import at_once

pytestmark = pytest.mark.django_db
ALICE, DOCTOR = "alice@ejemplo.test", "chen@ejemplo.test"


def at_once_rows():
    """What leaves at once: neither reminders nor what is on our own pages."""
    return Message.objects.filter(channel=Channel.EMAIL).exclude(kind__in=OPTIONAL)


def states():
    return dict(at_once_rows().values_list("address", "state"))


def to(address):
    return at_once_rows().get(address=address)


def send_after(seconds, now):
    with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
        return send_due()


@pytest.fixture
def code(frozen, settings):
    """A mail of django-allauth's with a log-in code, in the ledger."""
    settings.EMAIL_BACKEND = "core.mail.OutboxEmailBackend"
    send_mail("Su código", "123456", None, [ALICE], html_message="<p>123456</p>")
    plan_messages(now=frozen)
    return StoredMail.objects.get()


def test_due_messages_are_sent_once(planned, sink, now):
    assert send_due() == 2
    assert send_due() == 0
    assert sink.addressed() == [ALICE, DOCTOR]
    assert set(sink.ids()) == {message.message_id for message in at_once_rows()}
    message = to(ALICE)
    assert (message.state, message.sent_at, message.attempts) == (State.SENT, now, 1)
    assert message.last_error == ""


def test_what_is_not_due_waits(planned, sink, now):
    at_once_rows().update(next_try_at=now + timedelta(seconds=1))
    assert send_due() == 0
    assert send_after(1, now) == 2


def test_one_connection_carries_many(planned, sink, monkeypatch):
    opened = []
    monkeypatch.setattr(sink, "handle_EHLO", _counting(opened), raising=False)
    assert send_due() == 2
    assert len(opened) == 1


def _counting(calls):
    async def handle_ehlo(_server, session, _envelope, hostname, responses):
        calls.append(hostname)
        session.host_name = hostname
        return responses

    return handle_ehlo


# Refusals --------------------------------------------------------------------


def test_refused_for_good_is_given_up_and_holds_nobody_up(planned, sink, settings):
    sink.refuse[ALICE] = "550 no such user"
    settings.PHONE_CHANNELS = []
    assert send_due() == 1
    assert states() == {ALICE: State.GIVEN_UP, DOCTOR: State.SENT}
    assert (to(ALICE).attempts, to(ALICE).last_error) == (1, "SMTPRecipientsRefused 550")
    assert send_due() == 0


def test_refused_for_now_waits_and_holds_nobody_up(planned, sink, now):
    sink.refuse[ALICE] = "450 greylisted"
    assert send_due() == 1
    assert states() == {ALICE: State.FAILED, DOCTOR: State.SENT}
    assert to(ALICE).last_error == "SMTPRecipientsRefused 450"
    sink.refuse.clear()
    assert send_after(7, now) == 0
    assert send_after(13, now) == 1
    assert to(ALICE).state == State.SENT


def test_refusals_leave_no_address_in_the_log(planned, sink, caplog):
    sink.refuse[""] = "450 not now"
    send_due()
    assert "@ejemplo.test" not in caplog.text


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 10), (2, 20), (3, 40), (6, 180), (99, 180)])
def test_waits_grow_to_three_minutes(planned, sink, now, attempts, seconds):
    sink.refuse[""] = "450 not now"
    at_once_rows().update(attempts=attempts - 1)
    send_due()
    wait = (to(ALICE).next_try_at - now).total_seconds()
    assert 0.8 * seconds <= wait <= 1.2 * seconds


def test_given_up_after_about_a_day(planned, sink):
    sink.refuse[""] = "450 not now"
    at_once_rows().update(attempts=sending.MAX_ATTEMPTS - 1)
    send_due()
    assert set(states().values()) == {State.GIVEN_UP}


# A server that is away -------------------------------------------------------


@pytest.mark.parametrize("trouble", ["refused", "hangs", "closing", "log in first"])
def test_server_away_costs_one_message_an_attempt(planned, sink, now, trouble):
    if trouble == "refused":
        sink.stop()
    elif trouble == "hangs":
        sink.hang = 1.0
    else:
        sink.refuse[""] = "421 closing" if trouble == "closing" else "530 who are you"
    assert send_due() == 0
    assert states() == {ALICE: State.FAILED, DOCTOR: State.PLANNED}
    assert (to(ALICE).attempts, to(DOCTOR).attempts) == (1, 0)
    if trouble == "refused":
        sink.start()
    sink.hang, sink.refuse = 0.0, {}
    assert send_after(1, now) == 1
    assert send_after(13, now) == 1
    assert set(sink.ids().values()) == {1}


def test_cut_after_the_last_byte_repeats_the_same_message_id(planned, sink, now):
    """Taken, but the answer got lost: the copy can be recognised."""
    sink.cut = 1
    send_due()
    assert to(ALICE).state == State.FAILED
    send_after(15, now)
    assert set(states().values()) == {State.SENT}
    assert sink.ids() == {to(ALICE).message_id: 2, to(DOCTOR).message_id: 1}


# Workers that die ------------------------------------------------------------


def in_hand(now, address=ALICE):
    """As a worker has it that is about to hand it over, or dies just then."""
    message = next(m for m in claim(now=now) if m.address == address)
    decision = decide(message, now=now, is_refused=lambda _channel, _address: False)
    hand = Hand(Transports(), Refusals([message], now=now))
    assert take(message, decision, hand, now=now)
    return message


def test_a_claim_is_a_batch_for_one_worker(planned, now):
    batch = claim(now=now)
    assert {m.address for m in batch} == {ALICE, DOCTOR}
    assert {m.state for m in batch} == {State.PLANNED}
    assert claim(now=now) == []


def test_what_was_claimed_but_not_taken_is_in_no_doubt(planned, sink, now):
    """The worker died with a batch: it comes again, as if nothing had been."""
    claim(now=now)
    assert send_after(29, now) == 0
    assert send_after(30, now) == 2
    assert {(m.attempts, m.lapses) for m in at_once_rows()} == {(1, 0)}


def test_a_dying_worker_leaves_a_doubt_about_one_message(planned, sink, now):
    in_hand(now)
    assert send_after(30, now) == 1
    assert states() == {ALICE: State.SENDING, DOCTOR: State.SENT}


def test_lapsed_once_is_sent_again_with_the_same_message_id(planned, sink, now):
    known = in_hand(now).message_id
    assert send_after(49, now) == 1
    assert send_after(50, now) == 1
    message = to(ALICE)
    assert (message.state, message.lapses, message.attempts) == (State.SENT, 1, 2)
    assert sink.ids()[known] == 1


def test_lapsed_twice_is_unknown_and_for_people_to_look_at(planned, sink, now, caplog):
    in_hand(now)
    in_hand(now + timedelta(seconds=50))
    assert send_after(100, now) == 1
    message = to(ALICE)
    assert (message.state, message.lapses) == (State.UNKNOWN, 2)
    assert "message lost twice" in caplog.text
    assert sink.addressed() == [DOCTOR]


@pytest.mark.parametrize("away", ["at once", "later in the batch"])
def test_a_doubt_is_not_counted_again_while_the_server_is_away(planned, sink, now, away):
    """The retry that is promised takes place once the server is back."""
    in_hand(now, ALICE if away == "at once" else DOCTOR)
    sink.stop()
    for seconds in range(60, 180, 20):
        send_after(seconds, now)
    assert {m.state for m in at_once_rows()} <= {State.PLANNED, State.FAILED}
    sink.start()
    for seconds in (400, 401):
        send_after(seconds, now)
    assert set(states().values()) == {State.SENT}
    assert sorted(m.lapses for m in at_once_rows()) == [0, 1]


def test_a_doubt_is_not_counted_again_when_the_next_worker_dies_before_its_turn(planned, sink, now):
    in_hand(now)
    claim(now=now + timedelta(seconds=50))
    send_after(90, now)
    assert (to(ALICE).state, to(ALICE).lapses) == (State.SENT, 1)


def test_a_slow_worker_has_no_say_any_more(planned, now):
    slow = in_hand(now)
    fast = in_hand(now + timedelta(seconds=50))
    assert fast.pk == slow.pk
    sending._retry_later(slow, "late")
    sending._finish(slow, State.SENT, sent_at=now)
    assert to(ALICE).state == State.SENDING
    sending._finish(fast, State.SENT, sent_at=now)
    assert to(ALICE).state == State.SENT


def test_nobody_sends_on_a_lease_that_ran_out():
    assert tasks.relay.soft_time_limit < tasks.relay.time_limit < sending.LEASE.total_seconds()
    assert tasks.relay.soft_time_limit > sending.RUN_SECONDS


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_message_once(planned, sink, now, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 3)
    first = to(ALICE)
    names = ("kind", "channel", "audience", "recipient", "visit", "version", "change", "due_at",
             "next_try_at")  # fmt: skip
    Message.objects.bulk_create(
        Message(copy=n, **{name: getattr(first, name) for name in names}) for n in range(1, 21)
    )
    at_once(*[send_due] * 4)
    send_due()
    assert set(at_once_rows().values_list("state", flat=True)) == {State.SENT}
    assert sorted(sink.ids().values()) == [1] * 22


# Poison ----------------------------------------------------------------------


def test_a_poisoned_message_holds_nobody_up(planned, sink, now, caplog):
    at_once_rows().filter(address=ALICE).update(change=None)
    assert send_due() == 1
    assert states() == {ALICE: State.FAILED, DOCTOR: State.SENT}
    assert to(ALICE).last_error == "AssertionError"
    assert "message not sent" in caplog.text


def test_what_cannot_be_decided_is_given_up_after_about_a_day(planned, sink, now, caplog):
    at_once_rows().filter(address=ALICE).update(kind="unheard of")
    send_due()
    row = at_once_rows().get(address=ALICE)
    assert (row.state, row.attempts, row.last_error) == (State.FAILED, 1, "ValueError")
    assert "message not decided" in caplog.text
    at_once_rows().filter(address=ALICE).update(attempts=sending.MAX_ATTEMPTS - 1)
    send_after(13, now)
    assert at_once_rows().get(address=ALICE).state == State.GIVEN_UP


def test_a_message_for_an_account_that_is_gone(planned, sink):
    at_once_rows().filter(address=DOCTOR).update(recipient=None)
    assert send_due() == 1
    assert states() == {ALICE: State.SENT, DOCTOR: State.SUPPRESSED}
    assert to(DOCTOR).why == Why.READER_GONE


# Mails of the accounts -------------------------------------------------------


def test_text_of_an_account_mail_is_wiped_after_sending(code, sink, now):
    assert send_due() == 1
    body = sink.mails[0].get_body(("plain",)).get_content()
    assert (body.strip(), str(sink.mails[0]["Subject"])) == ("123456", "Su código")
    code.refresh_from_db()
    assert (code.text, code.html, code.wiped_at) == ("", "", now)


def test_text_of_an_account_mail_is_kept_for_the_next_attempt(code, sink, now):
    sink.refuse[""] = "450 not now"
    send_due()
    code.refresh_from_db()
    assert (code.text, code.wiped_at) == ("123456", None)


def test_text_of_an_account_mail_is_wiped_when_given_up(code, sink, now):
    sink.refuse[""] = "550 no such user"
    send_due()
    code.refresh_from_db()
    assert (code.text, code.html, code.wiped_at) == ("", "", now)


def test_a_slow_worker_does_not_wipe_what_another_sends(code, now):
    slow = in_hand(now)
    in_hand(now + timedelta(seconds=50))
    sending._finish(slow, State.SENT, sent_at=now)
    code.refresh_from_db()
    assert code.text == "123456"
