"""/agenda/citas/<cita>/consulta/: written, saved, signed, amended, by the visit's doctor alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from core.models import Event
from records.documents import Diagnosis
from records.enums import Act
from records.models import AccessLog, Consultation
from records.services.amending import amend_consultation
from records.services.writing import save_draft
from tests.factories import AppointmentFactory
from tests.records.world import ADDED, CLINICAL, MARKED

pytestmark = pytest.mark.django_db
GOOD = {
    "reason": "Tos", "history": "Desde hace\r\n3 días", "assessment": "Faringitis leve",
    "diagnoses": "j02.9 Faringitis aguda\n\nRinitis", "plan": "Control", "version": "0",
    "instructions": "Tome agua", "private_note": "Fuma", "temperature": "37,9", "weight": "82.50",
    "height": "170", "systolic": "150", "diastolic": "95", "act": "save",
}  # fmt: skip


def page(visit, name="consultation"):
    return reverse(f"portal:{name}", args=[visit.public_id])


@pytest.fixture
def ana(frozen, as_, dr_chen, attended):
    return as_(dr_chen.user)


def lines():
    return [(line.reader.email, line.role, line.act) for line in AccessLog.objects.order_by("pk")]


READ = ("chen@ejemplo.test", "doctor", "read")
WRITTEN = ("chen@ejemplo.test", "doctor", "written")


def test_the_first_page_is_empty_and_nobody_has_read_anything(ana, attended):
    attended.reason = "Me duele"
    attended.save()
    html = ana.get(page(attended)).content.decode()
    assert "Me duele" in html
    assert (Consultation.objects.count(), lines()) == (0, [])


def test_a_draft_is_saved_as_it_was_written(ana, attended, frozen, dr_chen):
    assert ana.post(page(attended), GOOD).url == page(attended)
    kept = Consultation.objects.get()
    said = kept.said
    assert (kept.author, kept.version, kept.saved_at, kept.signed_at) == (
        dr_chen.user, 1, frozen, None,
    )  # fmt: skip
    assert (said.history, said.private_note) == ("Desde hace\n3 días", "Fuma")
    assert said.vitals == {"temperature": "37.9", "weight": "82.5", "height": "170",
                           "systolic": "150", "diastolic": "95"}  # fmt: skip
    assert said.diagnoses == (Diagnosis("Faringitis aguda", "J02.9"), Diagnosis("Rinitis"))
    html = ana.get(page(attended)).content.decode()
    assert 'value="37,9"' in html and "28,5 kg/m²" in html and html.count("fuera de lo") == 3
    assert lines() == [WRITTEN, READ]
    assert not Event.objects.exists()


def test_the_same_again_changes_nothing(ana, attended):
    for _n in range(2):
        ana.post(page(attended), GOOD)
    assert Consultation.objects.get().version == 1
    ana.post(page(attended), {**GOOD, "version": "1", "plan": "Reposo"})
    assert (Consultation.objects.get().version, Consultation.objects.get().said.plan) == (
        2, "Reposo",
    )  # fmt: skip


def test_two_windows_keep_both_texts(ana, attended):
    ana.post(page(attended), GOOD)
    ana.post(page(attended), {**GOOD, "version": "1", "plan": "PLAN-UNO"})
    answer = ana.post(page(attended), {**GOOD, "version": "1", "plan": "PLAN-DOS"})
    html = answer.content.decode()
    assert (answer.status_code, Consultation.objects.get().said.plan) == (409, "PLAN-UNO")
    assert "PLAN-UNO" in html and "PLAN-DOS" in html and "Otra ventana guardó" in html
    assert 'name="version" value="2"' in html
    assert lines() == [WRITTEN, READ]  # the kept text was shown
    ana.post(page(attended), {**GOOD, "version": "2", "plan": "PLAN-DOS"})
    assert (Consultation.objects.get().version, Consultation.objects.get().said.plan) == (
        3, "PLAN-DOS",
    )  # fmt: skip


def test_a_first_text_of_two_windows(ana, attended):
    ana.post(page(attended), GOOD)
    answer = ana.post(page(attended), {**GOOD, "plan": "Otro"})
    assert (answer.status_code, Consultation.objects.get().said.plan) == (409, "Control")


@pytest.mark.parametrize(("field", "typed", "sentence"), [
    ("temperature", "50", "Temperatura: escriba un número entre 30 y 45 °C"),
    ("temperature", "36,55", "Temperatura: escriba un número"),
    ("systolic", "12", "Presión sistólica: escriba un número entero entre 40 y 300 mmHg"),
    ("heart_rate", "80.5", "Frecuencia cardíaca: escriba un número entero"),
    ("saturation", "101", "Saturación de oxígeno"),
    ("weight", "1e3", "Peso: escriba un número"),
    ("height", "٣٤", "Estatura: escriba un número"),
    ("systolic", "", "Escriba las dos presiones."),
    ("systolic", "90", "La presión sistólica es mayor que la diastólica."),
    ("height", "30", "Revise el peso y la estatura"),
    ("plan", "x" * 8001, "Escriba 8000 caracteres o menos"),
    ("plan", "a\x07", "Quite los caracteres invisibles"),
    ("diagnoses", "\n".join(map(str, range(21))), "Escriba 20 diagnósticos o menos."),
    ("diagnoses", "x" * 201, "Escriba un diagnóstico por línea"),
    ("version", "", "Abra la consulta otra vez"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_kept_on_the_page(ana, attended, field, typed, sentence):
    answer = ana.post(page(attended), {**GOOD, field: typed})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html and "Faringitis leve" in html
    assert not Consultation.objects.exists()


def test_nothing_is_no_record(ana, attended):
    answer = ana.post(page(attended), {"version": "0"})
    assert answer.status_code == 422 and "Escriba algo antes" in answer.content.decode()
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(("status", "hours"), [
    ("booked", 48), ("no_show", -24), ("cancelled_doctor", -24),
])  # fmt: skip
def test_only_of_visits_that_take_place(ana, clinic, alice, frozen, status, hours):
    visit = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), status=status,
        starts_at=frozen + timedelta(hours=hours),
        cancelled_at=frozen if status.startswith("cancelled") else None,
    )  # fmt: skip
    assert ana.get(page(visit)).url == reverse("portal:visit", args=[visit.public_id])
    answer = ana.post(page(visit), GOOD)
    assert answer.status_code == 409 and "desde el día de la cita" in answer.content.decode()
    assert "Escribir la consulta" not in ana.get(page(visit, "visit")).content.decode()
    assert not Consultation.objects.exists()


def test_signing_a_visit_of_today_says_that_the_patient_came(ana, clinic, alice, frozen):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(),
                               starts_at=frozen + timedelta(hours=2))  # fmt: skip
    assert ana.post(page(visit), {**GOOD, "act": "sign"}).url == page(visit, "consultation_sign")
    html = ana.get(page(visit, "consultation_sign")).content.decode()
    assert "También queda registrado que el paciente asistió" in html and "Faringitis leve" in html
    assert ana.post(page(visit, "consultation_sign"), {"version": "1"}).url == page(visit)
    visit.refresh_from_db()
    kept = Consultation.objects.get()
    assert (visit.status, kept.signed_at, kept.version) == ("attended", frozen, 1)
    assert lines() == [WRITTEN, READ, ("chen@ejemplo.test", "doctor", "signed")]
    event = Event.objects.get(name="consultation.signed")
    assert (event.subject_id, event.data) == (kept.public_id, {"visit": visit.pk})
    html = ana.get(page(visit)).content.decode()
    assert "Firmada y cerrada" in html and "<textarea" not in html
    # Sent again: the same.
    assert ana.post(page(visit, "consultation_sign"), {"version": "1"}).url == page(visit)
    assert Event.objects.filter(name="consultation.signed").count() == 1


def test_what_was_not_looked_at_is_not_signed(ana, draft, attended):
    ana.post(page(attended), {**GOOD, "version": "1", "plan": "PLAN-NUEVO"})
    answer = ana.post(page(attended, "consultation_sign"), {"version": "1"})
    html = answer.content.decode()
    assert answer.status_code == 409 and "PLAN-NUEVO" in html and 'value="2"' in html
    assert Consultation.objects.signed().count() == 0


def test_a_record_without_substance_is_not_signed(ana, attended):
    ana.post(page(attended), {"version": "0", "reason": "Tos"})
    answer = ana.post(page(attended, "consultation_sign"), {"version": "1"})
    assert answer.status_code == 422 and "Escriba la evaluación" in answer.content.decode()
    assert Consultation.objects.signed().count() == 0


def test_a_signed_record_takes_no_more_text_and_none_is_lost(ana, signed, attended):
    answer = ana.post(page(attended), {**GOOD, "version": "1", "plan": "TARDE7"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "ya está firmada" in html and "TARDE7" in html
    assert page(attended, "consultation_amend") in html
    assert Consultation.objects.get().said == MARKED
    assert ana.get(page(attended, "consultation_sign")).url == page(attended)


def test_an_addendum_changes_what_the_patient_reads(ana, signed, attended, alice, as_):
    url = page(attended, "consultation_amend")
    html = ana.get(url).content.decode()
    assert f"{CLINICAL} instructions" in html and f"I10 {CLINICAL} diagnosis" in html
    good = {"text": "Alergia", "instructions": "Otra dosis", "diagnoses": "I11 Otra",
            "number": "1", "shows_diagnoses": "on"}  # fmt: skip
    for _n in range(2):
        assert ana.post(url, good).url == page(attended)
    added = signed.amendments.get()
    assert (added.said.text, added.said.diagnoses) == ("Alergia", (Diagnosis("Otra", "I11"),))
    html = ana.get(page(attended)).content.decode()
    assert "Otra dosis" in html and f"{CLINICAL} instructions" in html
    theirs = as_(alice).get(reverse("records:consultation", args=[attended.public_id]))
    html = theirs.content.decode()
    assert "Otra dosis" in html and "I11" in html and CLINICAL not in html
    assert "Alergia" not in html


def test_an_addendum_is_no_answer_to_what_one_has_not_read(ana, signed, attended, look):
    amend_consultation(visit=attended, said=ADDED, shows_diagnoses=False, number=1, look=look)
    answer = ana.post(page(attended, "consultation_amend"), {"text": "DISTINTA", "number": "1"})
    html = answer.content.decode()
    assert answer.status_code == 409 and "DISTINTA" in html and f"{CLINICAL} text" in html
    assert 'name="number" value="2"' in html
    assert signed.amendments.count() == 1


def test_addenda_are_for_what_is_signed(ana, draft, attended):
    url = page(attended, "consultation_amend")
    assert ana.get(url).url == page(attended)
    assert ana.post(url, {"text": "x", "number": "1"}).status_code == 302
    assert draft.amendments.count() == 0


def test_each_look_is_a_line(ana, signed, attended):
    for _n in range(2):
        ana.get(page(attended), REMOTE_ADDR="203.0.113.77")
    ana.get(page(attended, "consultation_amend"))
    rows = AccessLog.objects.filter(act=Act.READ)
    assert (rows.count(), rows.first().network) == (3, "203.0.113.0/24")
    assert {row.consultation for row in rows} == {signed}


def test_autosave(ana, attended):
    url = page(attended, "consultation_draft")
    answer = ana.post(url, GOOD)
    assert (answer.status_code, answer.json()) == (
        200, {"version": 1, "said": "Borrador guardado a las 9:00."},
    )  # fmt: skip
    assert ana.post(url, {**GOOD, "version": "1", "plan": "Dos"}).json()["version"] == 2
    late = ana.post(url, {**GOOD, "version": "1", "plan": "Tres"})
    assert late.status_code == 409 and "Otra ventana" in late.json()["said"]
    bad = ana.post(url, {**GOOD, "temperature": "99"})
    assert (bad.status_code, bad.json()) == (
        422,
        {"said": "Sin guardar: hay un dato por corregir."},
    )
    assert Consultation.objects.get().said.plan == "Dos"
    assert lines() == [WRITTEN]  # nothing was shown


def test_words_stay_out_of_titles_and_messages(ana, signed, attended, mailoutbox):
    html = ana.get(page(attended)).content.decode()
    title = html[html.index("<title>") : html.index("</title>")]
    assert "Alicia" not in title and CLINICAL not in title
    assert CLINICAL not in str([event.data for event in Event.objects.all()])
    assert mailoutbox == []


def test_others_find_nothing(draft, attended, as_, alice, bob, dr_diaz, erin, root, carla, client):
    names = ("consultation", "consultation_sign", "consultation_amend")
    for user in (alice, bob, dr_diaz.user, erin, root, carla):
        for name in names:
            assert as_(user).get(page(attended, name)).status_code == 404
            assert as_(user).post(page(attended, name), GOOD).status_code == 404
        assert as_(user).post(page(attended, "consultation_draft"), GOOD).status_code == 404
    assert client.get(page(attended)).url.startswith("/cuenta/login/")
    assert (lines(), Consultation.objects.get().said) == ([WRITTEN], MARKED)


def test_the_visit_leads_there_for_its_doctor_only(ana, draft, attended, as_, carla):
    assert page(attended) in ana.get(page(attended, "visit")).content.decode()
    html = as_(carla).get(page(attended, "visit")).content.decode()
    assert page(attended) not in html and CLINICAL not in html


def test_a_child_gets_no_word_of_adults_limits(attended, look, ana):
    patient = attended.patient
    patient.birth_date = attended.starts_at.date().replace(year=2020)
    patient.save()
    said = type(MARKED)(plan="x", vitals={"heart_rate": "130"})
    save_draft(visit=attended, said=said, shows_diagnoses=False, version=0, look=look)
    html = ana.get(page(attended, "consultation_sign")).content.decode()
    assert "130 lpm" in html and "fuera de lo habitual" not in html


def test_what_is_written_at_a_stretch_is_one_line(now, attended, look):
    """A page saves by itself; half an hour later, or from elsewhere, somebody sat down again."""
    minutes = (0, 10, 29, 31, 32)
    for version, minute in enumerate(minutes):
        address = "198.51.100.1" if minute == 32 else look.address
        later = replace(look, at=now + timedelta(minutes=minute), address=address)
        save_draft(
            visit=attended, said=replace(MARKED, plan=f"{minute}"), shows_diagnoses=False,
            version=version, look=later,
        )  # fmt: skip
    rows = AccessLog.objects.filter(act=Act.WRITTEN).order_by("pk")
    assert [((row.at - now).seconds // 60, row.network) for row in rows] == [
        (0, "203.0.113.0/24"), (31, "203.0.113.0/24"), (32, "198.51.100.0/24"),
    ]  # fmt: skip
