"""Every named constraint of a visit's day, of screens and of notices; what the triggers keep."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from appointments.enums import Stage, Status
from appointments.models import Appointment, DelayNotice, VisitDay, WaitingScreen
from core.models import LiveChange
from tests.breaches import Breach, check, refused_by
from tests.conftest import NOW
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
TODAY = date(2026, 11, 23)
DAY = {
    "appointment": lambda world: world.other,
    "clinic": lambda world: world.other.clinic,
    "date": TODAY,
    "code": "B-27",
}
THERE = {"arrived_at": NOW, "arrival_said_by": "desk"}
NOTICE = {"clinic": lambda world: world.other.clinic, "minutes": 20}
SCREEN = {"clinic": lambda world: world.other.clinic, "created_at": NOW}
WAY = {**DAY, **THERE, "on_the_way_at": NOW + MINUTE}
BREACHES = {
    "visitday_code_of_day": Breach(VisitDay, {**DAY, "code": "A-11"}),
    "visitday_one_inside": Breach(VisitDay, {**DAY, **THERE, "started_at": NOW}),
    "visitday_code_form": Breach(VisitDay, {**DAY, "code": "1-BB"}),
    "visitday_arrival_is_said": Breach(VisitDay, {**DAY, "arrived_at": NOW}),
    "visitday_way_before_arrival": Breach(VisitDay, WAY),
    "visitday_arrival_before_start": Breach(VisitDay, {**DAY, **THERE, "started_at": NOW - MINUTE}),
    "visitday_start_before_end": Breach(VisitDay, {**DAY, **THERE, "finished_at": NOW}),
    "waitingscreen_one_live": Breach(WaitingScreen, SCREEN),
    "waitingscreen_made_before_revoked": Breach(
        WaitingScreen, {**SCREEN, "revoked_at": NOW - HOUR}
    ),
    "delaynotice_apart": Breach(
        DelayNotice, {**NOTICE, "at": NOW + 29 * MINUTE, "quiet_until": NOW + HOUR}
    ),
    "delaynotice_minutes": Breach(
        DelayNotice, {**NOTICE, "minutes": 4, "at": NOW + HOUR, "quiet_until": NOW + 2 * HOUR}
    ),
    "delaynotice_quiet_after": Breach(DelayNotice, {**NOTICE, "at": NOW, "quiet_until": NOW}),
}


@pytest.fixture
def inside(clinic, alice):
    """Somebody is in consultation; `inside.other` is a second visit of the day."""
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=NOW)
    day = VisitDay.objects.create(
        appointment=visit, clinic=clinic, date=TODAY, code="A-11", started_at=NOW, **THERE
    )
    WaitingScreen.objects.create(clinic=clinic, created_at=NOW - HOUR)
    DelayNotice.objects.create(clinic=clinic, minutes=20, at=NOW, quiet_until=NOW + 30 * MINUTE)
    day.other = AppointmentFactory(clinic=clinic, starts_at=NOW + HOUR)
    return day


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(inside, name):
    check(name, BREACHES[name], inside)


def test_what_stands_beside_each_other(inside, clinic):
    VisitDay.objects.filter(pk=inside.pk).update(finished_at=NOW + MINUTE)
    VisitDay.objects.create(
        appointment=inside.other, clinic=clinic, date=TODAY, code="A-12", started_at=NOW, **THERE
    )
    DelayNotice.objects.create(
        clinic=clinic, minutes=5, at=NOW + 30 * MINUTE, quiet_until=NOW + HOUR
    )
    WaitingScreen.objects.update(revoked_at=NOW)
    WaitingScreen.objects.create(clinic=clinic)


@pytest.mark.parametrize(
    "changes",
    [{"date": date(2026, 11, 24)}, {"clinic": lambda world: ClinicFactory()}],
)
def test_a_day_is_that_of_its_visit(inside, changes):
    breach = Breach(VisitDay, {**DAY, **changes})
    assert refused_by(breach.instance(inside)) == "visitday_of_visit"


@pytest.mark.parametrize("status", [Status.REQUESTED, Status.CANCELLED_BY_PATIENT])
def test_a_day_is_of_a_booked_visit(inside, status):
    cancelled_at = None if status == Status.REQUESTED else NOW
    Appointment.objects.filter(pk=inside.other.pk).update(
        status=status, cancelled_at=cancelled_at, answer_by=NOW + HOUR
    )
    assert refused_by(Breach(VisitDay, DAY).instance(inside)) == "visitday_of_visit"


def test_a_day_stays_that_of_its_visit(inside):
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitDay.objects.filter(pk=inside.pk).update(date=date(2026, 11, 22))


def move(visit, by):
    Appointment.objects.filter(pk=visit.pk).update(
        starts_at=visit.starts_at + by, ends_at=visit.ends_at + by
    )


def test_who_is_there_waits_for_the_new_time_of_today(inside):
    VisitDay.objects.filter(pk=inside.pk).update(started_at=None)
    move(inside.appointment, 2 * HOUR)
    assert VisitDay.objects.get().stage == Stage.WAITING
    move(inside.appointment, 26 * HOUR)
    assert not VisitDay.objects.exists()


def test_on_the_way_was_said_of_the_old_time(inside):
    VisitDay.objects.create(
        appointment=inside.other, clinic=inside.clinic, date=TODAY, code="C-33", on_the_way_at=NOW
    )
    move(inside.other, HOUR)
    assert list(VisitDay.objects.all()) == [inside]


def told():
    return list(LiveChange.objects.order_by("id").values_list("kind", "channel", "is_about_times"))


def test_each_step_is_told_and_the_patients_own_by_name(inside, clinic):
    LiveChange.objects.all().delete()
    channel = f"doctor:{clinic.doctor_id}"
    day = VisitDay.objects.create(
        appointment=inside.other, clinic=clinic, date=TODAY, code="C-33", on_the_way_at=NOW
    )
    rows = VisitDay.objects.filter(pk=day.pk)
    rows.update(arrived_at=NOW, arrival_said_by="patient")
    rows.update(arrived_at=None, arrival_said_by="")
    rows.update(arrived_at=NOW, arrival_said_by="desk")
    rows.delete()
    kinds = ["on_the_way", "arrived", "day", "day", "day"]
    assert told() == [(kind, channel, False) for kind in kinds]
    assert {tuple(one.data.items()) for one in LiveChange.objects.all()} == {
        (("visit", str(inside.other.public_id)), ("clinic", clinic.pk))
    }


def test_stages(inside):
    assert inside.stage == Stage.INSIDE
    inside.finished_at = NOW
    assert (inside.stage, inside.reached_at) == (Stage.DONE, NOW)
    assert re.fullmatch(r"[A-Z]-\d\d", str(inside))
    assert VisitDay().stage == Stage.EXPECTED
