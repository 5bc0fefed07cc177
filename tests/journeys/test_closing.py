"""An account is closed in a browser: thought better of, and then really."""

from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import expect

from core.clock import current_time
from notifications.tasks import relay
from privacy.services.closing import close_due
from tests.factories import PASSWORD, AppointmentFactory, AttendedFactory, ConsultationFactory


@pytest.fixture
def treated(clinic, alice):
    """A record of last week, and a visit to come."""
    patient = alice.patients.get()
    patient.id_country, patient.id_number = "EC", "0912345678"
    patient.save()
    now = current_time()
    past = AttendedFactory(clinic=clinic, patient=patient, starts_at=now - timedelta(days=7))
    ConsultationFactory(visit=past)
    return AppointmentFactory(clinic=clinic, patient=patient, booked_by=alice,
                              starts_at=now + timedelta(days=2))  # fmt: skip


def ask(visitor):
    visitor.follow("Ver qué pasa si la cierro").title("Confirme que es usted")
    visitor.write(password=PASSWORD).press("Continuar")
    visitor.title("Cerrar su cuenta").reads("Qué se conserva")
    visitor.reads("Citas que se cancelan")


def test_closed_by_mistake_and_undone(anyhow, treated, alice):
    visitor = anyhow.go("/cuenta/privacidad/").enter(alice.email).title("Privacidad")
    ask(visitor)
    visitor.look("close the account")
    visitor.press("Cerrar mi cuenta").reads("Escriba la palabra para confirmar.")
    visitor.look("close the account, refused")
    visitor.write(word="cerrar").press("Cerrar mi cuenta").title("Privacidad")
    visitor.reads("Su cuenta se va a cerrar")
    visitor.look("privacy, the account closes")
    visitor.press("No cerrarla").reads("Su cuenta sigue abierta.")
    assert close_due(now=current_time() + timedelta(days=1)) == 0
    treated.refresh_from_db()
    assert treated.status == "booked"


def test_closed_for_good_and_the_doctor_still_knows(open_browser, treated, alice, dr_chen):
    visitor = open_browser(width=360).go("/cuenta/privacidad/").enter(alice.email)
    ask(visitor.title("Privacidad"))
    visitor.write(word="cerrar").press("Cerrar mi cuenta").title("Privacidad")
    relay()
    (letter,) = [one for one in mail.outbox if alice.email in one.to]
    assert letter.subject == "Su cuenta se va a cerrar"
    assert close_due(now=current_time() + timedelta(hours=12)) == 1
    visitor.go("/cuenta/privacidad/")
    expect(visitor.page.get_by_label("Contraseña", exact=True)).to_be_visible()
    visitor.enter(alice.email)
    expect(visitor.page.get_by_role("alert").first).to_be_visible()
    treated.refresh_from_db()
    assert treated.status == "cancelled_patient"
    doctor = open_browser().go("/agenda/pacientes/cerrados/").enter(dr_chen.user.email)
    doctor.title("Pacientes que cerraron su cuenta").reads("0912345678")
    doctor.look("former patients")
    doctor.follow(f"{alice.first_names} {alice.last_names}")
    doctor.title("Paciente que cerró su cuenta").reads("documento EC 0912345678")
    doctor.look("history of a former patient")
