"""A patient of the desk's becomes one with a person of an account: nothing of theirs is lost."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from accounts.enums import Purpose
from accounts.invitations import token_of
from accounts.models import Invitation, Patient
from accounts.services import (
    HasAccount,
    InvitationClosed,
    correct_contact,
    create_invitation,
    invite_patient_again,
)
from appointments.models import Appointment, BookingDraft, WaitingEntry
from appointments.refusals import PatientGone
from appointments.services.claiming import claim_patient
from appointments.services.locks import lock_patient_to_book
from notifications.models import Message, Preferences
from notifications.services.preferences import stop
from portal.people import patients_of
from prescriptions.models import Prescription
from privacy.bundles import collected_of
from privacy.collecting import Asking
from privacy.erasing import erase
from records.enums import Act, Role
from records.models import AccessLog, Consultation, Line
from records.services.accesses import Look, log_access
from reviews.models import Review
from tests.factories import (
    AppointmentFactory,
    AttendedFactory,
    ConsultationFactory,
    MessageFactory,
    PatientFactory,
    ReviewFactory,
)
from tests.prescriptions.world import prescribe
from tests.privacy.leaving import tables_with
from tests.records.world import MARKED, note

pytestmark = pytest.mark.django_db
# What points at a patient: where it is once the desk's row has become one with a person's.
STAYS, MOVES = "stays", "moves"
# Only whoever has an account gives a permission, and only an account is closed.
NEVER_THERE = "never there"
POINTING = {
    ("accounts.Invitation", "patient"): MOVES,
    ("accounts.Patient", "merged_into"): NEVER_THERE,
    ("appointments.Appointment", "patient"): MOVES,
    ("appointments.BookingDraft", "patient"): MOVES,
    ("appointments.WaitingEntry", "patient"): MOVES,
    ("notifications.Preferences", "patient"): MOVES,
    ("records.AccessLog", "patient"): STAYS,
    ("records.KeptIdentity", "patient"): NEVER_THERE,
    ("records.Share", "patient"): NEVER_THERE,
}
NAMED = {"first_names": "Eva7q", "last_names": "Quishpe7q", "phone": "+593997776655",
         "email": "eva7q@ejemplo.test", "id_country": "EC", "id_number": "DOC7Q",
         "emergency_name": "Perengana7q", "emergency_phone": "+593998887766"}  # fmt: skip


@pytest.fixture
def eva(frozen, clinic, dr_chen):
    """Written down by telephone, seen, with a record; Ana looked at it."""
    patient = PatientFactory(account=None, **NAMED)
    visit = AttendedFactory(clinic=clinic, patient=patient, booked_by=dr_chen.user)
    record = ConsultationFactory(visit=visit, said=MARKED)
    look_at(record, dr_chen)
    return patient


def look_at(record, doctor):
    look = Look(doctor.user, Role.DOCTOR, record.signed_at, "203.0.113.9")
    patient = record.visit.patient
    log_access(look, act=Act.READ, patient=patient, consultation=record)
    log_access(look, act=Act.HISTORY, patient=patient)


@pytest.fixture
def own(alice):
    return alice.patients.get()


def invited(patient, doctor, now):
    return create_invitation(purpose=Purpose.PATIENT, email=patient.email, now=now,
                             created_by=doctor.user, patient=patient)  # fmt: skip


@pytest.fixture
def merge(eva, own, alice, dr_chen, frozen):
    def make(patient=eva, into=own, account=alice):
        made = invited(patient, dr_chen, frozen)
        return claim_patient(invitation=made, account=account, relationship="self", same_as=into,
                             now=frozen)  # fmt: skip

    return make


def pointing_at(patient):
    """(model, column) -> how many rows, of all there are."""
    columns = (f for model in apps.get_models() for f in model._meta.get_fields()
               if f.concrete and f.related_model is Patient)  # fmt: skip
    return {
        (f.model._meta.label, f.name): f.model._base_manager.filter(**{f.name: patient}).count()
        for f in columns
    }


def everything_of(eva, clinic, dr_chen, now):
    """A row in every table that points at her, or at a visit of hers."""
    visit = Appointment.objects.get(patient=eva)
    invited(eva, dr_chen, now)
    coming = AppointmentFactory(clinic=clinic, patient=eva, booked_by=dr_chen.user)
    ReviewFactory(visit=visit, author=None)
    note(visit)
    prescribe(visit)
    stop(message=MessageFactory(visit=coming, recipient=None, kind="reminder_1d"), now=now)
    BookingDraft.objects.create(holder_key="k" * 40, clinic=clinic, patient=eva, starts_at=now)
    WaitingEntry.objects.create(
        patient=eva, doctor=clinic.doctor, until_date=(now + timedelta(days=20)).date(),
        from_minute=0, until_minute=1440, notice_minutes=60, created_at=now,
    )  # fmt: skip


def test_all_that_pointed_at_the_row_is_the_persons(merge, eva, own, clinic, dr_chen, frozen):
    everything_of(eva, clinic, dr_chen, frozen)
    before = pointing_at(eva)
    assert before.keys() == POINTING.keys()
    assert {k for k, n in before.items() if not n} == {
        k for k, where in POINTING.items() if where == NEVER_THERE
    }
    of_visits = [(model, list(rows)) for model, rows in hanging_on(own, eva)]
    assert all(rows for _model, rows in of_visits)
    assert merge()
    left, theirs = pointing_at(eva), pointing_at(own)
    assert {k: n for k, n in left.items() if n} == {("records.AccessLog", "patient"): 2}
    # The invitation by which it was claimed is one more; the row itself points at her now.
    more = {("accounts.Invitation", "patient"): 1, ("accounts.Patient", "merged_into"): 1}
    assert theirs == {
        k: (0 if where == STAYS else before[k] + more.get(k, 0)) for k, where in POINTING.items()
    }
    assert [(model, list(rows)) for model, rows in hanging_on(own)] == of_visits


def hanging_on(*people):
    """What is a person's by their visits."""
    for model in (Consultation, Line, Message, Prescription, Review):
        yield model, model.objects.filter(visit__patient__in=people).order_by("pk")


