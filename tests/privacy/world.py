"""Alicia with everything that a person may have, and Bruno with as much."""

from datetime import timedelta

from django.urls import reverse

from appointments.models import WaitingEntry
from notifications.models import Preferences
from tests.conftest import NOW
from tests.factories import (
    PASSWORD,
    AppointmentFactory,
    MessageFactory,
    PatientFactory,
    PaymentLineFactory,
    ReviewFactory,
)
from tests.prescriptions.world import things_of_prescriptions
from tests.records.world import things_of_records

ALICES = {"email": "alice@ejemplo.test", "first": "Zutanita", "last": "Quishpe7Q",
          "phone": "+593997776655", "child": "Mateo7Q", "document": "DOCUMENTO7Q",
          "emergency": "Perengana7Q", "emergency_phone": "+593998887766"}  # fmt: skip
REASON = "MOTIVO7Q"


def mark(person):
    person.first_names, person.last_names = ALICES["first"], ALICES["last"]
    person.save(update_fields=["first_names", "last_names"])


def fill(alice, clinic):
    """Visits past and to come, records, papers, opinions, messages, a wait, a child."""
    patient = alice.patients.get(relationship="self")
    for person in (alice, patient):
        mark(person)
    patient.phone, patient.id_country, patient.id_number = ALICES["phone"], "US", "DOCUMENTO7Q"
    patient.emergency_name = ALICES["emergency"]
    patient.emergency_phone = ALICES["emergency_phone"]
    patient.save()
    PatientFactory(account=alice, relationship="child", first_names=ALICES["child"],
                   last_names=ALICES["last"], phone="")  # fmt: skip
    coming = AppointmentFactory(clinic=clinic, patient=patient, phone=ALICES["phone"],
                                booked_by=alice)  # fmt: skip
    coming.reason = REASON
    coming.save()
    things_of_records(clinic, patient)
    things_of_prescriptions(clinic, patient)
    review = ReviewFactory(visit=_past(clinic, patient, 20), author=alice,
                           text=f"Muy bien. {ALICES['last']}")  # fmt: skip
    PaymentLineFactory(appointment=_past(clinic, patient, 21))
    MessageFactory(visit=coming, recipient=alice, address=alice.email)
    Preferences.objects.create(account=alice, phone=ALICES["phone"])
    WaitingEntry.objects.create(
        patient=patient, doctor=clinic.doctor, phone=ALICES["phone"],
        until_date=(NOW + timedelta(days=20)).date(), from_minute=0, until_minute=1440,
        notice_minutes=60, created_at=NOW,
    )  # fmt: skip
    return {"coming": coming, "review": review, "patient": patient}


def _past(clinic, patient, days):
    return AppointmentFactory(
        clinic=clinic, patient=patient, starts_at=NOW - timedelta(days=days), status="attended",
        phone=ALICES["phone"],
    )  # fmt: skip


def sure(browser):
    """Whoever is logged in says their password, as pages ask that let data out."""
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser
