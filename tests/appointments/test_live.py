"""What each act tells the doctor's open pages. The rows stand in the act's own transaction."""

from datetime import timedelta

import pytest
from django.db import transaction

from appointments.enums import HOLDING_SLOT, ChangeKind, Status
from appointments.live import channel_of
from appointments.models import Absence, Appointment
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.holds import extend_hold, hold_slot
from appointments.services.rescheduling import reschedule_appointment
from appointments.services.timeline import record_change
from clinics.models import OpeningHours, ScheduleException, TravelTime
from core.models import LiveChange
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, ClinicFactory, DoctorFactory

pytestmark = pytest.mark.django_db


class Ear:
    """What was told of a doctor since it was put there: `(kind, about times?)`."""

    def __init__(self, doctor):
        self.channel = channel_of(doctor)
        self.forget()

    def forget(self):
        last = LiveChange.objects.order_by("id").last()
        self.since = last.pk if last else 0

    def rows(self):
        told = LiveChange.objects.filter(channel=self.channel, id__gt=self.since)
        return list(told.order_by("id"))

    def heard(self):
        rows = self.rows()
        self.forget()
        return [(row.kind, row.is_about_times) for row in rows]


@pytest.fixture
def ear(clinic):
    return Ear(clinic.doctor)


def hold(clinic, slot, now, key="hers"):
    return hold_slot(clinic=clinic, starts_at=slot, holder_key=key, address_digest="x", now=now)


def test_walk_from_a_hold_to_a_cancelled_visit(ear, alice, clinic, slot, now):
    hold(clinic, slot, now)
    assert ear.heard() == [("held", True)]
    extend_hold(holder_key="hers", now=now + timedelta(minutes=5))
    assert ear.heard() == [("visit", False)]
    visit = book_appointment(request=wish_of(alice, clinic, slot, holder_key="hers"), now=now)
    assert ear.heard() == [("visit", False), ("booked", False)]
    reschedule_appointment(
        appointment=visit, starts_at=slot + timedelta(hours=1), actor=alice, now=now
    )
    assert ear.heard() == [("visit", True), ("rescheduled", False)]
    visit.refresh_from_db()
    cancel_appointment(appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=now)
    assert ear.heard() == [("visit", True), ("cancelled", False)]


def test_visit_without_a_hold_takes_its_time(ear, alice, clinic, slot, now):
    book_appointment(request=wish_of(alice, clinic, slot), now=now)
    assert ear.heard() == [("visit", True), ("booked", False)]


def test_another_hold_lets_go_of_the_first(ear, clinic, slot, now):
    hold(clinic, slot, now)
    ear.forget()
    hold(clinic, slot + timedelta(hours=1), now)
    assert ear.heard() == [("released", True), ("held", True)]


def test_ids_only(ear, alice, clinic, slot, now):
    visit = book_appointment(request=wish_of(alice, clinic, slot), now=now)
    about = {"visit": str(visit.public_id), "clinic": clinic.pk}
    line = {"line": str(visit.changes.get().public_id)}
    assert [row.data for row in ear.rows()] == [about, {**about, **line}]


def test_other_doctors_hear_nothing(dr_diaz, alice, clinic, slot, now):
    other = Ear(dr_diaz)
    book_appointment(request=wish_of(alice, clinic, slot), now=now)
    assert other.heard() == []


def test_what_changes_nothing_of_the_agenda_is_not_told(ear, visit):
    ear.forget()
    visit.reason = "otro"
    visit.save()
    Appointment.objects.filter(pk=visit.pk).update(status=visit.status)
    assert ear.heard() == []


@pytest.mark.parametrize("status", Status.values)
def test_triggers_know_which_states_keep_their_time(ear, visit, now, status):
    """The same list stands in appointments.enums."""
    ear.forget()
    changes = {"status": status, "hold_expires_at": now, "answer_by": now}
    if status.startswith("cancelled") or status in ("declined", "lapsed"):
        changes["cancelled_at"] = now
    Appointment.objects.filter(pk=visit.pk).update(**changes)
    heard = ear.heard()
    assert any(about_times for _kind, about_times in heard) == (status not in HOLDING_SLOT)


@pytest.mark.parametrize("kind", ChangeKind.values)
def test_each_line_of_the_timeline_is_told_by_its_name(ear, visit, alice, now, kind):
    ear.forget()
    with transaction.atomic():
        record_change(visit, kind=ChangeKind(kind), actor=alice, at=now)
    assert ear.heard() == [(kind, False)]


def test_deleted_hold_frees_its_time(ear, clinic, slot, now):
    held = hold(clinic, slot, now).appointment
    ear.forget()
    Appointment.objects.filter(pk=held.pk).delete()
    assert ear.heard() == [("released", True)]


def test_absences_are_told(ear, clinic, slot):
    absence = Absence.objects.create(
        doctor=clinic.doctor, starts_at=slot, ends_at=slot + timedelta(days=1)
    )
    assert ear.heard() == [("blocked", True)]
    absence.ends_at += timedelta(days=1)
    absence.save()
    assert ear.heard() == [("blocked", True)]
    absence.note = "congreso"
    absence.save(update_fields=["note"])
    assert ear.heard() == []
    absence.delete()
    assert ear.heard() == [("unblocked", True)]


def test_hours_of_a_week_are_told_once(ear, clinic):
    ear.forget()
    clinic.opening_hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(clinic=clinic, weekday=day, starts_minute=600, ends_minute=700)
        for day in range(1, 6)
    )
    # Once in a transaction, and the clinic itself was told of in this test's one before.
    assert LiveChange.objects.filter(channel=ear.channel, kind="hours").count() == 1


def test_dates_rules_ways_and_publication_are_told(ear, clinic, now):
    other = ClinicFactory(doctor=clinic.doctor)
    LiveChange.objects.all().delete()
    ScheduleException.objects.create(clinic=clinic, date=now.date(), kind="closed")
    assert ear.heard() == [("dates", True)]
    TravelTime.objects.create(from_clinic=clinic, to_clinic=other, minutes=20)
    assert ear.heard() == [("travel", True)]
    clinic.slot_minutes = 45
    clinic.save()
    assert ear.heard() == [("clinic", True)]
    clinic.directions = "Segundo piso"
    clinic.save()
    clinic.doctor.biography = "Texto"
    clinic.doctor.save()
    assert ear.heard() == []
    clinic.doctor.is_published = False
    clinic.doctor.save()
    assert ear.heard() == [("profile", True)]


def test_new_consultorio_is_told():
    doctor = DoctorFactory()
    ear = Ear(doctor)
    ClinicFactory(doctor=doctor)
    assert ear.heard() == [("clinic", True), ("hours", True)]


def test_many_visits_at_once_are_told_one_by_one(ear, clinic, slot):
    visits = [
        AppointmentFactory(clinic=clinic, starts_at=slot + timedelta(days=n)) for n in range(3)
    ]
    ear.forget()
    Appointment.objects.filter(pk__in=[v.pk for v in visits]).update(
        status=Status.CANCELLED_BY_DOCTOR, cancelled_at=slot
    )
    assert ear.heard() == [("visit", True)] * 3
