"""A prescription from the visit to the pharmacy: issued, read, checked, revoked."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from appointments.models import Appointment
from prescriptions.models import Prescription, PrescriptionTemplate
from records.models import AccessLog
from tests.factories import AppointmentFactory
from tests.journeys.visitor import letters_to


@pytest.fixture
def begun(clinic, alice):
    """Alicia's visit, which began a quarter of an hour ago."""
    at = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=15)
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=at)


def medicine(visitor, n, **fields):
    for name, value in fields.items():
        visitor.page.locator(f"[name=m{n}-{name}]").fill(value)
    return visitor


def download(visitor):
    """The bytes of the paper."""
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("link", name="Descargar PDF").click()
    assert waiting.value.suggested_filename.startswith("receta-")
    return Path(waiting.value.path()).read_bytes()


def issue(doctor, visit, email):
    """From the visit that the patient came to, by its record, to the paper."""
    doctor.go(f"/agenda/citas/{visit.public_id}/")
    doctor.enter(email).press("Asistió").follow("Escribir la consulta")
    doctor.write(assessment="Presión alta", plan="Losartán").press("Revisar y firmar")
    doctor.press("Firmar y cerrar").reads("Firmada y cerrada")
    doctor.go(f"/agenda/citas/{visit.public_id}/").follow("Emitir receta").title("Receta")
    doctor.look("prescription, empty").press("Revisar la receta").look("prescription, errors")
    medicine(doctor, 1, name="Losartán", presentation="tabletas de 50 mg", dose="una tableta",
             hours="24", days="30", quantity="30 tabletas")  # fmt: skip
    doctor.press("Agregar otro medicamento").look("prescription, two medicines")
    medicine(doctor, 2, name="Paracetamol", dose="una tableta", quantity="15 tabletas")
    doctor.page.locator("[name=m2-rhythm]").select_option("as_needed")
    doctor.write(instructions="Tome su presión.\nVuelva en un mes.", repeats="2")
    doctor.press("Revisar la receta").title("Revise la receta")
    doctor.reads("una tableta cada 24 horas por 30 días")
    doctor.look("prescription to issue").press("Corregir").press("Revisar la receta")
    doctor.press("Emitir la receta").reads("La receta está emitida")
    return Prescription.objects.get()


@pytest.mark.parametrize("scripts", [True, False])
def test_issued_read_checked_revoked(open_browser, dr_chen, alice, begun, scripts):
    doctor = open_browser(scripts=scripts)
    row = issue(doctor, begun, dr_chen.user.email)
    doctor.reads(row.said.code)
    doctor.look("prescription, issued")
    assert download(doctor)[:5] == b"%PDF-"
    assert Appointment.objects.get(pk=begun.pk).status == "attended"

    letter = letters_to(alice.email)[-1]
    assert letter.subject.startswith("Su receta está lista")
    assert "Losartán" not in str(letter.message())
    patient = open_browser(scripts=scripts).go(f"/citas/{begun.public_id}/").enter(alice.email)
    patient.look("visit with a prescription").follow("Receta del").title("Su receta")
    patient.reads("Vuelva en un mes.")
    patient.look("own prescription")
    assert download(patient)[:5] == b"%PDF-"
    mine = patient.page.locator("main").get_by_role("link", name="Mis recetas")
    patient.follow(mine).title("Mis recetas").look("own prescriptions")

    pharmacy = open_browser(scripts=scripts).go("/recetas/verificar/").look("check, empty")
    pharmacy.write(codigo=row.said.code.lower()).press("Comprobar").reads("La receta es válida")
    pharmacy.look("check, valid")
    assert "Alicia" not in pharmacy.page.inner_text("main")

    doctor.follow("Anular la receta").look("prescription to revoke").press("Sí, anular")
    doctor.look("prescription to revoke, errors").write(reason="Otra dosis").press("Sí, anular")
    doctor.reads("ANULADA")
    doctor.look("prescription, revoked")
    pharmacy.press("Comprobar").reads("La receta está anulada")
    pharmacy.look("check, revoked").write(codigo="ZZZZ").press("Comprobar")
    pharmacy.reads("Ninguna receta tiene ese código")
    pharmacy.look("check, unknown")
    patient.follow("Receta del").reads("ya no se puede usar")
    patient.look("own prescription, revoked").follow("Quién vio mi historia")
    patient.reads("Anuló una receta")
    acts = list(AccessLog.objects.order_by("pk").values_list("act", flat=True))
    assert [act for act in acts if act.startswith(("rx", "presc"))] == [
        "prescribed", "rx_read", "rx_printed", "rx_read", "rx_printed", "rx_revoked", "rx_read",
        "rx_read",
    ]  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False])
def test_templates_and_repetition(open_browser, dr_chen, begun, scripts):
    doctor = open_browser(scripts=scripts).go("/agenda/recetas/plantillas/")
    doctor.enter(dr_chen.user.email).look("templates, none").follow("Nueva plantilla")
    doctor.look("template, empty").write(name="Presión").press("Guardar la plantilla")
    doctor.look("template, errors")
    medicine(doctor, 1, name="Losartán", dose="una tableta", hours="24", quantity="30 tabletas")
    doctor.press("Guardar la plantilla").reads("1 medicamento")
    doctor.look("templates")
    doctor.go(f"/agenda/citas/{begun.public_id}/receta/")
    doctor.page.locator("summary", has_text="Empezar de una plantilla").click()
    doctor.look("prescription, what to start from").follow("Presión")
    doctor.press("Revisar la receta").press("Emitir la receta")
    doctor.go(f"/agenda/citas/{begun.public_id}/receta/")
    doctor.page.locator("summary", has_text="Empezar de una plantilla").click()
    doctor.follow("Repetir la del").press("Revisar la receta").press("Emitir la receta")
    doctor.follow("Guardar como plantilla").write(name="Otra").press("Guardar la plantilla")
    doctor.follow("Borrar Otra").look("template to delete").press("Sí, borrar")
    contents = [row.said.content for row in Prescription.objects.all()]
    assert contents == [PrescriptionTemplate.objects.get().said.content] * 2
