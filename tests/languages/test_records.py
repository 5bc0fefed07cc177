"""Pages of records speak one language."""

import pytest
from django.urls import reverse

from records.documents import Amended, Content, Diagnosis
from tests.factories import AppointmentFactory, AttendedFactory, ConsultationFactory
from tests.languages.browser import page
from tests.records.world import amend

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
GOOD = {"plan": "Bravo", "version": "0", "systolic": "150", "diastolic": "95", "weight": "70",
        "height": "170", "diagnoses": "I10 Bravo"}  # fmt: skip
BAD = ({"plan": "a\x07"}, {"systolic": ""}, {"systolic": "60"}, {"temperature": "99"},
       {"heart_rate": "9"}, {"height": "30"}, {"diagnoses": "x" * 201}, {"version": ""},
       {"diagnoses": "\n".join(map(str, range(30)))}, {"plan": "x" * 9000})  # fmt: skip
SAID = Content(plan="Bravo", vitals={"heart_rate": "150", "weight": "70", "height": "170"})


def test_the_doctors_pages_speak_one_language(ana, clinic, alice, frozen):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=frozen)
    address = page("consultation", visit)
    ana.get(page("visit", visit))
    ana.get(page("history", visit.patient))
    ana.get(address)
    for change in BAD:
        ana.post(address, {**GOOD, **change})
    ana.post(address, {"version": "0"})
    ana.post(address, {**GOOD, "act": "sign", "reason": "Bravo"})
    ana.post(address, {**GOOD, "plan": "Bravo, bravo"})
    ana.get(page("visit", visit))
    ana.post(page("consultation_sign", visit), {"version": "7"})
    ana.post(page("consultation_sign", visit), {})
    ana.post(page("consultation_sign", visit), {"version": "1"})
    ana.get(page("visit", visit))
    ana.post(address, {**GOOD, "plan": "Bravo, bravo"})
    amendment = page("consultation_amend", visit)
    ana.get(amendment)
    for answers in ({}, {"text": "Bravo", "number": "1", "instructions": "Bravo",
                         "diagnoses": "Bravo", "shows_diagnoses": "on"},
                    {"text": "Bravo, bravo", "number": "1"}, {"number": "x"}):  # fmt: skip
        ana.post(amendment, answers)
    ana.get(amendment)
    for words in ("", "bravo", "x" * 200, "zzz"):
        ana.post(page("history", visit.patient), {"words": words})


def test_what_is_refused_speaks_one_language(ana, clinic, alice, frozen, language):
    coming = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    ana.post(page("consultation", coming), GOOD)
    thin = AttendedFactory(clinic=clinic, patient=alice.patients.get())
    ana.post(page("consultation", thin), {"reason": "Bravo", "version": "0"})
    ana.post(page("consultation_sign", thin), {"version": "1"})
    ana.post(page("consultation_amend", thin), {"text": "Bravo", "number": "1"})
    draft = page("consultation_draft", thin)
    for answers in (GOOD, {**GOOD, "version": "1"}, {**GOOD, "weight": "x"}):
        said = ana.client.post(draft, answers).json()["said"]
        assert said.startswith(("Otra", "Borrador", "Sin") if language == "es" else
                               ("Another", "Draft", "Not"))  # fmt: skip


def test_the_patients_pages_speak_one_language(her_reader, clinic, alice, dr_chen, frozen):
    pages = [reverse(f"records:{name}") for name in ("history", "readers")]
    for address in pages:
        her_reader.get(address)
    patient = alice.patients.get()
    visits = [AttendedFactory(clinic=clinic, patient=patient, starts_at=frozen.replace(day=n + 1))
              for n in range(12)]  # fmt: skip
    for visit in visits:
        ConsultationFactory(visit=visit, said=SAID)
    shown = AttendedFactory(clinic=clinic, patient=patient, starts_at=frozen.replace(day=20))
    said = Amended("Bravo", "Bravo", (Diagnosis("Bravo", "I10"),))
    amend(ConsultationFactory(visit=shown, said=SAID), said, shows_diagnoses=True)
    for visit in (visits[0], shown):
        her_reader.get(reverse("appointments:appointment", args=[visit.public_id]))
        her_reader.get(reverse("records:consultation", args=[visit.public_id]))
    for address in pages:
        her_reader.get(address)
