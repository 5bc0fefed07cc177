"""Changing a schedule: each touched visit gets its answer, all or nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from appointments.impact import Trouble
from appointments.models import Appointment
from appointments.refusals import PatientBusy, SlotNotOffered, SlotTaken, VisitsUnsettled
from appointments.services.booking import book_appointment
from appointments.services.schedule import Act, Answer, AnswerRefused, make_change, preview_change
from clinics.models import OpeningHours
from core.db import Refusal
from core.models import Event
from tests.appointments.rewriting import Rewrite
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
# Alicia's visit: Wednesday 25 November, 9:00-9:30 in Quito; the clinic is open 9:00-17:00.
WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
AFTERNOONS = [(day, 14 * 60, 17 * 60) for day in range(1, 8)]
TWO = WEDNESDAY + timedelta(hours=5)  # 14:00 in Quito


@pytest.fixture
def look(frozen, dr_chen):
    def at(change):
        return preview_change(change=change, actor=dr_chen.user, now=frozen)

    return at


@pytest.fixture
def make(frozen, dr_chen):
    def at(change, answers, message=""):
        return make_change(
            change=change, answers=answers, message=message, actor=dr_chen.user, now=frozen
        )

    return at


def to(visit, act, starts_at=None):
    return {visit.public_id: Answer(act, visit.starts_at, starts_at)}


def touched(preview):
    return [(one.visit.pk, one.trouble) for one in preview.affected]


def fresh(visit):
    return Appointment.objects.get(pk=visit.pk)


def last_change(visit):
    return visit.changes.order_by("-id").first()


@pytest.mark.parametrize(("change", "trouble"), [
    ({"hours": AFTERNOONS}, Trouble.OUTSIDE_HOURS),
    ({"dates": [(date(2026, 11, 25), "closed", None, None)]}, Trouble.DAY_CLOSED),
    ({"dates": [(date(2026, 11, 25), "closed", 560, 561)]}, Trouble.BLOCKED),
    ({"absence": (WEDNESDAY - timedelta(days=1), WEDNESDAY + timedelta(minutes=1))},
     Trouble.ABSENCE),
    ({"zone": "America/Santiago"}, Trouble.OTHER_CLOCK),
    ({"archived_at": datetime(2026, 11, 23, 14, tzinfo=UTC)}, Trouble.ARCHIVED),
])  # fmt: skip
def test_look_names_what_is_touched_and_why(look, visit, clinic, change, trouble):
    preview = look(Rewrite(clinic, **change))
    assert touched(preview) == [(visit.pk, trouble)]
    assert preview.affected[0].was == datetime(2026, 11, 25, 9, 0)


@pytest.mark.parametrize("change", [
    {"hours": [(3, 9 * 60, 9 * 60 + 30)]},
    {"dates": [(date(2026, 11, 25), "closed", 570, 600)]},
    {"dates": [(date(2026, 11, 26), "closed", None, None)]},
    {"absence": (WEDNESDAY + timedelta(minutes=30), WEDNESDAY + timedelta(days=9))},
    {"zone": "America/Bogota"},
])  # fmt: skip
def test_what_only_comes_close_touches_nothing(look, visit, clinic, change):
    assert touched(look(Rewrite(clinic, **change))) == []


def test_visits_that_did_not_fit_before_are_not_this_changes_doing(look, clinic, alice):
    """At night on purpose; closing the mornings is not what strands it."""
    AppointmentFactory(clinic=clinic, starts_at=WEDNESDAY + timedelta(hours=12))
    assert touched(look(Rewrite(clinic, hours=AFTERNOONS))) == []


@pytest.mark.parametrize(("change", "trouble"), [
    ({"absence": (WEDNESDAY, WEDNESDAY + timedelta(days=2))}, Trouble.ABSENCE),
    ({"archived_at": datetime(2026, 11, 23, 14, tzinfo=UTC)}, Trouble.ARCHIVED),
    ({"dates": [(date(2026, 11, 25), "closed", None, None)]}, Trouble.DAY_CLOSED),
    ({"dates": [(date(2026, 11, 25), "closed", 18 * 60, 20 * 60)]}, Trouble.BLOCKED),
])  # fmt: skip
def test_visits_outside_the_hours_are_not_left_behind(look, clinic, change, trouble):
    """Put at 19:00 on purpose: nobody is there all day now, or the place is given up."""
    night = AppointmentFactory(
        clinic=clinic, starts_at=WEDNESDAY + timedelta(hours=10), is_outside_hours=True
    )
    assert touched(look(Rewrite(clinic, **change))) == [(night.pk, trouble)]


def test_look_leaves_past_cancelled_and_other_doctors_visits_alone(look, frozen, clinic, dr_diaz):
    AppointmentFactory(clinic=clinic, starts_at=frozen - timedelta(minutes=10))
    AppointmentFactory(clinic=clinic, status="cancelled_patient", cancelled_at=frozen)
    AppointmentFactory(clinic=ClinicFactory(doctor=dr_diaz))
    assert touched(look(Rewrite(clinic, hours=[]))) == []


def test_look_offers_free_times_nearest_first_of_the_visits_own_length(look, clinic, visit):
    AppointmentFactory(clinic=clinic, starts_at=TWO)
    visit.ends_at = visit.starts_at + timedelta(minutes=60)
    visit.save()
    offered = look(Rewrite(clinic, hours=AFTERNOONS)).alternatives[visit.pk]
    assert TWO not in offered  # taken
    assert len([t for t in offered if t < WEDNESDAY]) == 4
    assert len([t for t in offered if t > WEDNESDAY]) == 8
    assert TWO + timedelta(minutes=30) in offered
    assert max(offered, key=lambda t: t.time()).time() <= (TWO + timedelta(hours=2)).time()


def test_look_writes_nothing_and_records_nothing(look, visit, clinic):
    hours = list(OpeningHours.objects.order_by("pk").values())
    look(Rewrite(clinic, hours=[], absence=(WEDNESDAY, TWO)))
    assert list(OpeningHours.objects.order_by("pk").values()) == hours
    assert not clinic.doctor.absences.exists()
    assert not Event.objects.exists()


def test_change_without_visits_is_made_at_once(make, frozen, clinic, dr_chen):
    assert make(Rewrite(clinic, hours=AFTERNOONS), {}) == []
    assert clinic.opening_hours.count() == 7
    event = Event.objects.get()
    assert (event.name, event.subject_id, event.actor) == (
        "clinic.rewritten", clinic.public_id, dr_chen.user,
    )  # fmt: skip


def test_kept_visit_stays_where_it_is_and_says_so(make, visit, clinic, happened):
    make(Rewrite(clinic, hours=AFTERNOONS), to(visit, Act.KEEP))
    kept = fresh(visit)
    assert (kept.starts_at, kept.status, kept.is_outside_hours) == (WEDNESDAY, "booked", True)
    change = last_change(visit)
    assert (change.kind, change.by_desk, change.is_override) == ("kept", True, True)
    assert happened(visit) == ["appointment.kept"]


def test_moved_visit_is_the_patients_at_once(make, visit, clinic, dr_chen, happened):
    make(Rewrite(clinic, hours=AFTERNOONS), to(visit, Act.MOVE, TWO), "Disculpe el cambio.")
    moved = fresh(visit)
    assert (moved.starts_at, moved.ends_at) == (TWO, TWO + timedelta(minutes=30))
    assert (moved.sequence, moved.is_outside_hours) == (1, False)
    change = last_change(visit)
    assert (change.kind, change.from_starts_at, change.to_starts_at) == (
        "rescheduled", WEDNESDAY, TWO,
    )  # fmt: skip
    assert (change.actor, change.by_desk, change.message) == (
        dr_chen.user, True, "Disculpe el cambio.",
    )  # fmt: skip
    assert b"Disculpe" not in bytes(change.message_sealed)
    assert happened(visit) == ["appointment.rescheduled"]


def test_cancelled_visit_is_the_desks_doing(make, frozen, visit, clinic, happened):
    make(Rewrite(clinic, hours=[]), to(visit, Act.CANCEL), "Lo sentimos.")
    gone = fresh(visit)
    assert (gone.status, gone.cancelled_at, gone.is_late_cancellation) == (
        "cancelled_doctor", frozen, False,
    )  # fmt: skip
    assert last_change(visit).message == "Lo sentimos."
    assert happened(visit) == ["appointment.cancelled"]


def test_visit_kept_under_another_clock_is_told(make, visit, clinic, happened):
    make(Rewrite(clinic, zone="America/Santiago"), to(visit, Act.KEEP))
    assert (fresh(visit).starts_at, fresh(visit).sequence) == (WEDNESDAY, 1)
    assert happened(visit) == ["appointment.rescheduled"]


def test_visit_kept_outside_the_hours_of_another_clock_is_told_too(make, visit, clinic, happened):
    """Nine in Quito is eleven in Santiago, where the doors are shut by then."""
    hours = [(day, 8 * 60, 10 * 60) for day in range(1, 8)]
    make(Rewrite(clinic, zone="America/Santiago", hours=hours), to(visit, Act.KEEP))
    kept = fresh(visit)
    assert (kept.starts_at, kept.sequence, kept.is_outside_hours) == (WEDNESDAY, 1, True)
    assert last_change(visit).is_override
    assert happened(visit) == ["appointment.rescheduled"]


def refused_and_unchanged(make, clinic, refusal, change, answers, cause=None):
    with pytest.raises(refusal) as raised:
        make(change, answers)
    if cause:
        assert isinstance(raised.value.__cause__, cause)
    assert clinic.opening_hours.count() == 7
    assert clinic.opening_hours.first().starts_minute == 9 * 60
    assert not Event.objects.exists()


def test_every_visit_wants_an_answer(make, visit, clinic):
    refused_and_unchanged(make, clinic, VisitsUnsettled, Rewrite(clinic, hours=AFTERNOONS), {})


def test_visit_that_moved_meanwhile_wants_a_new_answer(make, visit, clinic):
    answers = to(visit, Act.KEEP)
    visit.starts_at, visit.ends_at = WEDNESDAY + timedelta(hours=1), WEDNESDAY + timedelta(hours=2)
    visit.save()
    refused_and_unchanged(make, clinic, VisitsUnsettled, Rewrite(clinic, hours=AFTERNOONS), answers)


def test_answer_for_a_visit_that_is_not_touched_is_refused(make, visit, clinic):
    refused_and_unchanged(make, clinic, VisitsUnsettled, Rewrite(clinic), to(visit, Act.CANCEL))


@pytest.mark.parametrize("starts_at", [WEDNESDAY, TWO + timedelta(minutes=7), None,
                                       datetime(2026, 11, 20, 19, 0, tzinfo=UTC)])  # fmt: skip
def test_moving_to_what_the_new_hours_do_not_offer_is_refused(make, visit, clinic, starts_at):
    change = Rewrite(clinic, hours=AFTERNOONS)
    answers = to(visit, Act.MOVE, starts_at)
    refused_and_unchanged(make, clinic, AnswerRefused, change, answers, SlotNotOffered)


def test_two_visits_do_not_move_to_one_time(make, visit, clinic):
    other = AppointmentFactory(clinic=clinic, starts_at=WEDNESDAY + timedelta(hours=1))
    answers = {**to(visit, Act.MOVE, TWO), **to(other, Act.MOVE, TWO)}
    change = Rewrite(clinic, hours=AFTERNOONS)
    taken = (SlotTaken, SlotNotOffered)
    refused_and_unchanged(make, clinic, AnswerRefused, change, answers, taken)


def test_patient_with_another_visit_then_is_not_moved(make, visit, clinic, dr_diaz):
    AppointmentFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=visit.patient, starts_at=TWO)
    change = Rewrite(clinic, hours=AFTERNOONS)
    answers = to(visit, Act.MOVE, TWO)
    refused_and_unchanged(make, clinic, AnswerRefused, change, answers, PatientBusy)


def test_times_at_which_the_patient_is_elsewhere_are_not_offered(look, visit, clinic, dr_diaz):
    AppointmentFactory(
        clinic=ClinicFactory(doctor=dr_diaz),
        patient=visit.patient,
        starts_at=TWO + timedelta(minutes=20),
    )
    offered = look(Rewrite(clinic, hours=AFTERNOONS)).alternatives[visit.pk]
    assert not {TWO, TWO + timedelta(minutes=30)} & set(offered)
    assert TWO + timedelta(minutes=60) in offered


def test_refusal_of_the_change_itself_writes_nothing(look, make, visit, clinic):
    change = Rewrite(clinic, hours=[], refusal=Refusal("No."))
    with pytest.raises(Refusal):
        look(change)
    refused_and_unchanged(make, clinic, Refusal, change, {})


def test_held_time_that_is_closed_cannot_be_confirmed(
    frozen, look, make, hold, wish, clinic, slot, alice
):
    hold("browser")
    change = Rewrite(clinic, dates=[(date(2026, 11, 24), "closed", None, None)])
    assert look(change).holds == 1
    make(change, {})
    with pytest.raises(SlotNotOffered):
        book_appointment(request=wish(alice, holder_key="browser"), now=frozen)
    assert not Appointment.objects.visits().exists()


def test_held_time_that_stays_open_is_kept(frozen, make, hold, wish, clinic, alice):
    hold("browser")
    make(Rewrite(clinic, dates=[(date(2026, 11, 25), "closed", None, None)]), {})
    assert (
        book_appointment(request=wish(alice, holder_key="browser"), now=frozen).status == "booked"
    )


def test_patients_without_account_are_sent_a_link(make, clinic, dr_chen):
    guest = PatientFactory(account=None, email="eva@ejemplo.test")
    visit = AppointmentFactory(clinic=clinic, patient=guest, booked_by=dr_chen.user)
    make(Rewrite(clinic, hours=AFTERNOONS), to(visit, Act.MOVE, TWO))
    assert guest.invitations.get().email == "eva@ejemplo.test"
