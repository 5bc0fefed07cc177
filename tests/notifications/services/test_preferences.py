"""How people want their messages: chosen on a page, or stopped by one click in a mail."""

import pytest

from core.models import Event
from notifications.enums import Kind
from notifications.models import Preferences
from notifications.readers import patient_reader, preferences_of
from notifications.services.preferences import Wishes, may_be_stopped, save_wishes, stop
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory

pytestmark = pytest.mark.django_db
WISHES = Wishes(
    channels=["sms", "email"], phone="+593987654321", reminders=["1d"], wants_feedback=False,
    wants_digest=True, wants_opinions=True,
)  # fmt: skip
EVERYBODYS = (["email", "sms", "whatsapp"], None, True, True, True)


def values(found):
    return (found.channels, found.reminders, found.wants_feedback, found.wants_digest,
            found.wants_opinions)  # fmt: skip


@pytest.fixture
def of_paper(clinic):
    """A visit of somebody whom the desk wrote down."""
    patient = PatientFactory(account=None, email="papel@ejemplo.test")
    return AppointmentFactory(clinic=clinic, patient=patient, booked_by=clinic.doctor.user)


def test_whoever_chose_nothing_has_what_everybody_has(alice):
    assert values(preferences_of(alice)) == EVERYBODYS
    assert not Preferences.objects.exists()


def test_wishes_are_kept_and_changed(alice, now):
    save_wishes(account=alice, wishes=WISHES, now=now)
    save_wishes(account=alice, wishes=Wishes(**{**vars(WISHES), "reminders": None}), now=now)
    found = Preferences.objects.get()
    assert values(found) == (["sms", "email"], None, False, True, True)
    assert (found.phone.as_e164, found.account, found.patient) == ("+593987654321", alice, None)
    events = Event.objects.filter(name="preferences.changed")
    assert [(e.subject_id, e.actor, e.data) for e in events] == [(alice.public_id, alice, {})] * 2


@pytest.mark.parametrize("kind", [Kind.REMINDER_WEEK, Kind.REMINDER_DAY, Kind.REMINDER_HOURS])
def test_a_click_in_a_reminder_stops_reminders(visit, alice, now, kind):
    stop(message=MessageFactory(visit=visit, kind=kind), now=now)
    assert values(Preferences.objects.get(account=alice)) == (EVERYBODYS[0], [], True, True, True)


@pytest.mark.parametrize(
    ("kind", "column"), [(Kind.FEEDBACK, 2), (Kind.DIGEST, 3), (Kind.OPINION, 4)]
)
def test_a_click_stops_what_it_was_in_and_nothing_else(visit, alice, now, kind, column):
    save_wishes(account=alice, wishes=Wishes(**{**vars(WISHES), "wants_feedback": True}), now=now)
    message = MessageFactory(visit=visit, kind=kind)
    stop(message=message, now=now)
    stop(message=message, now=now)
    expected = [["sms", "email"], ["1d"], True, True, True]
    expected[column] = False
    assert values(Preferences.objects.get()) == tuple(expected)


def test_without_an_account_it_is_the_patient_who_stops(of_paper, now):
    stop(message=MessageFactory(visit=of_paper, kind=Kind.REMINDER_DAY, recipient=None), now=now)
    found = Preferences.objects.get()
    assert (found.account, found.patient, found.reminders) == (None, of_paper.patient, [])
    of_paper.patient.refresh_from_db()
    assert patient_reader(of_paper).preferences == found
    event = Event.objects.get(name="preferences.changed")
    assert (event.subject_id, event.actor) == (of_paper.patient.public_id, None)


def test_one_of_two_who_share_an_address_stops_for_themselves(of_paper, clinic, now):
    other = PatientFactory(account=None, email="papel@ejemplo.test")
    stop(message=MessageFactory(visit=of_paper, kind=Kind.REMINDER_DAY, recipient=None), now=now)
    assert values(preferences_of(other)) == EVERYBODYS


def test_a_parent_stops_for_the_whole_account(alice, clinic, now):
    child = PatientFactory(account=alice, relationship="child")
    visit = AppointmentFactory(clinic=clinic, patient=child)
    stop(message=MessageFactory(visit=visit, kind=Kind.REMINDER_DAY), now=now)
    assert Preferences.objects.get().account == alice


@pytest.mark.parametrize("kind", Kind)
def test_what_may_be_stopped_is_what_nobody_asked_for(visit, kind):
    stoppable = {"reminder_7d", "reminder_1d", "reminder_2h", "feedback", "digest", "opinion"}
    message = MessageFactory.build(visit=visit, kind=kind, recipient=None)
    assert may_be_stopped(message) == (kind in stoppable)


def test_nobody_is_left_to_stop(visit, dr_chen, now):
    message = MessageFactory(visit=visit, audience="doctor", recipient=None, kind=Kind.OPINION,
                             address="x@ejemplo.test")  # fmt: skip
    stop(message=message, now=now)
    assert not Preferences.objects.exists()
