"""Pages of records speak one language."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from records.documents import Amended, Content, Diagnosis
from records.models import Attachment, Line, Share
from tests.factories import (
    AppointmentFactory,
    AttendedFactory,
    ClinicFactory,
    ConsultationFactory,
)
from tests.languages.browser import page
from tests.records.world import PDF, amend, attach, note

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


def test_background_and_documents_speak_one_language(ana, clinic, alice, frozen):
    visit = AttendedFactory(clinic=clinic, patient=alice.patients.get())
    coming = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    for one in (visit, coming):
        ana.get(page("background", one))
        for answers in ({}, {"sort": "x"}, {"sort": "none"}, {"sort": "allergy"},
                        {"sort": "allergy", "text": "Bravo"}, {"sort": "none"},
                        {"sort": "condition", "text": "Bravo"},
                        {"sort": "medication", "text": "x" * 400}):  # fmt: skip
            ana.post(page("background", one), answers)
    ana.get(page("background", visit))
    line = Line.objects.filter(ends=None).last()
    end = reverse("portal:background_end", args=[visit.public_id, line.public_id])
    for answers in (None, {}, {"reason": "Bravo"}, {"reason": "Bravo"}):
        ana.get(end) if answers is None else ana.post(end, answers)
    ana.get(page("background", visit))
    add = page("attachment_add", visit)
    ana.get(add)
    for content in (b"", b"x", PDF, PDF.replace(b"%%EOF", b""), PDF.replace(b"/Root", b"/Encrypt "),
                    PDF.replace(b"/Catalog", b"/JavaScript"), PDF + b" " * 10**7):  # fmt: skip
        ana.post(add, {"file": SimpleUploadedFile("bravo.pdf", content), "is_for_patient": "on"})
    ana.post(add, {})
    address = page("consultation", visit)
    ana.get(address)
    for words in ("bravo", "x" * 200):
        ana.post(address, {**GOOD, "act": "search", "search": words})
        ana.note(ana.client.post(reverse("portal:diagnoses"), {"search": words}))
    ana.post(address, {**GOOD, "version": "1"})
    ana.post(page("consultation_sign", visit), {"version": "2"})
    ana.get(address)
    file = Attachment.objects.get()
    ana.post(reverse("portal:attachment_remove", args=[file.public_id]), {})
    ana.get(address)
    ana.get(page("history", visit.patient))


def test_sharing_speaks_one_language(her_reader, clinic, alice, dr_diaz, frozen):
    address = reverse("records:shares")
    her_reader.get(address)
    patient = alice.patients.get()
    seen = AttendedFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=patient)
    her_reader.get(address)
    pair = f"{patient.public_id}:{seen.doctor.public_id}"
    days = ("2026-01-01", "2026-12-24", "2026-12-25")
    tried = [{"pair": pair, "until": day} for day in days]
    for answers in ({}, {"pair": "x", "until": "x"}, *tried):
        her_reader.post(address, answers)
    her_reader.get(address)
    her_reader.post(reverse("records:share_revoke", args=[Share.objects.get().public_id]), {})
    her_reader.get(address)


def test_the_other_doctors_pages_speak_one_language(ana, clinic, alice, dr_diaz, frozen):
    patient = alice.patients.get()
    theirs = AttendedFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=patient)
    AttendedFactory(clinic=clinic, patient=patient, starts_at=frozen.replace(day=3))
    record = ConsultationFactory(visit=theirs, said=SAID)
    attach(record, name="bravo.pdf")
    note(theirs, text="Bravo")
    Share.objects.create(patient=patient, doctor=clinic.doctor, by=alice, created_at=frozen,
                         expires_at=frozen.replace(month=12))  # fmt: skip
    ana.get(page("history", patient))
    ana.get(reverse("portal:shared_consultation", args=[record.public_id]))
