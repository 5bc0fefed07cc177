"""The life of bookings as a state machine: any order of acts, checked against a small model.

After each act: nobody overlaps, nothing is lost, each event is there once, and exactly the times
that the model calls free are offered. STATE_MACHINE=full, as in CI, runs 200 x 50 acts in two
minutes; the usual size takes twenty seconds.
"""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as size
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from appointments import refusals
from appointments.attendance import Attendance
from appointments.enums import CorrectionReason, Status
from appointments.models import Appointment
from appointments.queries import free_times
from appointments.services.absences import add_absence
from appointments.services.attendance import correct_attendance, record_attendance
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.drafts import save_details, sweep_drafts
from appointments.services.holds import extend_hold, hold_slot
from appointments.services.index_check import check_index
from appointments.services.indexing import renew_due
from appointments.services.rescheduling import reschedule_appointment
from clinics.models import Clinic
from core.models import Event
from notifications.models import Message
from notifications.services.planning import plan_messages
from tests.appointments.crowd import overlaps
from tests.appointments.life import FORGOTTEN, HOLD, Life, Thing
from tests.appointments.wishes import wish_of
from tests.conftest import NOW
from tests.factories import ClinicFactory, DoctorFactory, PatientFactory

SIZES = {"full": (200, 50), "usual": (60, 30)}
CHOSEN = os.environ.get("STATE_MACHINE") or ("full" if os.environ.get("CI") else "usual")
EXAMPLES, STEPS = SIZES[CHOSEN]
OF_WHO_CAME = [f"appointment.{name}" for name in ("attended", "no_show", "unrecorded")]
BROWSERS = ["b1", "b2", "b3"]
HORIZON = timedelta(days=3)

numbers = st.integers(0, 10_000)
browsers = st.sampled_from(BROWSERS)
maybe_browsers = st.sampled_from([*BROWSERS, ""])
clinics = st.integers(0, 2)
accounts = st.integers(0, 1)
passing = st.sampled_from([1, 5, 9, 10, 11, 60, 600, 1440])


