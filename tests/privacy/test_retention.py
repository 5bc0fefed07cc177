"""What is due goes at its second, and only that: each rule has a row that is due at `now`."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from accounts.models import AccountSession, Consent, Invitation, User
from appointments.models import CalendarFeed, WaitingEntry, WaitingOffer
from core.models import StoredMail
from doctors.models import Doctor
from notifications.enums import Channel, State
from notifications.models import Message, RefusedAddress
from privacy.models import Closing, Custody, DataExport
from privacy.retention.accounts import GONE
from privacy.retention.running import RULES, count_due, forget_due
from records.models import KeptIdentity
from support.models import Ticket, TicketFile, TicketMessage
from support.services.forgetting import GONE as NOBODY
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    DoctorFactory,
    MessageFactory,
    PatientFactory,
    UserFactory,
)
from tests.support.world import answered, asked, helper, picture

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SECOND = timedelta(seconds=1)
HALF_A_YEAR, YEAR = timedelta(days=180), timedelta(days=365)
THREE_YEARS = timedelta(days=1096)
NAMES = [
    "exports", "sessions", "browsers", "invitations", "consents", "counters", "team_words",
    "addresses", "mails", "refused", "tickets", "waits", "feeds",
    "identities", "custodies", "unconfirmed",
]  # fmt: skip


def copy(alice, at):
    one = DataExport(account=alice, requested_at=at - timedelta(days=7))
    one.ready_at, one.expires_at = one.requested_at, at
    one.content = b"PK"
    one.save()


def browser(account, seen, *, ended=None, key=""):
    return AccountSession.objects.create(
        account=account, device_digest="d", browser="Firefox", network="203.0.113.0/24",
        session_key=key, began_at=seen - YEAR, seen_at=seen, ended_at=ended,
    )  # fmt: skip


def counter(at):
    cache.set("rl:login:203.0.113.7", 1, timeout=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_cache SET expires = %s", [at])


def team_words(root, at):
    entry = LogEntry.objects.create(
        user=root, content_type=ContentType.objects.get_for_model(Ticket), object_id="1",
        object_repr="Alicia Vera", action_flag=CHANGE, change_message="lo pidió por teléfono",
    )  # fmt: skip
    LogEntry.objects.filter(pk=entry.pk).update(action_time=at)


def stored(at, address="alice@ejemplo.test"):
    return StoredMail.objects.create(
        to_address=address, from_address="x@ejemplo.test", reply_address="ayuda+a@ejemplo.test",
        subject="Su código", text="", created_at=at, wiped_at=at,
    )  # fmt: skip


def question(at, **asker):
    """Asked, answered, solved; the answer's mail has left."""
    ticket = asked(files=[picture()], now=at - timedelta(hours=2), **asker)
    answered(ticket, helper(), state="solved", now=at)
    StoredMail.objects.update(to_address="")
    return ticket


def wait(alice, doctor, at):
    return WaitingEntry.objects.create(
        patient=alice.patients.get(), doctor=doctor, phone="+593997776655", created_at=at - YEAR,
        until_date=at.date(), closed_at=at, closed_as="left",
    )  # fmt: skip


def stranger(email, at, **more):
    """Somebody signed up, and never confirmed the address."""
    account = UserFactory(email=email, verified=False, joined_at=at, **more)
    account.emailaddress_set.create(email=email, verified=False, primary=True)
    return account


