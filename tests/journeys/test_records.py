"""A visit is attended, written down and signed; its patient reads what was released."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.models import Appointment
from records.models import Consultation
from tests.factories import AppointmentFactory


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
    doctor.press("Guardar borrador").look("consultation, with errors")
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


def test_without_anything_yet(open_browser, alice, dr_chen, begun):
    patient = open_browser().go("/historia/").enter(alice.email).title("Mi historia")
    patient.look("own history, empty").go("/historia/lecturas/").look("who looked, nobody")
    doctor = open_browser().go("/agenda/").enter(dr_chen.user.email)
    doctor.go(f"/agenda/pacientes/{begun.patient.public_id}/historia/").look("history, empty")
