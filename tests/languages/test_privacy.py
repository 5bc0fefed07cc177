"""The privacy pages in each language."""

from datetime import timedelta

import pytest
from django.urls import reverse

from privacy.models import Closing, DataExport
from privacy.services.closing import close_due, request_closing
from privacy.services.exporting import make_due_exports
from tests.factories import AppointmentFactory, AttendedFactory, PatientFactory, ReviewFactory
from tests.privacy.world import sure

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def test_privacy_pages_speak_one_language(frozen, her_reader, alice):
    for text in ("terms", "health_consent", "doctor_terms"):
        her_reader.get(reverse(text))
    mine, withdraw = reverse("privacy:mine"), reverse("privacy:withdraw")
    her_reader.get(mine)
    DataExport.objects.create(account=alice, requested_at=frozen)
    her_reader.get(mine)
    make_due_exports(now=frozen)
    her_reader.get(mine)
    for text in ("terms", "health"):
        her_reader.post(withdraw, {"text": text})
        her_reader.get(mine)
    for form in (reverse("accounts:add_dependant"), reverse("portal:become_doctor")):
        her_reader.get(form)
        her_reader.post(form)


def test_closing_speaks_one_language(frozen, her_reader, alice, clinic):
    close, undo, mine = (reverse(f"privacy:{name}") for name in ("close", "close_undo", "mine"))
    patient = alice.patients.get()
    ReviewFactory(visit=AttendedFactory(clinic=clinic, patient=patient))
    PatientFactory(account=alice, relationship="child", first_names="Rosa", last_names="Vera")
    AppointmentFactory(clinic=clinic, patient=patient, booked_by=alice, late_cancellation_fee=12,
                       starts_at=frozen + timedelta(hours=14))  # fmt: skip
    sure(her_reader.client)
    her_reader.get(close)
    her_reader.post(close, {"word": ""})
    her_reader.post(close, {"word": "x"})
    request_closing(account=alice, now=frozen)
    her_reader.get(mine)
    her_reader.post(undo)
    her_reader.post(undo)
    assert Closing.objects.get().withdrawn_at == frozen


def test_what_keeps_a_doctor_speaks_one_language(ana, dr_chen, clinic):
    AppointmentFactory(clinic=clinic)
    AttendedFactory(clinic=clinic)
    sure(ana.client)
    ana.get(reverse("privacy:close"))
    ana.post(reverse("privacy:close"), {"word": "x"})


def test_former_patients_speak_one_language(frozen, ana, clinic, alice):
    patient = alice.patients.get()
    patient.id_country, patient.id_number = "EC", "0912345678"
    patient.save()
    visit = AttendedFactory(clinic=clinic, patient=patient)
    ana.get(reverse("portal:former_patients"))
    request_closing(account=alice, now=frozen - timedelta(hours=12))
    assert close_due(now=frozen) == 1
    ana.get(reverse("portal:former_patients"))
    ana.get(reverse("portal:history", args=[patient.public_id]))
    ana.get(reverse("portal:visit", args=[visit.public_id]))
    ana.get(reverse("portal:consultation", args=[visit.public_id]))
