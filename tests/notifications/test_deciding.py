"""What becomes of a message whose time has come: every branch, each by its own story."""

from datetime import UTC, datetime, timedelta

import pytest

from appointments.enums import Status
from core.models import Event
from notifications.deciding import Drop, Send, Wait
from notifications.enums import Audience, Kind, State, Why
from notifications.models import Message
from tests.factories import (
    AppointmentFactory,
    ClinicFactory,
    InvitationFactory,
    MessageFactory,
)
from tests.notifications.decisions import (
    DAY,
    HOUR,
    MORNING,
    NIGHT,
    STARTS,
    TUESDAY,
    digest,
    outcome,
    planned,
    wishes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(clinic, alice):
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=STARTS)


# Reminders ---------------------------------------------------------------------------


def test_a_reminder_in_its_time_is_sent(visit, alice):
    decision = outcome(planned(visit))
    assert isinstance(decision, Send)
    assert (decision.address, decision.reader.account) == ("alice@ejemplo.test", alice)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"sequence": 1}, Why.MOVED),
        ({"sequence": 1, "status": Status.REQUESTED, "answer_by": STARTS}, Why.MOVED),
        ({"sequence": 1, "status": Status.CANCELLED_BY_PATIENT, "cancelled_at": TUESDAY},
         Why.CANCELLED),
        ({"sequence": 1, "status": Status.DECLINED, "cancelled_at": TUESDAY}, Why.CANCELLED),
        ({"status": Status.ATTENDED}, Why.CANCELLED),
    ],
)  # fmt: skip
def test_a_reminder_of_what_is_not_so_any_more(visit, fields, why):
    message = planned(visit, version=0)
    type(visit).objects.filter(pk=visit.pk).update(**fields)
    assert outcome(message) == Drop(why)


@pytest.mark.parametrize("late", [timedelta(0), HOUR])
def test_a_reminder_of_what_has_begun(visit, late):
    assert outcome(planned(visit, Kind.REMINDER_HOURS), STARTS + late) == Drop(Why.TOO_LATE)


def test_a_reminder_that_its_consultorio_does_not_send(visit):
    visit.clinic.reminders = ["2h"]
    visit.clinic.save()
    assert outcome(planned(visit)) == Drop(Why.CLINIC_OFF)


def test_who_chose_for_themselves_does_not_ask_the_consultorio(visit, alice):
    visit.clinic.reminders = []
    visit.clinic.save()
    own = wishes(alice, reminders=["1d"])
    assert isinstance(outcome(planned(visit)), Send)
    own.reminders = ["7d", "2h"]
    own.save()
    assert outcome(planned(visit, copy=1)) == Drop(Why.NOT_WANTED)


def test_the_next_reminder_overtakes_a_late_one(visit):
    message = planned(visit)
    assert isinstance(outcome(message, MORNING - timedelta(hours=11, minutes=1)), Send)
    assert outcome(message, MORNING) == Drop(Why.OVERTAKEN)


def test_a_reminder_that_nobody_wants_overtakes_nothing(visit, alice):
    wishes(alice, reminders=["1d"])
    assert isinstance(outcome(planned(visit), MORNING), Send)


def test_a_late_reminder_waits_for_the_morning(visit):
    assert outcome(planned(visit), NIGHT) == Wait(MORNING)


def test_a_late_reminder_of_a_visit_before_the_morning_is_too_late(clinic, alice):
    early = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=MORNING - 2 * HOUR
    )
    message = planned(early, Kind.REMINDER_HOURS)
    assert outcome(message, NIGHT) == Drop(Why.TOO_LATE)


def test_the_night_is_the_readers(visit, alice):
    """10:00 in Quito is 22:00 in Yakarta."""
    alice.time_zone = "Asia/Jakarta"
    alice.save()
    message = planned(visit, Kind.REMINDER_WEEK)
    visit.starts_at += 6 * DAY
    visit.ends_at += 6 * DAY
    visit.save()
    assert outcome(message) == Wait(datetime(2026, 11, 25, 1, tzinfo=UTC))


def test_the_night_of_a_clinic_that_moved_to_another_zone(visit):
    message = planned(visit)
    visit.clinic.zone = "Asia/Tokyo"
    visit.clinic.save()
    assert outcome(message) == Wait(datetime(2026, 11, 24, 23, tzinfo=UTC))


def test_sent_again_by_hand_asks_neither_wishes_nor_the_night(visit, alice, dr_chen):
    wishes(alice, reminders=[])
    message = planned(visit, copy=1, resent_by=dr_chen.user)
    assert isinstance(outcome(message, NIGHT), Send)
    type(visit).objects.filter(pk=visit.pk).update(sequence=1)
    assert outcome(message, NIGHT) == Drop(Why.MOVED)


# Afterwards --------------------------------------------------------------------------


def attended(visit):
    type(visit).objects.filter(pk=visit.pk).update(status=Status.ATTENDED)
    return planned(visit, Kind.FEEDBACK, due_at=STARTS + 3 * HOUR)


def test_who_attended_is_asked(visit):
    assert isinstance(outcome(attended(visit), STARTS + 3 * HOUR), Send)


def test_who_did_not_attend_after_all_is_not_asked(visit):
    message = attended(visit)
    type(visit).objects.filter(pk=visit.pk).update(status=Status.NO_SHOW)
    assert outcome(message, STARTS + 3 * HOUR) == Drop(Why.CORRECTED)