class BookingLife(RuleBasedStateMachine):
    """Two clinics of one doctor (30' and 45'), one of another, two accounts, three browsers.

    Two mornings of a few hours: few times, much quarrel.
    """

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        doctor, other = DoctorFactory(), DoctorFactory()
        mornings = [(2, 540, 660), (3, 540, 660)]
        made = [
            ClinicFactory(doctor=doctor, hours=mornings),
            ClinicFactory(doctor=doctor, hours=mornings, slot_minutes=45, name="Norte"),
            ClinicFactory(doctor=other, hours=mornings),
        ]
        self.clinics = [Clinic.objects.with_schedule().get(pk=clinic.pk) for clinic in made]
        self.accounts = [PatientFactory().account for _ in range(2)]
        first = NOW + timedelta(days=1)  # Tuesday 9:00 in Quito
        self.life = Life(
            now=NOW,
            grid={
                clinic.pk: [
                    first + timedelta(days=day, minutes=minute)
                    for day in (0, 1)
                    for minute in range(0, 121 - clinic.slot_minutes, clinic.slot_minutes)
                ]
                for clinic in self.clinics
            },
        )

    def teardown(self):
        if hasattr(self, "atomic"):
            self.the_search_index_agrees()
            self.everybody_is_told_once()
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @rule()
    def the_search_index_agrees(self):
        """Now and then, as the task comes: after each step it would take longer than all else."""
        renew_due(clock=lambda: self.life.now)
        report = check_index(clock=lambda: self.life.now)
        assert (report.waiting, report.differences) == (0, [])

    def everybody_is_told_once(self):
        plan_messages(now=self.life.now)
        Event.objects.update(processed_at=None)
        plan_messages(now=self.life.now)
        letters = Message.objects.filter(channel="email", event__isnull=False)
        told = letters.exclude(kind="feedback").values_list("event", "audience")
        changes = [name for _id, name in self.life.events() if name not in OF_WHO_CAME]
        assert len(set(told)) == len(told) == 2 * len(changes)
        asked = Message.objects.filter(kind="feedback", channel="email", state="planned")
        visits = asked.values_list("visit__public_id", flat=True)
        came = {visit.id for visit in self.life.visits if visit.status == "attended"}
        assert len(set(visits)) == len(visits)
        assert came.issuperset(visits)

    # What is tried ------------------------------------------------------------

    def time_of(self, clinic, number):
        grid = self.life.grid[clinic.pk]
        return grid[number % len(grid)]

    def refused(self, expected, act, **arguments):
        with pytest.raises(expected):
            act(now=self.life.now, **arguments)

    @rule(minutes=passing)
    def time_passes(self, minutes):
        self.life.now += timedelta(minutes=minutes)

    @rule(browser=browsers, clinic=clinics, number=numbers)
    def hold(self, browser, clinic, number):
        clinic = self.clinics[clinic]
        self.try_to_hold(browser, clinic, self.time_of(clinic, number))

    @rule(browser=browsers, clinic=clinics, number=numbers)
    def hold_what_is_shown(self, browser, clinic, number):
        clinic = self.clinics[clinic]
        shown = self.shown()[clinic.pk]
        if shown:
            start = shown[number % len(shown)]
            self.try_to_hold(browser, clinic, start)
            assert self.life.own_hold(browser, clinic, start)

    def try_to_hold(self, browser, clinic, start):
        life = self.life
        asked = {
            "clinic": clinic,
            "starts_at": start,
            "holder_key": browser,
            "address_digest": "one",
        }
        own = life.holds.get(browser)
        if life.own_hold(browser, clinic, start):
            draft = hold_slot(now=life.now, **asked)
            assert draft.appointment.hold_expires_at == own.expires
        elif start < life.now:
            self.refused(refusals.SlotInThePast, hold_slot, **asked)
        elif not life.is_free(clinic, start, but=[own] if own else []):
            self.refused((refusals.SlotTaken, refusals.SlotNotOffered), hold_slot, **asked)
        else:
            draft = hold_slot(now=life.now, **asked)
            life.holds[browser] = Thing(
                clinic, start, browser, life.now + HOLD, id=draft.appointment.public_id
            )
            life.drafts[browser] = life.now

    @rule(browser=browsers)
    def extend(self, browser):
        held = self.life.holds.get(browser)
        if held is None or not held.stands(self.life.now):
            self.refused(refusals.HoldLost, extend_hold, holder_key=browser)
        elif held.is_extended:
            self.refused(refusals.NoMoreTime, extend_hold, holder_key=browser)
        else:
            extend_hold(holder_key=browser, now=self.life.now)
            held.expires, held.is_extended = self.life.now + HOLD, True

    @rule(browser=browsers, account=accounts)
    def details(self, browser, account):
        typed = {
            "holder_key": browser,
            "account": self.accounts[account],
            "patient": self.accounts[account].patients.get(),
            "phone": "+593991234567",
            "reason": "control",
        }
        if browser not in self.life.drafts:
            self.refused(refusals.HoldLost, save_details, **typed)
        else:
            save_details(now=self.life.now, **typed)
            self.life.drafts[browser] = self.life.now

    @rule(account=accounts, browser=maybe_browsers, clinic=clinics, number=numbers)
    def book(self, account, browser, clinic, number):
        clinic = self.clinics[clinic]
        self.try_to_book(account, browser, clinic, self.time_of(clinic, number))

    @precondition(lambda self: self.life.holds)
    @rule(account=accounts, browser=browsers)
    def confirm(self, account, browser):
        held = self.life.holds.get(browser)
        if held:
            self.try_to_book(account, browser, held.clinic, held.start)

    def try_to_book(self, account, browser, clinic, start):
        life = self.life
        account = self.accounts[account]
        request = wish_of(account, clinic, start, holder_key=browser)
        patient = request.patient.pk
        same = [
            v
            for v in life.visits
            if v.stands(life.now)
            and v.came == "booked"
            and (v.owner, v.clinic, v.start) == (patient, clinic, start)
        ]
        held = life.own_hold(browser, clinic, start)
        end = start + timedelta(minutes=clinic.slot_minutes)
        if same:
            assert book_appointment(request=request, now=life.now).public_id == same[0].id
        elif start < life.now:
            self.refused(refusals.SlotInThePast, book_appointment, request=request)
        elif not held and not life.is_free(clinic, start):
            expected = (refusals.SlotTaken, refusals.SlotNotOffered)
            self.refused(expected, book_appointment, request=request)
        elif life.is_elsewhere(patient, start, end, None):
            self.refused(refusals.PatientBusy, book_appointment, request=request)
        else:
            visit = book_appointment(request=request, now=life.now)
            made = Thing(clinic, start, patient, changes=["booked"], id=visit.public_id)
            life.visits.append(made)
            life.forms.append((request, made))
            own = life.holds.get(browser)
            if own and (own.clinic, own.start) == (clinic, start):
                del life.holds[browser], life.drafts[browser]

    @precondition(lambda self: self.life.forms)
    @rule(number=numbers)
    def same_form_again(self, number):
        request, made = self.life.forms[number % len(self.life.forms)]
        again = book_appointment(request=request, now=self.life.now)
        assert again.public_id == made.id

    @precondition(lambda self: self.life.visits)
    @rule(number=numbers)
    def cancel(self, number):
        visit, row = self.visit(number)
        asked = {
            "appointment": row,
            "actor": row.booked_by,
            "status": Status.CANCELLED_BY_PATIENT,
        }
        if visit.came != "booked":
            self.refused(refusals.VisitNotStanding, cancel_appointment, **asked)
            return
        if visit.start <= self.life.now and not visit.is_cancelled:
            self.refused(refusals.VisitOver, cancel_appointment, **asked)
            return
        cancel_appointment(now=self.life.now, **asked)
        if not visit.is_cancelled:
            visit.is_cancelled = True
            visit.changes.append("cancelled")

    @precondition(lambda self: self.life.visits)
    @rule(number=numbers, to=numbers, among_shown=st.booleans())
    def reschedule(self, number, to, among_shown):
        life = self.life
        visit, row = self.visit(number)
        shown = among_shown and self.shown()[visit.clinic.pk]
        start = shown[to % len(shown)] if shown else self.time_of(visit.clinic, to)
        end = start + timedelta(minutes=visit.clinic.slot_minutes)
        asked = {"appointment": row, "starts_at": start, "actor": row.booked_by}
        if visit.is_cancelled or visit.came != "booked":
            self.refused(refusals.VisitNotStanding, reschedule_appointment, **asked)
        elif visit.start == start and visit.changes[-1] == "rescheduled":
            reschedule_appointment(now=life.now, **asked)
        elif visit.start == start:
            self.refused(refusals.SameTime, reschedule_appointment, **asked)
        elif visit.start <= life.now:
            self.refused(refusals.VisitOver, reschedule_appointment, **asked)
        elif visit.start - timedelta(hours=12) < life.now:
            self.refused(refusals.DeadlinePassed, reschedule_appointment, **asked)
        elif not life.is_free(visit.clinic, start, but=[visit]):
            self.refused(refusals.BookingRefused, reschedule_appointment, **asked)
        elif life.is_elsewhere(visit.owner, start, end, visit):
            self.refused(refusals.PatientBusy, reschedule_appointment, **asked)
        else:
            reschedule_appointment(now=life.now, **asked)
            visit.start = start
            visit.changes.append("rescheduled")

    @precondition(lambda self: self.life.visits)
    @rule(number=numbers, said=st.sampled_from(["attended", "no_show", "booked"]))
    def say_who_came(self, number, said):
        """The first answer, the same again, or the present one put right."""
        self.life.now += timedelta(seconds=1)  # one line of the timeline an instant
        visit, row = self.visit(number)
        asked = {"appointment": row, "said": Attendance(said), "actor": row.doctor.user}
        act = record_attendance
        if visit.came != "booked":
            act = correct_attendance
            asked |= {"was": Attendance(visit.came), "reason": CorrectionReason.MISTAKE}
        refusal = self.life.unsayable(visit, said)
        if refusal:
            self.refused(getattr(refusals, refusal), act, **asked)
            return
        act(now=self.life.now, **asked)
        if said != visit.came:
            visit.came = said
            visit.changes.append("unrecorded" if said == "booked" else said)

    def visit(self, number):
        visit = self.life.visits[number % len(self.life.visits)]
        return visit, Appointment.objects.select_related("patient", "booked_by").get(
            public_id=visit.id
        )

    @rule(clinic=clinics, number=numbers, minutes=st.sampled_from([30, 60]))
    def absence(self, clinic, number, minutes):
        clinic = self.clinics[clinic]
        start = self.time_of(clinic, number)
        end = start + timedelta(minutes=minutes)
        asked = {"doctor": clinic.doctor, "starts_at": start, "ends_at": end}
        if self.life.busy(clinic.doctor_id, start, end):
            self.refused(refusals.AbsenceCoversVisits, add_absence, **asked)
        else:
            add_absence(now=self.life.now, **asked)
            self.life.absences.append((clinic.doctor_id, start, end))

    @rule()
    def sweep(self):
        sweep_drafts(now=self.life.now)
        for browser, touched in list(self.life.drafts.items()):
            if touched < self.life.now - FORGOTTEN:
                del self.life.drafts[browser], self.life.holds[browser]

    # What must be true --------------------------------------------------------

    def shown(self):
        return free_times(self.clinics, now=self.life.now, since=NOW, until=NOW + HORIZON)

    @invariant()
    def nobody_overlaps(self):
        assert overlaps() == 0

    @invariant()
    def nothing_is_lost(self):
        rows = Appointment.objects.visits().values_list(
            "public_id", "clinic", "patient", "starts_at", "ends_at", "status"
        )
        assert sorted(rows) == sorted(
            (
                v.id,
                v.clinic.pk,
                v.owner,
                v.start,
                v.end,
                v.status,
            )
            for v in self.life.visits
        )

    @invariant()
    def each_event_is_there_once(self):
        assert sorted(Event.objects.values_list("subject_id", "name")) == self.life.events()

    @invariant()
    def exactly_the_free_times_are_shown(self):
        shown = self.shown()
        for clinic in self.clinics:
            assert shown[clinic.pk] == self.life.free(clinic)


@pytest.mark.thorough
@pytest.mark.django_db
def test_life_of_bookings(settings_of_a_crowd):
    run_state_machine_as_test(
        BookingLife,
        settings=size(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def settings_of_a_crowd(settings):
    settings.BOOKINGS_PER_HOUR = settings.OPEN_VISITS_PER_DOCTOR = 10_000
    settings.HOLDS_PER_ADDRESS = 10_000
