"""Money: paid in part, then in full; the receipt; a fee for cancelling late; what is owed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from appointments.balance import balance_of
from tests.factories import AppointmentFactory, PaymentLineFactory

FEE = Decimal(20)


@pytest.fixture
def doctor(visitor, dr_chen, clinic):
    return visitor.go("/agenda/").enter(dr_chen.user.email).title("Agenda")


@pytest.fixture
def patient(open_browser, visitor, alice):
    """In a browser like the doctor's."""
    hers = open_browser(scripts=visitor.scripts, width=visitor.page.viewport_size["width"])
    return hers.go("/mis-citas/").enter(alice.email).title("Mis citas")


def owed(visit):
    return balance_of(visit, visit.payment_lines.all()).owed


def test_payment_partial_then_full_and_receipt(doctor, patient, visit):
    page = f"/agenda/citas/{visit.public_id}/"
    doctor.go(page).reads("Debe USD\xa045")
    doctor.look("visit that owes").follow("Registrar un pago").title("Registrar un pago")
    doctor.look("paying").write(amount="60").choose("Efectivo").press("Registrar el pago")
    doctor.reads("El saldo de la cita es USD\xa045.")
    doctor.look("paying, with errors").write(amount="20,50").press("Registrar el pago")
    doctor.reads("Debe USD\xa024,50")
    doctor.look("visit that is partly paid")
    patient.go(f"/citas/{visit.public_id}/").reads("Por pagar: USD\xa024,50")
    patient.look("one's visit, partly paid")
    doctor.follow("Registrar un pago").choose("Tarjeta").press("Registrar el pago")
    assert owed(visit) == 0
    doctor.follow("Recibo 2").reads("USD\xa024,50")
    doctor.reads("Consulta médica")
    doctor.look("receipt, at the desk")
    patient.go(f"/citas/{visit.public_id}/").follow("Recibo 1").reads("000001")
    patient.look("receipt")
    _receipt_as_pdf(patient)


def _receipt_as_pdf(patient):
    link = patient.page.locator("main").get_by_role("link", name="Abrir como PDF")
    answer = patient.page.request.get(link.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_refund_waiver_and_void(doctor, visit):
    doctor.go(f"/agenda/citas/{visit.public_id}/").follow("Registrar un pago")
    doctor.choose("Efectivo").press("Registrar el pago")
    doctor.follow("Devolver").title("Devolver dinero").look("giving money back")
    doctor.write(amount="5").press("Registrar la devolución").reads("Debe USD\xa05")
    doctor.follow("Exonerar").look("waiving").press("Exonerar este valor")
    doctor.look("waiving, with errors").write(note="Cortesía").press("Exonerar este valor")
    assert owed(visit) == 0
    doctor.follow("Anular: Exoneración, USD\xa05").title("¿Anular este movimiento?")
    doctor.look("voiding").press("Sí, anular").reads("Debe USD\xa05")
    doctor.look("visit with a voided line")


def test_what_is_owed_and_the_cash_desk(doctor, clinic):
    now = timezone.now()
    for days in range(1, 5):
        late = AppointmentFactory(
            clinic=clinic, status="attended", starts_at=now - timedelta(days=days)
        )
        PaymentLineFactory(appointment=late, amount=Decimal("4.50") * days, at=now)
    doctor.go("/cobros/").title("Cobros").reads("USD\xa0135")
    doctor.look("what is owed").write(desde="2030-01-01", hasta="2020-01-01").press("Ver")
    doctor.reads("La fecha final no puede ser anterior a la inicial.")
    doctor.look("what is owed, with errors").go("/cobros/?ver=devolver").look("nothing goes back")
    doctor.go("/cobros/").follow("Caja").reads("USD\xa045")
    doctor.look("cash desk")
    doctor.go("/cobros/caja/?desde=2020-01-01&hasta=2020-01-02").look("cash desk, nothing")


def test_fee_is_told_before_a_late_cancellation(patient, clinic, alice):
    """Booked with a fee; the deadline is over."""
    visit = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=timezone.now() + timedelta(days=3),
        late_cancellation_fee=FEE, cancellation_notice_minutes=7 * 1440,
    )  # fmt: skip
    patient.go(f"/citas/{visit.public_id}/").follow("Cancelar la cita")
    patient.reads("Si cancela ahora, el consultorio le cobra USD\xa020.")
    patient.look("cancelling late, with a fee").press("Sí, cancelar y pagar USD\xa020")
    patient.reads("Por pagar: USD\xa020")
    patient.look("visit cancelled late")
    visit.refresh_from_db()
    assert owed(visit) == FEE


