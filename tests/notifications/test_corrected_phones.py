"""A telephone that support or the desk mended: messages go to the new one from then on."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import SUPPORT, group_of
from appointments.models import WaitingEntry
from notifications.enums import Channel, Kind
from notifications.models import Message, Preferences
from notifications.services.planning import plan_messages
from notifications.services.resending import send_again
from notifications.services.sending import send_due
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory

pytestmark = pytest.mark.django_db
OLD, NEW, OTHER = "+593991234567", "+593991112233", "+593987654321"
LATER = timedelta(minutes=20)


@pytest.fixture(autouse=True)
def phones(settings):
    settings.PHONE_CHANNELS = ["sms"]
    settings.PHONE = "notifications.channels.phone.Mailbox"


@pytest.fixture
def support(as_, erin):
    erin.groups.add(group_of(SUPPORT))
    return as_(erin)


def corrected(browser, patient, **said):
    page = reverse("admin:accounts_patient_contact", args=[patient.pk])
    said = {"phone": NEW, "email": patient.email, "reason": "Llamó, ticket A7K2", **said}
    return browser.post(page, said).status_code


def numbers(kind=Kind.BOOKED):
    """Where text messages of a kind went, in the order in which they were made."""
    rows = Message.objects.filter(kind=kind, channel=Channel.SMS).order_by("pk")
    return list(rows.values_list("address", flat=True))


@pytest.mark.parametrize("own", ["", OLD])
def test_a_text_message_goes_to_the_new_number(frozen, support, visit, alice, sink, own):
    """Sent again, or planned afterwards; also where her settings held the number."""
    Preferences.objects.create(account=alice, channels=["sms"], phone=own)
    assert str(visit.phone) == OLD
    plan_messages(now=frozen)
    send_due()
    assert numbers() == [OLD]
    assert corrected(support, visit.patient) == 302
    first, later = Message.objects.get(kind=Kind.BOOKED, channel="sms"), frozen + LATER
    with time_machine.travel(later, tick=False):
        send_again(message=first, actor=alice, now=later)
        send_due()
    assert numbers() == [OLD, NEW]
    with time_machine.travel(visit.starts_at - timedelta(minutes=110), tick=False):
        send_due()
    assert numbers(Kind.REMINDER_HOURS) == [NEW]


def test_only_what_is_to_come_and_held_the_old_number_changes(frozen, support, clinic, alice, bob):
    hers, days = alice.patients.get(), timedelta(days=1)
    waits = {"doctor": clinic.doctor, "until_date": NOW.date() + 9 * days}
    rows = [
        AppointmentFactory(clinic=clinic, patient=hers),
        AppointmentFactory(clinic=clinic, patient=hers, starts_at=NOW + 3 * days, phone=OTHER),
        AppointmentFactory(clinic=clinic, patient=hers, starts_at=NOW - 3 * days),
        AppointmentFactory(clinic=clinic, patient=bob.patients.get(), starts_at=NOW + 4 * days),
        WaitingEntry.objects.create(
            patient=hers, phone=OLD, closed_at=NOW, closed_as="left", **waits
        ),
        WaitingEntry.objects.create(patient=hers, phone=OLD, **waits),
        Preferences.objects.create(account=alice, phone=OTHER),
        Preferences.objects.create(account=bob, phone=OLD),
    ]
    assert corrected(support, hers) == 302
    for row in rows:
        row.refresh_from_db()
    assert [str(row.phone) for row in rows] == [NEW, OTHER, OLD, OLD, OLD, NEW, OTHER, OLD]


@pytest.mark.parametrize("who", ["support", "desk"])
def test_the_same_of_who_has_no_account(frozen, support, as_, dr_chen, clinic, who):
    eva = PatientFactory(account=None, phone=OLD, email="eva@ejemplo.test")
    visit = AppointmentFactory(clinic=clinic, patient=eva, booked_by=dr_chen.user)
    wishes = Preferences.objects.create(patient=eva, phone=OLD)
    if who == "support":
        assert corrected(support, eva) == 302
    else:
        page = reverse("portal:patient_contact", args=[eva.public_id])
        said = {"phone": NEW, "email": eva.email}
        assert as_(dr_chen.user).post(page, said).status_code == 302
    for row in (eva, visit, wishes):
        row.refresh_from_db()
        assert str(row.phone) == NEW


def test_a_number_where_there_was_none_changes_nothing_typed(frozen, support, clinic):
    eva = PatientFactory(account=None, phone="", email="eva@ejemplo.test")
    visit = AppointmentFactory(clinic=clinic, patient=eva, booked_by=clinic.doctor.user, phone="")
    assert corrected(support, eva, email="") == 302
    for row in (eva, visit):
        row.refresh_from_db()
    assert (str(eva.phone), eva.email, str(visit.phone)) == (NEW, "", "")
