"""A visit is attended, written down and signed; its patient reads what was released."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.models import Appointment
from records.models import Attachment, Consultation
from records.services.catalogue import load_diagnoses
from tests.factories import (
    AppointmentFactory,
    AttendedFactory,
    ClinicFactory,
    ConsultationFactory,
)
from tests.records.world import PDF, note

DRAFT = "**/consulta/borrador/"


@pytest.fixture
def begun(clinic, alice):
    """Alicia's visit, which began a quarter of an hour ago."""
    at = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=15)
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=at)


def address(visit, page="consulta/"):
    return f"/agenda/citas/{visit.public_id}/{page}"


@pytest.mark.parametrize("scripts", [True, False])
def test_written_signed_read_amended(open_browser, dr_chen, alice, begun, scripts):
    doctor = open_browser(scripts=scripts).go(address(begun, "")).enter(dr_chen.user.email)
    doctor.title("Alicia Vera").press("Asistió").follow("Escribir la consulta").title("Consulta")
    doctor.look("consultation, empty")
    doctor.write(reason="Tos", assessment="Faringe roja", temperature="99")
    doctor.press("Guardar borrador")
    # What is written is tried as a draft first, which is refused for the same reason.
    doctor.trouble = [line for line in doctor.trouble if not line.startswith("422 ")]
    doctor.look("consultation, with errors")
    doctor.write(temperature="38,4", systolic="118", diastolic="76", weight="61", height="164")
    doctor.write(diagnoses="J02.9 Faringitis aguda", plan="Control en una semana")
    doctor.write(instructions="Tome agua y descanse.").press("Guardar borrador")
    doctor.reads("fuera de lo habitual")
    doctor.look("consultation, a draft").press("Revisar y firmar").title("Revise y firme")
    doctor.look("consultation to sign").press("Firmar y cerrar").title("Consulta")
    doctor.reads("Firmada y cerrada")
    doctor.look("consultation, signed")
    assert Appointment.objects.get(pk=begun.pk).status == "attended"

    patient = open_browser(scripts=scripts).go(f"/citas/{begun.public_id}/").enter(alice.email)
    patient.follow("Leer las indicaciones del médico").title("Indicaciones de su cita")
    patient.reads("Tome agua y descanse.")
    assert "Faringitis" not in patient.page.inner_text("main")
    patient.look("released record")

    doctor.follow("Agregar una adenda").look("addendum")
    doctor.press("Firmar la adenda").look("addendum, with errors")
    doctor.write(text="Cultivo negativo.", instructions="No necesita antibiótico.")
    doctor.choose("Mostrar los diagnósticos al paciente").press("Firmar la adenda")
    doctor.reads("Cultivo negativo.")
    doctor.look("consultation, amended").follow("Historia del paciente con usted")
    doctor.title("Alicia Vera").write(words="FARINGITIS").press("Buscar")
    doctor.reads("1 consulta lo dice.")
    doctor.look("history of a patient")

    patient.go(f"/citas/{begun.public_id}/consulta/").reads("No necesita antibiótico.")
    patient.reads("Faringitis aguda")
    mine = patient.page.get_by_role("link", name="Mi historia", exact=True)
    patient.look("released record, amended").follow(mine).title("Mi historia")
    patient.look("own history").follow("Quién vio mi historia").reads("Firmó la consulta")
    patient.look("who looked")


def test_two_windows_and_a_draft_that_saves_itself(open_browser, dr_chen, begun):
    one, other = open_browser(), open_browser()
    for window in (one, other):
        window.go(address(begun)).enter(dr_chen.user.email).title("Consulta")
    one.page.locator("[name=plan]").press_sequentially("Reposo", delay=10)
    expect(one.page.locator("[data-db-draft-state]")).to_contain_text("Borrador guardado a las")
    record = Consultation.objects.get()
    assert (record.version, record.said.plan) == (1, "Reposo")
    one.page.locator("[name=plan]").press_sequentially(" y agua", delay=10)
    expect(one.page.locator("[name=version]")).to_have_value("2")
    other.page.locator("[name=plan]").press_sequentially("Antibiótico", delay=10)
    state = other.page.locator("[data-db-draft-state]")
    expect(state).to_contain_text("Otra ventana guardó cambios")
    other.trouble.clear()  # the refusal of what was saved by itself
    other.press("Guardar borrador")
    other.reads("Lo que está guardado y usted cambió")
    other.reads("Reposo y agua")
    expect(other.page.locator("[name=plan]")).to_have_value("Antibiótico")
    other.look("consultation, two windows").press("Guardar borrador")
    assert Consultation.objects.get().said.plan == "Antibiótico"


@pytest.mark.parametrize("is_cut", [False, True])
def test_button_pressed_while_the_draft_is_being_saved(open_browser, dr_chen, begun, is_cut):
    """It waits for the save; where no answer comes the page and what is written stay."""
    doctor, held = open_browser().go(address(begun)).enter(dr_chen.user.email), []
    doctor.title("Consulta")
    doctor.page.route(DRAFT, lambda route: held.append(route), times=1)
    with doctor.page.expect_request(DRAFT):
        doctor.page.locator("[name=plan]").press_sequentially("Reposo")
    save = doctor.page.get_by_role("button", name="Guardar borrador", exact=True)
    save.click()
    if is_cut:
        held[0].abort()
        expect(doctor.page.locator("[data-db-draft-state]")).to_contain_text("Sin conexión")
        expect(doctor.page.locator("[data-db-draft-state]")).to_contain_text("Borrador guardado")
        assert Consultation.objects.get().version == 1
        doctor.press("Guardar borrador")
    else:
        with doctor.turning():
            held[0].continue_()
    doctor.reads("Guardamos el borrador.")
    assert Consultation.objects.get().said.plan == "Reposo"


def test_session_that_ended_takes_nothing_with_it(open_browser, dr_chen, begun):
    doctor = open_browser().go(address(begun)).enter(dr_chen.user.email).title("Consulta")
    state = doctor.page.locator("[data-db-draft-state]")
    doctor.context.clear_cookies(name="sessionid")
    doctor.page.locator("[name=plan]").press_sequentially("Reposo")
    save = doctor.page.get_by_role("button", name="Guardar borrador", exact=True)
    save.click()
    expect(state).to_contain_text("Su sesión terminó")
    expect(save).not_to_have_attribute("aria-busy", "true")
    save.click()
    doctor.title("Consulta").look("consultation, the session is over")
    expect(doctor.page.locator("[name=plan]")).to_have_value("Reposo")
    asked = []
    doctor.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    doctor.go("/").page.wait_for_load_state()
    assert asked == ["beforeunload"]


def test_without_anything_yet(open_browser, alice, dr_chen, begun):
    patient = open_browser().go("/historia/").enter(alice.email).title("Mi historia")
    patient.look("own history, empty").go("/historia/lecturas/").look("who looked, nobody")
    doctor = open_browser().go("/agenda/").enter(dr_chen.user.email)
    doctor.go(f"/agenda/pacientes/{begun.patient.public_id}/historia/").look("history, empty")


@pytest.mark.parametrize(("scripts", "theme"), [(True, "light"), (False, "dark")])
def test_codes_background_documents(open_browser, dr_chen, alice, begun, tmp_path, scripts, theme):
    load_diagnoses()
    paper = tmp_path / "Examen.pdf"
    paper.write_bytes(PDF)
    doctor = open_browser(scripts=scripts, theme=theme).go(address(begun))
    doctor.enter(dr_chen.user.email).title("Consulta")
    doctor.follow("Anotar o cambiar antecedentes").title("Antecedentes")
    doctor.look(f"background, empty, {theme}").press("Anotar")
    doctor.look(f"background, with errors, {theme}")
    doctor.page.get_by_label("Qué es").select_option("allergy")
    doctor.write(text="Penicilina").press("Anotar")
    doctor.look(f"background, {theme}").follow("Ya no Alergia Penicilina")
    doctor.look(f"background, to end, {theme}").follow("Volver sin cambios")
    doctor.go(address(begun)).reads("Alergia: Penicilina")

    doctor.write(plan="Reposo", search="faringitis aguda")
    if scripts:
        doctor.page.locator("[data-db-line]").first.click()
    else:
        doctor.press("Buscar código").look(f"codes, {theme}")
        with doctor.turning():
            doctor.page.locator("[name=add]").first.click()
    expect(doctor.page.locator("[name=diagnoses]")).to_have_value("J02.9 Faringitis aguda")
    expect(doctor.page.locator("[name=plan]")).to_have_value("Reposo")
    doctor.press("Guardar y adjuntar un documento").look(f"document to attach, {theme}")
    doctor.page.get_by_label("Documento").set_input_files(paper)
    doctor.choose("El paciente puede descargarlo").press("Adjuntar")
    doctor.reads("Descargar Examen.pdf")
    doctor.look(f"consultation with background and document, {theme}")
    doctor.press("Revisar y firmar").press("Firmar y cerrar").reads("lo ve el paciente")
    doctor.look(f"consultation signed with a document, {theme}")
    assert Attachment.objects.get().file.content == PDF

    patient = open_browser(scripts=scripts, theme=theme)
    patient.go(f"/citas/{begun.public_id}/consulta/").enter(alice.email)
    patient.look(f"released with a document, {theme}")
    with patient.page.expect_download() as download:
        patient.page.get_by_role("link", name="Descargar Examen.pdf").click()
    assert download.value.path().read_bytes() == PDF


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_shared_and_taken_back(open_browser, dr_chen, dr_diaz, alice, begun, theme):
    at = begun.starts_at - timedelta(days=3)
    patient = alice.patients.get()
    AttendedFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=patient, starts_at=at)
    before = AttendedFactory(clinic=begun.clinic, patient=patient, starts_at=at - timedelta(days=1))
    ConsultationFactory(visit=before)
    note(before, text="Penicilina")
    her = open_browser(theme=theme).go("/historia/permisos/").enter(alice.email)
    her.title("Compartir mi historia").look(f"sharing, {theme}")
    her.page.get_by_label("Con quién").select_option(label=dr_diaz.display_name)
    her.press("Compartir").reads("Listo: ese médico puede leer la historia.")
    her.look(f"shared, {theme}")
    other = open_browser(theme=theme).go("/agenda/").enter(dr_diaz.user.email)
    other.go(f"/agenda/pacientes/{patient.public_id}/historia/").reads(dr_chen.display_name)
    other.reads("Alergia: Penicilina")
    other.look(f"history that is shared, {theme}")
    other.follow(other.page.locator(".record-day a").first).title("Consulta de otro médico")
    other.look(f"record of another doctor, {theme}")
    her.press(f"Dejar de compartir {dr_diaz.display_name}").look(f"taken back, {theme}")
    other.go(f"/agenda/pacientes/{patient.public_id}/historia/")
    assert "Penicilina" not in other.page.inner_text("main")