def test_missed_visit_is_charged_and_put_right(doctor, patient, clinic, alice):
    begun = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), no_show_fee=FEE,
        starts_at=timezone.now() - timedelta(minutes=10),
    )  # fmt: skip
    doctor.go(f"/agenda/citas/{begun.public_id}/").reads("se cobrará el cargo de USD\xa020")
    doctor.look("visit with a fee for missing it").press("No asistió")
    doctor.reads("Se cobró: Inasistencia, USD\xa020.")
    doctor.look("missed visit, charged")
    begun.refresh_from_db()
    assert owed(begun) == FEE
    patient.go(f"/citas/{begun.public_id}/").reads("Por no asistir se le cobran USD\xa020")
    patient.look("one's missed visit, charged")
    doctor.follow("Corregir la asistencia").reads("se quita el cargo de USD\xa020")
    doctor.look("correcting a missed visit that was charged")
    doctor.page.get_by_role("radio", name="Asistió", exact=True).check()
    doctor.choose("Se marcó por error").press("Guardar la corrección")
    doctor.reads("Se quitó el cargo: Inasistencia, USD\xa020.")
    begun.refresh_from_db()
    assert owed(begun) == 45


def test_visit_without_a_price_and_terms(doctor, clinic):
    free = AppointmentFactory(
        clinic=clinic, price=None, status="attended", starts_at=timezone.now() - timedelta(days=1)
    )
    doctor.go(f"/agenda/citas/{free.public_id}/").follow("Poner el valor").look("setting a price")
    doctor.write(amount="30").press("Guardar el valor").reads("Debe USD\xa030")
    doctor.go(f"/consultorios/{clinic.public_id}/reservas/")
    doctor.write(late_cancellation_fee="10", no_show_fee="15", deposit_terms="La mitad antes.")
    doctor.press("Guardar las reglas").reads("Guardamos las reglas.")
    clinic.refresh_from_db()
    assert (clinic.late_cancellation_fee, clinic.no_show_fee) == (10, 15)


def test_price_of_a_type_of_visit(doctor, patient, clinic):
    doctor.go(f"/consultorios/{clinic.public_id}/reservas/").look("rules with a price list")
    doctor.write(type_0="Primera consulta", type_price_0="60", type_1="Control")
    doctor.press("Guardar las reglas").reads("Escriba su precio; si no cuesta nada, 0.")
    doctor.look("rules with an error in the price list")
    doctor.write(type_price_1="30,50").press("Guardar las reglas").reads("Guardamos las reglas.")
    doctor.go("/agenda/nueva/").reads("Sin tipo: USD\xa045")
    doctor.look("new visit with types")
    patient.open_profile()
    patient.reads("Control: USD\xa030,50")
    patient.take(patient.times.nth(2))
    patient.look("details with types").write(phone="099 123 4567").press("Revisar la cita")
    patient.reads("Elija una opción en «¿Qué tipo de consulta es?».")
    patient.look("details with types, with errors").choose("Control").press("Revisar la cita")
    patient.title("Revise su cita").reads("USD\xa030,50")
    patient.look("review of a type").press("Confirmar la cita").title("Su cita está confirmada")
    patient.reads("Por pagar: USD\xa030,50")


def test_paying_online(patient, doctor, clinic, alice):
    """The bank refuses first; then it takes the money, and there is a receipt."""
    at = timezone.now() + timedelta(days=3)
    visit = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), payment_methods="cash,online", starts_at=at
    )
    patient.go(f"/citas/{visit.public_id}/").look("one's visit that is paid online")
    patient.press("Pagar USD\xa045 en línea").title("Pago de demostración")
    patient.look("paying online").press("Simular que el banco lo rechaza")
    patient.reads("El pago no se completó y no se cobró nada.")
    patient.look("one's visit, payment refused").press("Pagar USD\xa045 en línea")
    patient.press("Pagar USD\xa045 (de prueba)").reads("Recibimos su pago.")
    patient.look("one's visit, paid online").follow("Recibo 1").reads("en línea")
    assert owed(visit) == 0
    doctor.go(f"/agenda/citas/{visit.public_id}/").reads("en línea")