def test_of_the_row_nothing_is_left_but_that_it_was_there(merge, eva, own, frozen):
    merge()
    assert {mark: tables_with(mark) for mark in ("eva7q", "quishpe7q", "997776655", "doc7q",
                                                 "998887766", "perengana7q")} == {
        "eva7q": ["accounts_invitation"], "quishpe7q": [], "997776655": [], "doc7q": [],
        "998887766": [], "perengana7q": [],
    }  # fmt: skip
    eva.refresh_from_db()
    assert (eva.merged_into, eva.account, eva.birth_date, eva.erased_at) == (
        own, None, None, frozen,
    )  # fmt: skip
    assert str(eva) == "Unido a otro paciente"


def test_on_the_page_of_the_invitation(as_, alice, eva, own, dr_chen, frozen):
    """As it happened: written down by telephone, seen, and claimed by who has an account."""
    link = reverse("invitation", args=[token_of(invited(eva, dr_chen, frozen))])
    browser = as_(alice)
    assert browser.post(link, {"who": "self"}).status_code == 302
    html = browser.get(reverse("records:readers")).content.decode()
    assert html.count("<time ") == 2
    assert "Unido a otro" not in html
    assert "Eva7q" not in html


def test_earlier_looks_are_in_the_copy_of_who_it_is(merge, alice, bob, own, frozen):
    merge()
    copy = collected_of(Asking(alice, frozen)).tables
    assert [(row["patient"], row["act"]) for row in copy["who_looked"][:2]] == [
        (own.full_name, "read"), (own.full_name, "history"),
    ]  # fmt: skip
    assert [row["first_names"] for row in copy["people"]] == [own.first_names]
    assert AccessLog.objects.for_account(bob).count() == 0