@pytest.fixture
def held(alice, bob, dr_chen, clinic, root, frozen):
    """One row of each rule; the moment at which each is due is `now`."""
    copy(alice, NOW)
    Session.objects.create(session_key="a" * 32, session_data="x", expire_date=NOW)
    browser(alice, NOW - HALF_A_YEAR, ended=NOW - HALF_A_YEAR)
    browser(alice, NOW)
    Invitation.objects.create(
        purpose="assistant", email="marta@ejemplo.test", created_by=dr_chen.user,
        created_at=NOW - timedelta(days=210), expires_at=NOW - HALF_A_YEAR,
    )  # fmt: skip
    Consent.objects.filter(user=bob, text="terms").update(
        network="203.0.113.0/24", at=NOW - 2 * THREE_YEARS, withdrawn_at=NOW - THREE_YEARS
    )
    counter(NOW)
    team_words(root, NOW - 2 * YEAR)
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    MessageFactory(visit=visit, due_at=NOW - YEAR)
    question(NOW - 2 * YEAR)
    stored(NOW - YEAR)
    RefusedAddress.objects.create(
        channel="email", address=alice.email, error="550", first_at=NOW - YEAR,
        last_at=NOW - HALF_A_YEAR,
    )  # fmt: skip
    wait(alice, dr_chen, NOW - YEAR)
    CalendarFeed.objects.create(owner=alice, revoked_at=NOW - HALF_A_YEAR)
    stranger("nadie@ejemplo.test", NOW - timedelta(days=30))
    custody(root, (NOW - timedelta(days=1)).date(), done_at=NOW - YEAR + SECOND)
    KeptIdentity.objects.create(
        patient=PatientFactory(), country="EC", kept_at=NOW - 15 * YEAR,
        keep_until=(NOW - timedelta(days=1)).date(), content_sealed=b"x", content_digest=b"x",
    )  # fmt: skip


def custody(by, keep_until, **closing):
    """Of a doctor who has left."""
    account = DoctorFactory(is_published=False, first_names="Fulgencia7q").user
    closed = Closing.objects.create(account=account, requested_at=NOW - YEAR,
                                    due_at=NOW - YEAR + SECOND, **closing)  # fmt: skip
    row = Custody(closing=closed, agreed_by=by, agreed_at=NOW - YEAR, keep_until=keep_until)
    row.custodian, row.reason = "Luis Paz", "Se jubila"
    row.save()
    return row


def rows_in_cache():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_cache")
        return cursor.fetchone()[0]


def kept():
    """Of each rule, how many rows have what it takes; of browsers there is one that stays."""
    return {
        "exports": DataExport.objects.filter(content_sealed__isnull=False).count(),
        "sessions": Session.objects.count(),
        "browsers": AccountSession.objects.count() - 1,
        "invitations": Invitation.objects.exclude(email=GONE).count(),
        "consents": Consent.objects.exclude(network="").count(),
        "counters": rows_in_cache(),
        "team_words": LogEntry.objects.exclude(object_repr="", change_message="").count(),
        "addresses": Message.objects.filter(address__contains="@").count(),
        "mails": StoredMail.objects.exclude(to_address="").count(),
        "refused": RefusedAddress.objects.count(),
        "tickets": TicketMessage.objects.values("ticket").distinct().count(),
        "waits": WaitingEntry.objects.count(),
        "feeds": CalendarFeed.objects.count(),
        "identities": KeptIdentity.objects.count(),
        "custodies": Custody.objects.count(),
        "unconfirmed": User.objects.filter(email="nadie@ejemplo.test").count(),
    }


ALL, NONE = dict.fromkeys(NAMES, 1), dict.fromkeys(NAMES, 0)


def only(name):
    return {**NONE, name: 1}


def test_each_rule_is_tested():
    assert [rule.name for rule in RULES] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_nothing_goes_a_second_before(held, now, name):
    (rule,) = [rule for rule in RULES if rule.name == name]
    # A date, not an instant: it is due when the day is over.
    KeptIdentity.objects.update(keep_until=(NOW - SECOND).date())
    Custody.objects.update(keep_until=(NOW - SECOND).date())
    assert rule.due(now - SECOND).count() == 0
    assert rule.forget(rule.due(now - SECOND)) == 0
    assert kept() == ALL


