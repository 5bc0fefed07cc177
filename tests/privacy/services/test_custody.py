"""Doctors leave: by themselves where no law has them keep anything, else with a custodian."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry, User
from appointments.models import Appointment
from clinics.models import Assistant
from doctors.models import Doctor
from notifications.tasks import relay
from privacy.bundles import collected_of
from privacy.collecting import Asking
from privacy.keeping import duty_of_doctor
from privacy.models import Closing, Custody
from privacy.obstacles import Matter, obstacles_of
from privacy.refusals import ClosingPending, NoRecords, SomethingToSettle
from privacy.services.closing import (
    close_due,
    close_into_custody,
    request_closing,
    withdraw_closing,
)
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    AssistantFactory,
    AttendedFactory,
    ClinicFactory,
    DoctorFactory,
    PaymentLineFactory,
)
from tests.privacy.leaving import tables_with

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
GRACE = timedelta(hours=12)
CUSTODIAN = "Dr. Luis Paz7q, luis@ejemplo.test"


@pytest.fixture
def leaver(frozen):
    """Not published; nobody else works there."""
    doctor = DoctorFactory(is_published=False, first_names="Fulgencia7q", last_names="Mora",
                           licence_number="LIC7q", biography="Atiendo7q")  # fmt: skip
    User.objects.filter(pk=doctor.user_id).update(is_doctor=True)
    doctor.user.refresh_from_db()
    return ClinicFactory(doctor=doctor, country="EC", name="Centro7q", phone="+59322222222")


def past(clinic, years, status="attended", **more):
    at = NOW - timedelta(days=round(365.25 * years))
    return AttendedFactory(clinic=clinic, starts_at=at, status=status, **more)


def into_custody(doctor, by, now=NOW):
    return close_into_custody(
        account=doctor.user, custodian=CUSTODIAN, reason="Se jubila", by=by, now=now
    )


def matters(doctor):
    return [one.matter for one in obstacles_of(doctor.user, NOW)]


# What keeps a doctor ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status", ["cancelled_patient", "cancelled_doctor", "declined", "lapsed", "no_show"]
)
def test_visit_that_nobody_came_to_keeps_no_doctor(leaver, status):
    visit = AppointmentFactory(clinic=leaver, starts_at=NOW - timedelta(days=9))
    ended = None if status == "no_show" else NOW - timedelta(days=10)
    Appointment.objects.filter(pk=visit.pk).update(status=status, cancelled_at=ended)
    assert matters(leaver.doctor) == []
    request_closing(account=leaver.doctor.user, now=NOW - GRACE)
    assert close_due(now=NOW) == 1
    assert tables_with("fulgencia7q") == []
    visit.refresh_from_db()
    assert visit.doctor.display_name == "Médico que cerró su cuenta"


def test_records_keep_until_the_laws_day(leaver):
    past(leaver, 14)
    assert matters(leaver.doctor) == [Matter.RECORDS]
    duty = duty_of_doctor(leaver.doctor, NOW)
    assert (duty.until, duty.country) == (date(2027, 11, 22), "EC")
    (obstacle,) = obstacles_of(leaver.doctor.user, NOW)
    assert "22 de noviembre de 2027" in obstacle.words
    with pytest.raises(SomethingToSettle):
        request_closing(account=leaver.doctor.user, now=NOW)


def test_records_whose_years_are_over_keep_nobody(leaver):
    past(leaver, 15.1)
    assert matters(leaver.doctor) == []


def test_receipt_keeps_for_its_own_years(leaver):
    PaymentLineFactory(appointment=past(leaver, 5, "no_show"))
    assert duty_of_doctor(leaver.doctor, NOW).until == date(2028, 11, 23)
    assert matters(leaver.doctor) == [Matter.RECORDS]


# With a custodian -------------------------------------------------------------------------------


@pytest.fixture
def handed(leaver, root, mailoutbox):
    visit = past(leaver, 1)
    AssistantFactory(doctor=leaver.doctor, clinics=[leaver])
    Doctor.objects.filter(pk=leaver.doctor.pk).update(is_published=True)
    closing = into_custody(leaver.doctor, root, NOW - GRACE)
    return visit, closing


def test_profile_is_hidden_at_once_and_the_doctor_is_told(handed, leaver, mailoutbox):
    assert Doctor.objects.get(pk=leaver.doctor.pk).is_published is False
    relay()
    (letter,) = [mail for mail in mailoutbox if mail.to == [leaver.doctor.user.email]]
    assert letter.subject == "Su cuenta se va a cerrar"
    told = " ".join(letter.body.split())
    assert "Las historias de sus pacientes quedan a cargo de quien acordó con nosotros." in told
    assert "Paz7q" not in letter.body


def test_log_says_that_it_was_a_custody_and_no_name(handed, leaver, bob, caplog):
    """After a restore nothing else does: who has to be closed again, and how."""
    caplog.set_level("INFO")
    request_closing(account=bob, now=NOW - GRACE)
    assert close_due(now=NOW) == 2
    lines = [one for one in caplog.records if one.message == "account closed"]
    assert [(one.account, one.is_custody) for one in lines] == [
        (str(leaver.doctor.user.public_id), True), (str(bob.public_id), False),
    ]  # fmt: skip
    assert "paz7q" not in str([vars(one) for one in lines]).lower()


def test_practice_ends_and_papers_say_who_wrote_them(handed, leaver, client):
    visit, _closing = handed
    slug = leaver.doctor.slug
    assert close_due(now=NOW) == 1
    doctor = Doctor.objects.get(pk=leaver.doctor.pk)
    assert (doctor.full_name, doctor.licence_number) == ("Fulgencia7q Mora", "LIC7q")
    assert (doctor.biography, doctor.is_published, doctor.photo) == ("", False, None)
    account = User.objects.get(pk=doctor.user_id)
    assert (account.is_active, account.full_name) == (False, "Cuenta cerrada")
    leaver.refresh_from_db()
    assert (leaver.name, leaver.phone, leaver.is_active, leaver.archived_at) == (
        "Centro7q", "", False, NOW,
    )  # fmt: skip
    assert Assistant.objects.filter(doctor=doctor, ended_at=None).count() == 0
    assert client.get(reverse("doctor", args=[slug])).status_code == 404
    visit.refresh_from_db()
    assert visit.doctor.display_name.endswith("Fulgencia7q Mora")


def test_it_is_written_down_sealed_and_with_who_decided(handed, leaver, root):
    custody = Custody.objects.get()
    assert (custody.custodian, custody.reason, custody.agreed_by) == (
        CUSTODIAN, "Se jubila", root,
    )  # fmt: skip
    assert (custody.keep_until, custody.source) == (
        date(2040, 11, 23), "Acuerdo Ministerial 00115-2020",
    )  # fmt: skip
    entry = AuditEntry.objects.get(person=leaver.doctor.user, what="doctor.custody")
    assert (entry.act, entry.actor) == ("role", root)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM privacy_custody AS t")
        assert "Paz7q" not in cursor.fetchone()[0]
    said = StringIO()
    call_command("custodians", stdout=said)
    assert said.getvalue() == (
        f"{leaver.doctor.public_id} | Fulgencia7q Mora | {CUSTODIAN} | 2040-11-23 | Se jubila\n"
    )


def test_the_doctors_copy_says_who_keeps_them(handed, leaver):
    closings = collected_of(Asking(leaver.doctor.user, NOW)).tables["closings"]
    assert [row["custodian"] for row in closings] == [CUSTODIAN]


def test_taken_back_it_is_a_doctor_as_before(handed, leaver, root):
    withdraw_closing(account=leaver.doctor.user, now=NOW - timedelta(seconds=1))
    assert close_due(now=NOW) == 0
    said = StringIO()
    call_command("custodians", stdout=said)
    assert said.getvalue() == ""
    with pytest.raises(SomethingToSettle):
        request_closing(account=leaver.doctor.user, now=NOW)
    into_custody(leaver.doctor, root)
    assert Custody.objects.count() == 2


def test_who_publishes_again_keeps_the_account(handed, leaver):
    Doctor.objects.filter(pk=leaver.doctor.pk).update(is_published=True)
    assert close_due(now=NOW) == 0
    assert Closing.objects.get().withdrawn_at == NOW


def test_visits_to_come_are_settled_first(leaver, root):
    past(leaver, 1)
    AppointmentFactory(clinic=leaver)
    Doctor.objects.filter(pk=leaver.doctor.pk).update(is_published=True)
    with pytest.raises(SomethingToSettle):
        into_custody(leaver.doctor, root)
    assert Doctor.objects.get(pk=leaver.doctor.pk).is_published is True
    assert Custody.objects.count() == Closing.objects.count() == 0


def test_there_has_to_be_something_to_keep(leaver, root, alice):
    for account in (leaver.doctor.user, alice):
        with pytest.raises(NoRecords):
            close_into_custody(account=account, custodian="x", reason="y", by=root, now=NOW)


def test_asked_twice_it_is_refused(handed, leaver, root):
    with pytest.raises(ClosingPending):
        into_custody(leaver.doctor, root)


def test_command(leaver, root, alice):
    past(leaver, 1)
    key = str(leaver.doctor.user.public_id)
    named = {"custodian": CUSTODIAN, "reason": "Se jubila"}
    for options in ({}, named, {**named, "by": alice.email}, {**named, "by": root.email,
                                                              "reason": " "}):  # fmt: skip
        with pytest.raises(CommandError):
            call_command("close_account", key, **options)
    assert Closing.objects.count() == 0
    said = StringIO()
    call_command("close_account", key, **named, by=root.email, stdout=said)
    assert said.getvalue() == "Closes at 2026-11-24 02:00 UTC.\n"
    assert Custody.objects.get().agreed_by == root
