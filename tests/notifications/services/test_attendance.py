"""What is told after the desk said who came, and after it put that right."""

from datetime import timedelta

import pytest
import time_machine

from appointments.attendance import Attendance
from appointments.enums import CorrectionReason, Status
from appointments.services.attendance import correct_attendance, record_attendance
from core.models import Event
from notifications.enums import Channel, Kind
from notifications.models import Message
from notifications.services.planning import plan_messages
from notifications.services.sending import send_due
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
CAME, MISSED = Attendance(Status.ATTENDED), Attendance(Status.NO_SHOW)
NOTHING = Attendance(Status.BOOKED)
MINUTE = timedelta(minutes=1)


class Story:
    """What the desk says of one visit, and what becomes of it at once."""

    def __init__(self, visit):
        self.visit, self.actor = visit, visit.doctor.user
        self.now = visit.starts_at + MINUTE

    def says(self, said, *, corrects=None):
        self.now += MINUTE
        acts = {"appointment": self.visit, "said": said, "actor": self.actor, "now": self.now}
        if corrects is None:
            record_attendance(**acts)
        else:
            correct_attendance(**acts, was=corrects, reason=CorrectionReason.TOLD)
        plan_messages(now=self.now)
        return self


@pytest.fixture
def story(frozen, clinic, alice):
    patient = alice.patients.get()
    return Story(AppointmentFactory(clinic=clinic, patient=patient, starts_at=frozen))


def asked():
    rows = Message.objects.filter(kind=Kind.FEEDBACK, channel=Channel.EMAIL).order_by("pk")
    return list(rows.values_list("state", "why", "copy"))


WAITS = ("planned", "", 0)
GONE = ("suppressed", "corrected", 0)


def test_who_came_is_asked_and_who_did_not_is_told_nothing(story, clinic):
    story.says(CAME)
    assert asked() == [WAITS]
    later = story.visit.starts_at + timedelta(hours=1)
    Story(AppointmentFactory(clinic=clinic, starts_at=later - timedelta(hours=9))).says(MISSED)
    assert asked() == [WAITS]
    assert set(Message.objects.values_list("kind", flat=True)) == {Kind.FEEDBACK}


def test_a_missed_visit_that_was_none(story):
    story.says(MISSED)
    assert asked() == []
    story.says(CAME, corrects=MISSED)
    assert asked() == [WAITS]


@pytest.mark.parametrize("said", [MISSED, NOTHING])
def test_the_question_that_waits_is_withdrawn(story, said):
    story.says(CAME).says(said, corrects=CAME)
    assert asked() == [GONE]


def test_and_is_asked_anew(story):
    story.says(CAME).says(MISSED, corrects=CAME).says(CAME, corrects=MISSED)
    assert asked() == [GONE, ("planned", "", 1)]
    Event.objects.update(processed_at=None)
    plan_messages(now=story.now)
    assert asked() == [GONE, ("planned", "", 1)]


def test_nobody_is_asked_twice(story, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    story.says(CAME)
    with time_machine.travel(story.now + timedelta(days=1), tick=False):
        send_due()
    assert [state for state, _why, _copy in asked()] == ["sent"]
    story.says(MISSED, corrects=CAME).says(CAME, corrects=MISSED)
    assert [state for state, _why, _copy in asked()] == ["sent"]


def test_how_late_they_were_is_no_other_question(story):
    story.says(CAME).says(Attendance(Status.ATTENDED, 2), corrects=CAME)
    assert asked() == [WAITS]


def test_corrected_before_anybody_looked(story):
    """All three events are planned at once."""
    Event.objects.update(processed_at=story.now)
    story.says(CAME)
    Message.objects.all().delete()
    story.says(MISSED, corrects=CAME).says(CAME, corrects=MISSED)
    Message.objects.all().delete()
    Event.objects.update(processed_at=None)
    plan_messages(now=story.now)
    assert asked() == [WAITS]


@pytest.mark.parametrize(("days", "count"), [(13, 1), (15, 0)])
def test_of_long_ago_nobody_is_asked(story, days, count):
    story.now = story.visit.ends_at + timedelta(days=days)
    story.says(CAME)
    assert len(asked()) == count
