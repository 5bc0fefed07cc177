"""Who reads a message, where, and on whose clock."""

from zoneinfo import ZoneInfo

import pytest

from notifications.enums import Channel
from notifications.models import Preferences
from notifications.readers import account_reader, patient_reader, reader_of
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory

pytestmark = pytest.mark.django_db
PATIENTS, VISITS, OWN = "+593991111111", "+593992222222", "+593993333333"
EMAIL, SMS, WHATSAPP = Channel.EMAIL, Channel.SMS, Channel.WHATSAPP


def test_an_account_is_read_by_its_owner(visit, alice):
    reader = patient_reader(visit)
    assert (reader.name, reader.language, reader.account) == ("Alicia Vera", "es", alice)
    assert reader.addresses[EMAIL] == "alice@ejemplo.test"


def test_without_an_account_it_is_as_the_desk_wrote_down(clinic):
    patient = PatientFactory(account=None, email="papel@ejemplo.test", phone=PATIENTS)
    visit = AppointmentFactory(
        clinic=clinic, patient=patient, booked_by=clinic.doctor.user, phone=""
    )
    reader = patient_reader(visit)
    assert (reader.name, reader.account, reader.zone(visit.zone)) == (
        "Luis Andrade", None, ZoneInfo("America/Guayaquil"),
    )  # fmt: skip
    assert reader.addresses == {EMAIL: "papel@ejemplo.test", SMS: PATIENTS, WHATSAPP: PATIENTS}


@pytest.mark.parametrize(
    ("own", "visits", "patients", "number"),
    [
        (OWN, VISITS, PATIENTS, OWN),
        ("", VISITS, PATIENTS, VISITS),
        ("", "", PATIENTS, PATIENTS),
    ],
)
def test_the_number_is_the_nearest_that_there_is(clinic, alice, own, visits, patients, number):
    Preferences.objects.create(account=alice, phone=own)
    alice.patients.update(phone=patients)
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(), phone=visits)
    assert patient_reader(visit).addresses[SMS] == number


def test_who_comes_to_an_account_keeps_what_they_had_said(visit, alice):
    """By the link in a mail, before they had one; what they say in the account counts more."""
    Preferences.objects.create(patient=visit.patient, reminders=[])
    assert patient_reader(visit).preferences.reminders == []
    Preferences.objects.create(account=alice, reminders=["1d"])
    alice = type(alice).objects.get(pk=alice.pk)
    visit.patient.account = alice
    assert patient_reader(visit).preferences.reminders == ["1d"]


def test_the_desk_has_the_number_that_it_wrote_down_itself(dr_chen):
    assert account_reader(dr_chen.user).addresses == {EMAIL: "chen@ejemplo.test"}


@pytest.mark.parametrize(
    ("own", "shown"), [("UTC", "America/Guayaquil"), ("Europe/Madrid", "Europe/Madrid")]
)
def test_whoever_chose_no_clock_has_the_consultorios(visit, alice, own, shown):
    alice.time_zone = own
    alice.save()
    visit.patient.account.refresh_from_db()
    assert patient_reader(visit).zone("America/Guayaquil") == ZoneInfo(shown)


@pytest.mark.parametrize(
    ("wanted", "in_use", "order", "first"),
    [
        (["email", "sms", "whatsapp"], ["sms"], [EMAIL, SMS], EMAIL),
        (["whatsapp", "sms", "email"], ["sms", "whatsapp"], [WHATSAPP, SMS, EMAIL], WHATSAPP),
        (["sms"], [], [], EMAIL),
        (["sms", "email"], ["sms"], [SMS, EMAIL], SMS),
    ],
)
def test_the_order_is_the_readers_of_what_is_in_use(
    visit, alice, settings, wanted, in_use, order, first
):
    settings.PHONE_CHANNELS = in_use
    Preferences.objects.create(account=alice, channels=wanted)
    reader = patient_reader(visit)
    assert (reader.order, reader.first) == (order, first)
    assert [c for c in (EMAIL, SMS, WHATSAPP) if reader.takes(c)] == sorted(
        {*order, first}, key=[EMAIL, SMS, WHATSAPP].index
    )


def test_nobody_is_left(visit):
    assert (
        reader_of(MessageFactory(visit=visit, audience="doctor", recipient=None, address="x"))
        is None
    )


def test_a_doctor_who_is_the_patient_reads_as_either(clinic, dr_chen):
    visit = AppointmentFactory(clinic=clinic, patient=PatientFactory(account=dr_chen.user))
    rows = [
        MessageFactory(visit=visit, audience=audience, recipient=dr_chen.user)
        for audience in ("patient", "doctor")
    ]
    assert [reader_of(row).account for row in rows] == [dr_chen.user] * 2