@pytest.mark.parametrize("name", NAMES)
def test_each_rule_takes_its_own_and_nothing_else(held, now, name):
    (rule,) = [rule for rule in RULES if rule.name == name]
    assert rule.forget(rule.due(now)) == 1
    assert kept() == {**ALL, name: 0}
    assert count_due(now=now) == {**ALL, name: 0}


def test_all_goes_at_its_second_once(held, now):
    assert count_due(now=now) == ALL
    assert forget_due(now=now) == ALL
    assert kept() == NONE
    assert forget_due(now=now + SECOND) == NONE


def test_what_proves_something_stays(held, now):
    forget_due(now=now)
    assert DataExport.objects.count() == Invitation.objects.count() == LogEntry.objects.count() == 1
    sent = Message.objects.get(channel=Channel.EMAIL, visit__isnull=False)
    assert (sent.state, sent.sent_at, sent.address) == (State.SENT, NOW - YEAR, "")
    assert Consent.objects.filter(withdrawn_at__isnull=False).count() == 1
    assert StoredMail.objects.filter(created_at=NOW - YEAR, wiped_at=NOW - YEAR).count() == 1


def test_dry_run_counts_and_keeps(held):
    said = StringIO()
    call_command("retention", "--dry-run", stdout=said)
    assert said.getvalue().splitlines() == [f"{name}: 1" for name in NAMES]
    assert kept() == ALL


def test_invitation_that_was_taken_stays(alice, dr_chen, now):
    Invitation.objects.create(
        purpose="assistant", email="marta@ejemplo.test", created_by=dr_chen.user,
        created_at=now - timedelta(days=400), expires_at=now - timedelta(days=370),
        accepted_at=now - timedelta(days=390), accepted_by=alice,
    )  # fmt: skip
    assert forget_due(now=now) == NONE


# Browsers ---------------------------------------------------------------------------------------


def test_the_latest_browser_stays_so_that_a_strangers_is_told(alice, now):
    for _n in range(3):
        latest = browser(alice, now - 2 * YEAR, ended=now - 2 * YEAR)
    assert forget_due(now=now) == {**NONE, "browsers": 2}
    assert AccountSession.objects.get() == latest


def test_browser_that_ran_out_goes_and_one_in_use_stays(alice, now):
    alive = browser(alice, now - HALF_A_YEAR, key="k" * 32)
    Session.objects.create(session_key="k" * 32, session_data="x", expire_date=now + SECOND)
    browser(alice, now - HALF_A_YEAR, key="o" * 32)
    latest = browser(alice, now)
    assert forget_due(now=now) == only("browsers")
    assert set(AccountSession.objects.all()) == {alive, latest}


# Messages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.PLANNED, State.FAILED, State.SENDING])
def test_message_that_may_still_be_sent_keeps_its_address(clinic, alice, now, state):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    message = MessageFactory(visit=visit, state=state, due_at=now - 2 * YEAR)
    message.mail = stored(now - 2 * YEAR)
    message.save()
    assert forget_due(now=now) == NONE


def test_two_addresses_of_one_event_are_forgotten(clinic, alice, now):
    """They are unique by what is forgotten."""
    common = {"visit": None, "version": None, "recipient": None, "due_at": now - YEAR}
    for address in ("una@ejemplo.test", "otra@ejemplo.test"):
        MessageFactory(address=address, last_error=f"550 <{address}>", **common)
    assert forget_due(now=now) == {**NONE, "addresses": 2}
    rows = Message.objects.values_list("address", "last_error")
    assert set(rows) == {(str(m.public_id), "") for m in Message.objects.all()}
    assert forget_due(now=now) == NONE


# Questions --------------------------------------------------------------------------------------


def test_forgotten_question_keeps_its_figures(frozen, now):
    ticket = question(now - 2 * YEAR)
    ticket.remark, ticket.mark, ticket.marked_at = "OBSERVACIÓN", 4, now - 2 * YEAR
    ticket.save(update_fields=["remark_sealed", "mark", "marked_at"])
    assert forget_due(now=now) == only("tickets")
    ticket = Ticket.objects.get()
    assert (ticket.name, ticket.email, ticket.subject, ticket.remark) == ("", NOBODY, "", "")
    assert (ticket.state, ticket.mark, ticket.answered_at) == ("closed", 4, now - 2 * YEAR)
    assert TicketMessage.objects.count() == TicketFile.objects.count() == 0