def test_looks_at_somebody_in_her_care_say_of_whom(as_, merge, alice):
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo")
    merge(into=child)
    html = as_(alice).get(reverse("records:readers")).content.decode()
    assert html.count("De Mateo Andrade") == 2


def test_the_desk_finds_one_person(as_, merge, eva, own, dr_chen, client):
    merge()
    visits = Appointment.objects.filter(doctor=dr_chen)
    assert {visit.patient for visit in visits} == {own}
    desk = type("Desk", (), {"visits": visits})
    assert list(patients_of(desk)) == [own]
    page = reverse("portal:patient_contact", args=[eva.public_id])
    assert as_(dr_chen.user).get(page).status_code == 404


def test_nobody_does_anything_for_an_emptied_row(merge, eva, dr_chen, frozen):
    merge()
    with pytest.raises(HasAccount):
        correct_contact(patient=eva, phone="", email="x@ejemplo.test", actor=dr_chen.user,
                        now=frozen)  # fmt: skip
    with pytest.raises(HasAccount):
        invite_patient_again(patient=eva, actor=dr_chen.user, now=frozen)
    with pytest.raises(PatientGone):
        lock_patient_to_book(eva)


def test_no_chain(merge, eva, own, bob, dr_chen, frozen):
    """Who has an account is claimed by nobody, and nothing is merged into what is empty."""
    late = invited(eva, dr_chen, frozen)
    merge()
    for invitation in (late, invited(bob.patients.get(), dr_chen, frozen)):
        with pytest.raises(InvitationClosed):
            claim_patient(invitation=invitation, account=bob, relationship="self", now=frozen,
                          same_as=own)  # fmt: skip
    other = PatientFactory(account=None, email="otra@ejemplo.test")
    with pytest.raises(InvitationClosed):
        merge(patient=other, into=eva)
    assert list(Patient.objects.filter(merged_into=None).order_by("pk")) == [
        *Patient.objects.filter(account__isnull=False).order_by("pk"), other,
    ]  # fmt: skip


def test_two_desks_rows_of_one_person(merge, eva, alice, own, dr_chen, clinic):
    """Each with what its patient said of messages: what was said first as hers stays."""
    second = PatientFactory(account=None, first_names="E.", email="eva@otra.test")
    visit = AttendedFactory(clinic=clinic, patient=second, booked_by=dr_chen.user,
                            starts_at=AttendedFactory.starts_at - timedelta(days=9))  # fmt: skip
    look_at(ConsultationFactory(visit=visit, said=MARKED), dr_chen)
    for patient, wants in ((eva, False), (second, True)):
        Preferences.objects.create(patient=patient, wants_digest=wants)
    merge()
    merge(patient=second)
    assert set(own.merged.all()) == {eva, second}
    assert AccessLog.objects.for_account(alice).count() == 4
    said = Preferences.objects.get()
    assert (said.patient, said.wants_digest) == (own, False)


def test_nothing_is_left_when_the_account_is_emptied(merge, eva, alice, own, root, frozen):
    """Also not what the team wrote of the row that was hers."""
    LogEntry.objects.create(user=root, content_type=ContentType.objects.get_for_model(Patient),
                            object_id=str(eva.pk), object_repr="Eva7q", action_flag=2,
                            change_message="La llamó Quishpe7q")  # fmt: skip
    merge()
    erase(alice, frozen)
    assert [tables_with(mark) for mark in ("eva7q", "quishpe7q")] == [[], []]
    own.refresh_from_db()
    assert (own.erased_at, eva.accesses.count()) == (frozen, 2)


def test_closed_meanwhile(merge, own, eva, alice, frozen):
    erase(alice, frozen)
    with pytest.raises(InvitationClosed):
        merge()
    eva.refresh_from_db()
    assert (eva.merged_into, eva.first_names) == (None, "Eva7q")
    assert Invitation.objects.filter(accepted_at=None).count() == 1