def test_nobody_is_asked_after_a_week(visit):
    late = STARTS + 3 * HOUR + 7 * DAY
    message = attended(visit)
    assert isinstance(outcome(message, late), Send)
    assert outcome(message, late + timedelta(seconds=1)) == Drop(Why.TOO_LATE)


@pytest.mark.parametrize(
    ("kind", "column"), [(Kind.FEEDBACK, "wants_feedback"), (Kind.OPINION, "wants_opinions")]
)
def test_what_was_stopped_is_not_sent(visit, alice, dr_chen, kind, column):
    message = attended(visit)
    reader, audience = alice, Audience.PATIENT
    if kind == Kind.OPINION:
        reader, audience = dr_chen.user, Audience.DOCTOR
    Message.objects.filter(pk=message.pk).update(kind=kind, audience=audience, recipient=reader)
    own = wishes(reader, **{column: False})
    assert outcome(message, STARTS + 4 * HOUR) == Drop(Why.NOT_WANTED)
    setattr(own, column, True)
    own.save()
    assert isinstance(outcome(message, STARTS + 4 * HOUR), Send)


def test_what_nobody_asked_for_waits_for_the_morning(visit):
    assert outcome(attended(visit), NIGHT + DAY) == Wait(MORNING + DAY)


# The day of a doctor ----------------------------------------------------------------


def test_a_digest_of_a_day_with_visits(visit, dr_chen):
    assert isinstance(outcome(digest(dr_chen.user, dr_chen), MORNING), Send)


def test_a_digest_of_an_empty_day(clinic, dr_chen):
    assert outcome(digest(dr_chen.user, dr_chen), MORNING) == Drop(Why.EMPTY)


def test_a_digest_of_a_day_that_is_over(visit, dr_chen):
    assert outcome(digest(dr_chen.user, dr_chen), MORNING + DAY) == Drop(Why.TOO_LATE)


def test_a_digest_that_was_stopped(visit, dr_chen):
    wishes(dr_chen.user, wants_digest=False)
    assert outcome(digest(dr_chen.user, dr_chen), MORNING) == Drop(Why.NOT_WANTED)


def test_a_digest_waits_for_the_morning_of_the_consultorio(visit, dr_chen):
    assert outcome(digest(dr_chen.user, dr_chen), NIGHT) == Wait(MORNING)


def test_reception_gets_the_digest_while_its_doctor_wants(visit, carla, dr_chen):
    message = digest(carla, dr_chen, Audience.ASSISTANT)
    work = carla.assistant_of.get()
    work.notices = ["digest"]
    work.save()
    assert isinstance(outcome(message, MORNING), Send)
    work.notices = ["new"]
    work.save()
    assert outcome(message, MORNING) == Drop(Why.READER_GONE)


def test_a_digest_for_reception_is_of_its_own_consultorios(visit, carla, dr_chen):
    work = carla.assistant_of.get()
    work.notices = ["digest"]
    work.save()
    work.clinics.set([ClinicFactory(doctor=dr_chen)])
    assert outcome(digest(carla, dr_chen, Audience.ASSISTANT), MORNING) == Drop(Why.EMPTY)


# Who is there to read --------------------------------------------------------------


def to_reception(visit, carla):
    return planned(visit, Kind.BOOKED, audience=Audience.ASSISTANT, recipient=carla, reader_key="1")


def test_reception_that_works_there_is_told(visit, carla):
    assert isinstance(outcome(to_reception(visit, carla)), Send)


@pytest.mark.parametrize("how", ["ended", "elsewhere", "inactive", "gone"])
def test_reception_that_lost_its_access_is_not_told(visit, carla, how, now):
    message = to_reception(visit, carla)
    work = carla.assistant_of.get()
    if how == "ended":
        work.ended_at = now
        work.save()
    elif how == "elsewhere":
        work.clinics.clear()
    elif how == "inactive":
        type(carla).objects.filter(pk=carla.pk).update(is_active=False)
    else:
        Message.objects.filter(pk=message.pk).update(recipient=None)
    assert outcome(message) == Drop(Why.READER_GONE)


@pytest.mark.parametrize("kind", [Kind.BOOKED, Kind.REMINDER_DAY, Kind.PRESCRIPTION])
def test_a_closed_account_is_not_written_to(visit, alice, kind):
    alice.is_active = False
    alice.save()
    assert outcome(planned(visit, kind)) == Drop(Why.READER_GONE)


def test_mails_of_the_accounts_go_where_they_were_to(alice):
    message = MessageFactory(
        visit=None, version=None, kind=Kind.ACCOUNT, audience=Audience.ACCOUNT, recipient=None,
        state=State.PLANNED, address="nueva@ejemplo.test",
    )  # fmt: skip
    assert outcome(message, refused=["nueva@ejemplo.test"]) == Send(None, "nueva@ejemplo.test")


@pytest.mark.parametrize("state", ["open", "over", "gone"])
def test_an_invitation_is_sent_while_it_serves(dr_chen, state):
    expires = TUESDAY + (DAY if state == "open" else -DAY)
    invitation = InvitationFactory(created_by=dr_chen.user, expires_at=expires)
    event = Event.objects.create(
        name="invitation.sent", subject_id=invitation.public_id, occurred_at=TUESDAY
    )
    message = MessageFactory(
        visit=None, version=None, kind=Kind.INVITATION, audience=Audience.ACCOUNT, recipient=None,
        state=State.PLANNED, address=invitation.email, event=event,
    )  # fmt: skip
    if state == "gone":
        invitation.delete()
    expected = Send(None, invitation.email) if state == "open" else Drop(Why.CLOSED)
    assert outcome(message) == expected
