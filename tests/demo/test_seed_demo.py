"""manage.py seed_demo: the same seed, the same rows; every visit one that could be booked."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import TestCase, override_settings

from accounts.enums import Relationship
from accounts.models import Patient, User
from appointments import availability
from appointments.enums import CANCELLED, HOLDING_SLOT, STANDING
from appointments.ledger import with_balance
from appointments.live import channel_of
from appointments.models import (
    Absence,
    Appointment,
    AppointmentChange,
    IndexEntry,
    PaymentLine,
    SeriesVisit,
)
from appointments.queries import Busy, office_of, travel_times, with_travel
from appointments.services.index_check import check_index
from clinics.models import Assistant, Clinic, ScheduleException
from core.live.marks import seen_until
from core.models import Event, LiveChange
from doctobooking.demo import personas
from doctobooking.demo.seeding import Sizes, seed_demo
from doctors.models import Doctor
from doctors.photos import WEIGHTS, path_of
from notifications.enums import OPTIONAL, Kind
from notifications.models import Message
from portal.desk import desks_of
from reviews.models import Review, ReviewReport
from reviews.services.ratings import check_ratings

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 24, 15, 20, tzinfo=UTC)
SIZES = Sizes(doctors=14, patients=20, visits=150)
FEW = Sizes(doctors=5, patients=8, visits=40)
PASSWORD = "una clave de prueba"


def seed(number: int = 7, *, sizes: Sizes = SIZES, append: bool = False) -> Sizes:
    return seed_demo(sizes=sizes, seed=number, password=PASSWORD, now=NOW, append=append)


class TestSeededDatabase(TestCase):
    """Read-only looks at one seeded database."""

    @classmethod
    def setUpTestData(cls):
        cls.made = seed()

    def test_it_has_the_sizes_asked_for(self):
        counted = Sizes(
            Doctor.objects.count(),
            Patient.objects.filter(relationship=Relationship.SELF, account__isnull=False).count(),
            Appointment.objects.visits().count(),
        )

        assert counted == self.made == SIZES

    def test_nobody_gets_a_message_about_it(self):
        """But reminders of what is coming."""
        assert Event.objects.count() == 0
        assert Message.objects.filter(kind=Kind.REMINDER_DAY).exists()
        assert not Message.objects.exclude(kind__in=OPTIONAL).exists()
        assert not Message.objects.filter(due_at__lte=NOW).exists()

    def test_the_search_index_is_made(self):
        report = check_index(clock=lambda: NOW)
        assert (report.waiting, report.differences) == (0, [])
        assert IndexEntry.objects.filter(next_at__isnull=False).exists()

    def test_visits_are_paid_in_part_owed_and_waived(self):
        doctor = Doctor.objects.get(user__email=personas.DOCTOR)
        over = Appointment.objects.filter(doctor=doctor, status="attended")
        found = {(v.balance > 0, v.paid > 0, v.due > 0) for v in with_balance(over)}
        assert {(False, True, True), (True, False, True)} <= found
        numbers = PaymentLine.objects.with_receipt().filter(doctor=doctor)
        drawn = list(numbers.order_by("receipt_number").values_list("receipt_number", flat=True))
        assert drawn == list(range(1, len(drawn) + 1))
        kinds = set(PaymentLine.objects.values_list("kind", flat=True))
        assert {"payment", "waiver", "charge"} <= kinds

    def test_the_demo_log_ins_open(self):
        for email in personas.DEMO_ADDRESSES:
            user = authenticate(None, email=email, password=PASSWORD)
            assert user is not None and user.email == email
            assert EmailAddress.objects.get(user=user).verified

    def test_the_demo_log_ins_have_their_roles(self):
        doctor = Doctor.objects.get(user__email=personas.DOCTOR)
        clinics = doctor.clinics.order_by("pk").values_list("name", "city__name")
        assert doctor.display_name == "Dra. Ana Molina Paz"
        assert list(clinics) == [
            ("Consultorio La Carolina", "Quito"),
            ("Consultorio Cumbayá", "Cumbayá"),
        ]
        assert list(doctor.specialties.values_list("slug", flat=True)) == ["cardiologia"]
        assert User.objects.get(email=personas.ADMIN).is_superuser
        assert not User.objects.get(email=personas.ASSISTANT).is_doctor

    def test_the_demo_assistant_works_in_one_of_two_clinics(self):
        carla = User.objects.get(email=personas.ASSISTANT)
        working = Assistant.objects.working().get(doctor__user__email=personas.DOCTOR)
        assert (working.user, working.name, carla.is_assistant) == (
            carla,
            "Carla Jiménez Ortega",
            True,
        )
        assert [c.name for c in working.clinics.all()] == ["Consultorio La Carolina"]
        assert working.invitation.accepted_by == carla
        invited = Assistant.objects.current().get(user=None)
        assert invited.invitation.is_open(NOW)
        assert invited.clinics.count() == 2

    def test_the_demo_doctor_has_a_desk_to_show(self):
        doctor = Doctor.objects.get(user__email=personas.DOCTOR)
        carolina, cumbaya = doctor.clinics.order_by("pk")
        visits = Appointment.objects.visits().filter(doctor=doctor)
        request = visits.get(status="requested")
        assert request.clinic == cumbaya
        assert not doctor.clinics.filter(requires_confirmation=True).exists()
        assert request.booked_at < NOW < request.answer_by <= request.starts_at
        held = doctor.appointments.get(status="held", waiting_offer=None)
        assert (held.clinic, held.hold_expires_at > NOW) == (carolina, True)
        away = Absence.objects.get(doctor=doctor)
        assert not visits.overlapping(away.starts_at, away.ends_at).exists()
        assert carolina.exceptions.get(kind="extra").date > NOW.date()
        christmas = ScheduleException.objects.filter(date=date(2026, 12, 25), kind="closed")
        assert set(christmas.values_list("clinic", "note")) >= {
            (clinic.pk, "Navidad") for clinic in (carolina, cumbaya)
        }

    def test_the_demo_doctors_have_pictures_and_most_others_do(self):
        drawn = Doctor.objects.filter(photo__isnull=False)
        assert drawn.filter(user__email__in=(personas.DOCTOR, personas.OTHER_DOCTOR)).count() == 2
        assert Doctor.objects.count() // 3 < drawn.count() < Doctor.objects.count()
        for name in drawn.values_list("photo", flat=True):
            for side, weight in WEIGHTS.items():
                assert 0 < default_storage.size(path_of(name, side)) <= weight

    def test_the_demo_doctor_has_a_patient_without_an_account(self):
        guest = Patient.objects.get(account=None)
        visit = guest.appointments.get()
        assert (guest.email, visit.status) == (personas.GUEST, "booked")
        assert visit.booked_by == visit.doctor.user
        assert visit.changes.get().by_desk is True
        assert guest.invitations.get().is_open(NOW)

    def test_the_desk_moved_a_visit_and_said_why(self):
        line = AppointmentChange.objects.get(kind="rescheduled")
        assert line.by_desk and line.message.startswith("La doctora estará en un congreso")
        assert line.from_starts_at != line.to_starts_at == line.appointment.starts_at

    def test_two_bookings_are_news_to_the_demo_doctor_and_one_to_her_assistant(self):
        doctor = Doctor.objects.get(user__email=personas.DOCTOR)
        for email, number in ((personas.DOCTOR, 2), (personas.ASSISTANT, 1)):
            (desk,) = desks_of(User.objects.get(email=email))
            since = seen_until(desk.user, channel_of(doctor))
            # Not committed yet, so that only the rows themselves tell.
            lines = LiveChange.objects.filter(
                channel=channel_of(doctor), pk__gt=since.row, data__has_key="line"
            ).values_list("data__line", flat=True)
            changes = AppointmentChange.objects.filter(public_id__in=list(lines))
            assert changes.filter(appointment__clinic__in=desk.clinics).count() == number

    def test_nothing_breaks_an_invariant(self):
        with time_machine.travel(NOW, tick=False):
            call_command("check_integrity", stdout=StringIO())

    def test_support_looks_but_neither_writes_nor_reads_what_is_private(self):
        support = User.objects.get(email=personas.SUPPORT)

        assert support.is_staff and not support.is_superuser
        granted = support.get_all_permissions()
        assert "appointments.view_appointment" in granted
        assert "core.view_storedmail" not in granted
        assert "appointments.view_bookingdraft" not in granted
        # «change_» opens the pages that act for who asked; nothing is edited as it is.
        acts = {"notifications.resend_message", "notifications.forgive_address",
                "accounts.change_patient", "appointments.change_appointment"}  # fmt: skip
        assert {p for p in granted if ".view_" not in p} >= acts
        made = {p for p in granted if ".add_" in p or ".delete_" in p}
        assert made == {"support.add_cannedanswer"}

    def test_the_demo_patient_has_people_and_visits(self):
        account = User.objects.get(email=personas.PATIENT)
        visits = Appointment.objects.for_account(account)

        assert sorted(account.patients.values_list("relationship", flat=True)) == [
            "child", "parent", "self",
        ]  # fmt: skip
        assert visits.upcoming(NOW).count() == 3
        assert visits.past(NOW).count() == 7

    def test_the_other_demo_patient_has_controls_every_two_weeks(self):
        places = SeriesVisit.objects.select_related("appointment").order_by("number")
        visits = [place.appointment for place in places]
        assert [visit.status for visit in visits] == ["attended", "booked", "booked"]
        assert {visit.patient.account.email for visit in visits} == {personas.OTHER_PATIENT}
        assert {visit.doctor.user.email for visit in visits} == {personas.DOCTOR}
        first, *others = [visit.starts_at for visit in visits]
        assert others == [first + timedelta(weeks=2 * n) for n in (1, 2)]

    def test_patients_told_how_it_was(self):
        reviews = Review.objects.select_related("visit")
        assert Appointment.objects.filter(status="attended").count() // 5 < reviews.count()
        assert all(r.visit.ends_at < r.created_at < NOW for r in reviews)
        assert len({r.general for r in reviews}) > 2
        assert check_ratings()[1] == []
        mine = Appointment.objects.for_account(User.objects.get(email=personas.PATIENT))
        assert mine.filter(status="attended", reviews=None).count() == 1

    def test_the_demo_doctor_has_every_sort_of_opinion(self):
        doctor = Doctor.objects.get(user__email=personas.DOCTOR)
        reviews = Review.objects.filter(doctor=doctor)
        assert reviews.filter(reply__isnull=False).count() == 2
        (report,) = ReviewReport.objects.all()
        assert (report.review.doctor, report.decision, report.review.is_shown) == (
            doctor, None, True,
        )  # fmt: skip
        hidden = reviews.get(status="hidden")
        decision = hidden.decisions.get()
        assert (hidden.hidden_for, decision.by.email) == ("health", personas.MODERATOR)
        assert decision.note
        moderator = User.objects.get(email=personas.MODERATOR)
        assert moderator.get_all_permissions() == {
            "reviews.view_review", "reviews.moderate_review",
        }  # fmt: skip

    def test_published_doctors_can_be_shown(self):
        for doctor in Doctor.objects.published():
            assert doctor.specialties.exists(), doctor
            assert doctor.education.exists(), doctor
            assert doctor.experience.exists(), doctor
            assert doctor.biography, doctor
            assert Clinic.objects.filter(doctor=doctor, opening_hours__isnull=False).exists()

    def test_every_visit_is_at_a_time_that_was_offered(self):
        clinics = {clinic.pk: clinic for clinic in Clinic.objects.with_schedule()}
        travel = travel_times(clinics.values())
        every = list(Appointment.objects.all())
        for visit in Appointment.objects.visits():
            clinic = clinics[visit.clinic_id]
            others = [
                Busy(*availability.to_busy(o.starts_at, o.ends_at), o.status, o.clinic_id)
                for o in every
                if o.doctor_id == visit.doctor_id and o != visit and o.status in HOLDING_SLOT
            ]
            obstacles = availability.explain(
                office_of(clinic),
                visit.starts_at,
                busy=with_travel(clinic, others, travel),
                now=visit.booked_at,
            )
            assert obstacles == [], visit
            assert (visit.ends_at - visit.starts_at).seconds == clinic.slot_minutes * 60

    def test_every_visit_has_its_terms_and_its_timeline(self):
        visits = Appointment.objects.visits().select_related("clinic")
        for visit in visits.prefetch_related("changes"):
            clinic = visit.clinic
            assert (visit.price, visit.currency) == (clinic.price, clinic.currency)
            assert visit.payment_policy == clinic.payment_policy
            lines = sorted(visit.changes.all(), key=lambda line: line.at)
            first = "requested" if visit.status == "requested" else "booked"
            assert (lines[0].kind, lines[0].at) == (first, visit.booked_at)
            assert (lines[-1].to_status, lines[-1].sequence) == (visit.status, visit.sequence)
            assert lines[-1].at <= NOW
            if visit.status in CANCELLED:
                assert visit.booked_at < visit.cancelled_at <= visit.starts_at

    def test_coming_visits_stand_and_past_ones_are_over(self):
        unanswered = Appointment.objects.unanswered(NOW)
        for visit in Appointment.objects.visits().exclude(status__in=CANCELLED):
            if visit not in unanswered:
                assert (visit.status in STANDING) == (visit.starts_at > NOW), visit

    def test_the_demo_doctor_is_asked_who_came(self):
        unanswered = Appointment.objects.unanswered(NOW)
        assert [visit.doctor.user.email for visit in unanswered] == [personas.DOCTOR] * 2
        assert Appointment.objects.filter(minutes_late__gt=0, status="attended").exists()
        missed = Appointment.objects.filter(
            doctor__user__email=personas.DOCTOR, patient__account__email=personas.PATIENT
        )
        assert missed.filter(status="no_show").count() == 2

    def test_what_patients_wrote_is_sealed_and_can_be_read(self):
        written = Appointment.objects.filter(reason_sealed__isnull=False).first()

        assert written.reason
        assert written.reason.encode() not in bytes(written.reason_sealed)


def snapshot(number: int) -> dict[str, list[object]]:
    """What a seed makes, undone afterwards."""
    with transaction.atomic():
        seed(number, sizes=FEW)
        rows = {
            "doctors": list(
                Doctor.objects.order_by("slug").values_list("slug", "public_id", "biography")
            ),
            "clinics": list(
                Clinic.objects.order_by("public_id").values_list("public_id", "address", "price")
            ),
            "patients": list(
                Patient.objects.order_by("public_id").values_list("public_id", "last_names")
            ),
            "visits": list(
                Appointment.objects.order_by("code").values_list(
                    "code", "public_id", "starts_at", "status", "booked_at"
                )
            ),
            "opinions": list(
                Review.objects.order_by("public_id").values_list(
                    "public_id", "visit__code", "general", "text", "created_at", "status"
                )
            ),
        }
        transaction.set_rollback(True)
    return rows


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_rows():
    first = snapshot(7)

    assert snapshot(7) == first
    other = snapshot(8)
    assert all(other[kind] != first[kind] for kind in first)


@pytest.mark.django_db
def test_more_can_be_added_on_purpose_only():
    seed()
    with pytest.raises(CommandError, match="not empty"):
        call_command("seed_demo", doctors=1, patients=1, visits=1)
    assert Doctor.objects.count() == SIZES.doctors

    made = seed(append=True)

    assert Doctor.objects.count() == SIZES.doctors + made.doctors
    assert Appointment.objects.visits().count() == SIZES.visits + made.visits
    assert User.objects.filter(email__in=personas.DEMO_ADDRESSES).count() == 9


@pytest.mark.django_db
def test_command_says_what_it_made():
    out = StringIO()

    call_command("seed_demo", doctors=3, patients=5, visits=4, stdout=out)

    assert "Made 3 doctors, 5 patients' accounts and 4 visits" in out.getvalue()


@pytest.mark.django_db
@override_settings(DEMO_PASSWORD="")
def test_settings_without_a_demo_refuse():
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("seed_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_negative_sizes_are_refused():
    with pytest.raises(CommandError, match="negative"):
        call_command("seed_demo", doctors=-1)
