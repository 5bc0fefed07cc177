"""An account is closed: asked for, taken back, or emptied so that no table names the person."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AccountSession, AuditEntry, User
from appointments.enums import Status
from appointments.models import Appointment, WaitingEntry
from clinics.models import Assistant
from core.models import Event
from notifications.models import Message
from notifications.tasks import relay
from privacy.models import Closing
from privacy.refusals import NothingToKeep, SomethingToSettle
from privacy.services.closing import close_due, pending_of, request_closing, withdraw_closing
from records.models import Consultation, KeptIdentity
from reviews.models import Rating, Review, ReviewVersion
from support.models import Ticket, TicketMessage
from tests.factories import AppointmentFactory, ClinicFactory, UserFactory
from tests.privacy.leaving import MARKS, leave_traces, tables_with
from tests.privacy.world import ALICES, fill
from tests.records.world import CLINICAL

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
GRACE = timedelta(hours=12)


@pytest.fixture
def hers(frozen, alice, clinic, erin, root, as_):
    as_(alice).get("/")
    return leave_traces(alice, clinic, erin, root)


def ask_and_close(account, now):
    request_closing(account=account, now=now - GRACE)
    assert close_due(now=now) == 1
    return User.objects.get(pk=account.pk)


@pytest.mark.parametrize(("language", "zone", "due"), [
    ("es", "UTC", "La cerramos el lunes 23 de noviembre, 21:00, hora de Ecuador (GMT-5)."),
    ("es", "Europe/Madrid", "La cerramos el martes 24 de noviembre, 3:00, hora de Madrid (GMT+1)."),
    ("en", "UTC", "We close it on Monday 23 November, 21:00, Ecuador time (GMT-5)."),
])  # fmt: skip
def test_mail_says_when_on_the_clock_of_the_page(frozen, alice, mailoutbox, language, zone, due):
    alice.language, alice.time_zone = language, zone
    alice.save(update_fields=["language", "time_zone"])
    request_closing(account=alice, now=frozen)
    (letter,) = mailoutbox
    assert due in " ".join(letter.body.split())


@pytest.fixture
def closed(hers, alice, frozen):
    return ask_and_close(alice, frozen)


def test_her_marks_are_there_before(hers):
    """Or the next test would see nothing, whatever is there."""
    sealed = {"motivo7q", "pregunta7q"}
    assert [mark for mark in MARKS if not tables_with(mark)] == sorted(sealed)
    assert tables_with(ALICES["first"].casefold()) == [
        "accounts_auditentry", "accounts_patient", "accounts_user", "clinics_assistant",
        "core_storedmail", "django_admin_log", "reviews_reviewreply", "support_ticket",
    ]  # fmt: skip


def test_no_table_says_who_she_was(closed, mailoutbox):
    relay()
    assert {mark: tables_with(mark) for mark in MARKS if tables_with(mark)} == {}


def test_nobody_logs_in_any_more(closed, client):
    assert (closed.is_active, closed.has_usable_password()) == (False, False)
    assert AccountSession.objects.filter(account=closed).count() == 0
    assert client.get("/cuenta/perfil/").status_code == 302
    assert closed.email == f"cerrada-{closed.public_id}@cuenta.invalid"
    assert closed.emailaddress_set.count() == closed.authenticator_set.count() == 0


def test_doctor_keeps_the_record_and_who_it_is_of(closed, hers, frozen):
    kept = KeptIdentity.objects.get(patient=hers["patient"])
    assert kept.said.full_name == f"{ALICES['first']} {ALICES['last']}"
    assert (kept.said.id_number, kept.said.born_on) == (
        ALICES["document"],
        hers["patient"].birth_date,
    )
    assert (kept.country, kept.source) == ("EC", "Acuerdo Ministerial 00115-2020")
    assert kept.keep_until == date(2041, 11, 15)
    assert Consultation.objects.signed().get().said.plan == f"{CLINICAL} plan"
    patient = hers["patient"].__class__.objects.get(pk=hers["patient"].pk)
    assert (patient.full_name, patient.erased_at) == ("Paciente que cerró su cuenta", frozen)


def test_visits_to_come_are_cancelled_and_the_doctor_is_told(closed, hers, dr_chen):
    coming = Appointment.objects.get(pk=hers["coming"].pk)
    assert (coming.status, coming.booked_by) == (Status.CANCELLED_BY_PATIENT, closed)
    assert Appointment.objects.upcoming(coming.starts_at).count() == 0
    relay()
    told = Message.objects.filter(visit=coming, kind="cancelled", channel="email")
    assert list(told.order_by("pk").values_list("recipient", "state", "address")) == [
        (closed.pk, "suppressed", closed.email), (dr_chen.user.pk, "sent", dr_chen.user.email),
    ]  # fmt: skip


def test_opinion_is_gone_from_the_profile_and_from_the_rating(closed, hers, dr_chen):
    review = Review.objects.get(pk=hers["review"].pk)
    assert (review.status, review.text, review.initials) == ("withdrawn", "", "")
    assert list(ReviewVersion.objects.values_list("text", flat=True)) == [""]
    assert Rating.objects.get(doctor=dr_chen).count == 0


def test_the_rest_of_what_she_had(closed, hers):
    tickets = Ticket.objects.order_by("pk")
    assert [(one.state, one.subject, one.name) for one in tickets] == [("closed", "", "")] * 2
    assert TicketMessage.objects.count() == 0
    assert WaitingEntry.objects.get().closed_as == "left"
    assert Assistant.objects.filter(user=closed, ended_at=None).count() == 0
    assert closed.calendar_feeds.count() == 0
    assert hers["patient"].shares.filter(revoked_at=None).count() == 0
    acts = AuditEntry.objects.filter(person=closed).order_by("pk").values_list("act", "what")
    assert list(acts) == [
        ("login", ""), ("corrected", ""), ("login", ""), ("role", "+is_assistant"),
        ("role", "-is_assistant"), ("role", "assistant.ended"), ("role", "-is_active"),
    ]  # fmt: skip


def test_it_happens_once(closed, frozen):
    before = Event.objects.count()
    assert close_due(now=frozen + timedelta(days=1)) == 0
    assert Event.objects.count() == before
    assert Closing.objects.get().done_at == frozen


def test_not_a_second_before(alice, frozen):
    request_closing(account=alice, now=frozen)
    assert close_due(now=frozen + GRACE - timedelta(seconds=1)) == 0
    assert close_due(now=frozen + GRACE) == 1


def test_taken_back_everything_is_as_it_was(hers, alice, frozen, mailoutbox):
    request_closing(account=alice, now=frozen)
    withdraw_closing(account=alice, now=frozen + timedelta(hours=11))
    assert close_due(now=frozen + timedelta(days=2)) == 0
    alice.refresh_from_db()
    assert (alice.is_active, alice.first_names) == (True, ALICES["first"])
    relay()
    to_her = [mail.subject for mail in mailoutbox if mail.to == [alice.email]]
    assert to_her[-2:] == ["Su cuenta se va a cerrar", "Su cuenta sigue abierta"]
    with pytest.raises(NothingToKeep):
        withdraw_closing(account=alice, now=frozen)
    assert request_closing(account=alice, now=frozen).withdrawn_at is None


def test_asked_twice_it_is_one(alice, frozen):
    one = request_closing(account=alice, now=frozen)
    assert request_closing(account=alice, now=frozen + timedelta(hours=1)) == one
    assert pending_of(alice) == one


def test_who_was_never_treated_leaves_nothing_behind(bob, frozen):
    ask_and_close(bob, frozen)
    assert KeptIdentity.objects.count() == 0


def test_her_address_is_free_again(closed):
    assert UserFactory(email="alice@ejemplo.test").is_active


def test_nobody_else_loses_anything(hers, alice, bob, dr_diaz, frozen):
    things = fill(bob, ClinicFactory(doctor=dr_diaz))
    ask_and_close(alice, frozen)
    bob.refresh_from_db()
    assert (bob.email, bob.is_active) == ("bob@ejemplo.test", True)
    assert Appointment.objects.get(pk=things["coming"].pk).status == Status.BOOKED
    assert Review.objects.get(pk=things["review"].pk).status == "published"


def test_late_visit_costs_what_the_page_told(alice, clinic, frozen):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(), booked_by=alice,
                               starts_at=frozen + timedelta(hours=2),
                               late_cancellation_fee=12)  # fmt: skip
    ask_and_close(alice, frozen)
    visit.refresh_from_db()
    assert (visit.status, visit.is_late_cancellation) == (Status.CANCELLED_BY_PATIENT, True)
    assert [str(line.amount) for line in visit.payment_lines.all()] == ["12.00"]


def test_one_that_fails_stands_in_no_others_way(alice, bob, frozen, monkeypatch):
    for account in (alice, bob):
        request_closing(account=account, now=frozen - GRACE)
    with transaction.atomic():
        AppointmentFactory(patient=alice.patients.get(), booked_by=alice,
                           starts_at=frozen + timedelta(hours=3))  # fmt: skip
    monkeypatch.setattr("privacy.services.closing.cancel_appointment", _breaks)
    assert close_due(now=frozen) == 1
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.is_active, bob.is_active) == (True, False)


def _breaks(**_kwargs):
    raise DatabaseError("away")


@pytest.mark.parametrize("who", ["erin", "dr_chen"])
def test_whoever_others_count_on_settles_it_first(who, request, clinic, alice, frozen):
    person = request.getfixturevalue(who)
    account = getattr(person, "user", person)
    AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    with pytest.raises(SomethingToSettle):
        request_closing(account=account, now=frozen)
    assert Closing.objects.count() == 0