def test_question_of_an_account_is_not_listed_any_more(frozen, alice, as_, now):
    ticket = question(now - 2 * YEAR, account=alice)
    page = reverse("support:ticket", args=[ticket.public_id])
    assert as_(alice).get(page).status_code == 200
    assert forget_due(now=now) == only("tickets")
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.email) == (alice, "")
    assert list(Ticket.objects.for_account(alice)) == []
    assert as_(alice).get(page).status_code == 404


@pytest.mark.parametrize(
    ("state", "went"), [("open", 0), ("waiting", 1), ("solved", 1), ("closed", 1)]
)
def test_what_the_team_owes_an_answer_stays(frozen, now, state, went):
    at = now - 2 * YEAR
    ticket = asked(now=at)
    over = at if state in ("solved", "closed") else None
    Ticket.objects.filter(pk=ticket.pk).update(state=state, solved_at=over)
    StoredMail.objects.update(to_address="")
    assert forget_due(now=now) == {**NONE, "tickets": went}
    assert TicketMessage.objects.count() == 1 - went


# Waits ------------------------------------------------------------------------------------------


def test_wait_with_an_offer_loses_its_telephone_alone(clinic, alice, dr_chen, now):
    at = now - YEAR
    entry = wait(alice, dr_chen, at)
    WaitingOffer.objects.create(
        entry=entry, doctor=dr_chen, clinic=clinic, starts_at=at, ends_at=at + HALF_A_YEAR,
        state="refused", offered_at=at - 3 * SECOND, tell_at=at - 3 * SECOND,
        expires_at=at - SECOND, answered_at=at - 2 * SECOND,
    )  # fmt: skip
    assert forget_due(now=now) == only("waits")
    assert WaitingEntry.objects.get().phone == ""
    assert forget_due(now=now) == NONE


# Accounts ---------------------------------------------------------------------------------------


def test_account_that_was_never_confirmed_is_emptied_and_its_address_is_free(now):
    account = stranger("nadie@ejemplo.test", now - timedelta(days=30))
    assert forget_due(now=now) == only("unconfirmed")
    account.refresh_from_db()
    assert (account.full_name, account.is_active) == ("Cuenta cerrada", False)
    assert account.consents.count() == 4
    assert User.objects.filter(email="nadie@ejemplo.test").count() == 0


def test_whoever_confirmed_or_logged_in_or_was_made_by_the_team_stays(now):
    long_ago = now - 2 * YEAR
    UserFactory(joined_at=long_ago)
    UserFactory(joined_at=long_ago, verified=False)
    stranger("uno@ejemplo.test", long_ago, last_login=long_ago)
    stranger("dos@ejemplo.test", long_ago, is_staff=True)
    assert forget_due(now=now) == NONE


# Doctors who left -------------------------------------------------------------------------------


def test_name_of_who_left_goes_with_the_law(root, now):
    row = custody(root, (now - timedelta(days=1)).date(), done_at=now - YEAR + SECOND)
    doctor = Doctor.objects.get(user=row.closing.account)
    assert forget_due(now=now) == only("custodies")
    doctor.refresh_from_db()
    assert (doctor.full_name, doctor.display_name) == ("", "Médico que cerró su cuenta")
    assert doctor.clinics.exclude(name="—").count() == 0


def test_custody_of_who_stays_goes_alone(root, now):
    row = custody(root, now.date() + YEAR, withdrawn_at=now - YEAR)
    assert forget_due(now=now) == only("custodies")
    assert Doctor.objects.get(user=row.closing.account).first_names == "Fulgencia7q"
