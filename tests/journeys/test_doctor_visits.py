"""What a doctor does with visits, and what the patient's page and mailbox say of it."""

import re

import pytest
from django.utils import timezone

from accounts.models import Patient
from appointments.enums import Status
from appointments.models import Appointment
from appointments.queries import is_offered
from appointments.services.booking import book_appointment
from tests.appointments.wishes import wish_of
from tests.journeys.visitor import QUITO, at, letters_to, next_week

ROSA = "rosa@ejemplo.test"


@pytest.fixture
def doctor(visitor, dr_chen, clinic):
    return visitor.go("/agenda/").enter(dr_chen.user.email).title("Agenda")


@pytest.fixture
def patient(open_browser, visitor, alice):
    """In a browser like the doctor's."""
    hers = open_browser(scripts=visitor.scripts, width=visitor.page.viewport_size["width"])
    return hers.go("/mis-citas/").enter(alice.email).title("Mis citas")


def last_letter(account):
    return letters_to(account.email)[-1]


def test_move_and_cancel(doctor, patient, visit, alice):
    day = visit.starts_at.astimezone(QUITO).date()
    _open(doctor, visit)
    doctor.look("visit at the desk").follow("Reprogramar").title("Reprogramar la cita")
    doctor.look("moving a visit")
    _move_within_hours(doctor, patient, visit, alice)
    _move_outside_hours(doctor, visit, day)
    assert "reprogramada" in last_letter(alice).subject.lower()
    _cancel(doctor, patient, visit, alice)


def _open(doctor, visit):
    """From the agenda: beside it with scripts on a desk, else on a page of its own."""
    day = visit.starts_at.astimezone(QUITO).date()
    doctor.go(f"/agenda/?vista=lista&fecha={day}")
    link = doctor.page.locator("#agenda-vivo").get_by_role("link", name="Alicia Vera")
    if not doctor.scripts:
        doctor.follow(link)
    else:
        link.click()
        doctor.page.locator("#agenda-panel:not([hidden])").wait_for()
        doctor.look("visit beside the list")
        doctor.follow("Abrir la cita en su propia página")
    doctor.title("Alicia Vera")


def _move_within_hours(doctor, patient, visit, alice):
    before = visit.starts_at
    doctor.follow(doctor.page.locator("main .chip:not(.chip--chosen)").last)
    doctor.look("moving a visit, time picked")
    doctor.write(message="Le espero más tarde.").press("Mover la cita").title("Alicia Vera")
    doctor.reads("La cita tiene una nueva hora. Le escribimos al paciente.")
    doctor.look("visit moved, at the desk")
    visit.refresh_from_db()
    assert visit.starts_at != before
    assert is_offered(visit.clinic, before, now=timezone.now())
    letter = last_letter(alice)
    assert "reprogramada" in letter.subject.lower()
    assert "Le espero" not in letter.body + letter.alternatives[0].content
    patient.go(f"/citas/{visit.public_id}/").reads("Le espero más tarde.")
    patient.reads("El consultorio cambió la hora de su cita")


def _move_outside_hours(doctor, visit, day):
    """A warning first; then on purpose, and written down as such."""
    doctor.follow("Reprogramar").write(day=day.isoformat(), clock="")
    doctor.press("Mover la cita").look("moving a visit, with errors")
    doctor.write(clock="19:10").press("Mover la cita")
    doctor.reads("Está fuera del horario de atención.")
    doctor.look("moving a visit outside hours").press("Mover fuera de horario")
    doctor.title("Alicia Vera").reads("Fuera de horario, a propósito.")
    doctor.look("visit outside hours")
    visit.refresh_from_db()
    assert (visit.starts_at, visit.is_outside_hours) == (at(day, 19, 10), True)


def _cancel(doctor, patient, visit, alice):
    doctor.follow("Cancelar").title("¿Cancelar esta cita?").look("cancelling, at the desk")
    doctor.follow("No, conservarla").follow("Cancelar")
    doctor.write(message="Lo siento mucho.").press("Sí, cancelar la cita")
    doctor.reads("La cita está cancelada y la hora, libre.")
    doctor.look("visit cancelled, at the desk")
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED_BY_DOCTOR
    assert "cancelada" in last_letter(alice).subject.lower()
    patient.go(f"/citas/{visit.public_id}/").reads("Lo siento mucho.")
    patient.reads("Cancelada")


@pytest.fixture
def asking(clinic):
    """Ana answers each request herself."""
    clinic.requires_confirmation = True
    clinic.save(update_fields=["requires_confirmation"])
    return clinic


def test_requests(doctor, patient, asking, alice, bob, dr_chen):
    day, now = next_week(), timezone.now()
    patient.open_profile("horarios/").follow(patient.time_at(at(day, 10)))
    if not patient.scripts:
        patient.press("Continuar")
    patient.press("Revisar la cita").look("review of a request")
    _send(patient)
    patient.title("Solicitud enviada").look("request sent")
    assert "solicitud" in last_letter(dr_chen.user).subject.lower()
    other = book_appointment(request=wish_of(bob, asking, at(day, 11)), now=now)
    mine = Appointment.objects.get(booked_by=alice)
    doctor.go("/agenda/").reads("2 solicitudes por confirmar")
    doctor.look("agenda with requests")
    _answer(doctor, "Alicia Vera").title("¿Acepta esta solicitud?").look("answering a request")
    doctor.press("Aceptar la cita").reads("La cita está confirmada.")
    _answer(doctor.go("/agenda/"), "Bruno Soto").write(message="Ese día no atiendo.")
    doctor.press("No aceptar la solicitud").reads("No aceptó la solicitud")
    doctor.look("request declined, at the desk")
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.status, other.status) == (Status.BOOKED, Status.DECLINED)
    assert last_letter(alice).subject.startswith("Cita confirmada")
    assert last_letter(bob).subject.startswith("Solicitud no aceptada")
    patient.go(f"/citas/{mine.public_id}/").reads("Confirmada")
    _sees_refusal(patient, other, bob)


def _send(patient):
    with patient.turning():
        patient.page.locator("main .action-bar button[type=submit]").click()


def _answer(doctor, name):
    return doctor.follow(doctor.page.get_by_role("link", name=f"Responder a {name}"))


def _sees_refusal(patient, visit, bob):
    patient.context.clear_cookies()
    patient.go(f"/citas/{visit.public_id}/").enter(bob.email).reads("Ese día no atiendo.")
    patient.look("request declined")


def test_new_patient_by_name_and_email(doctor, open_browser, clinic):
    """Written down at the desk; with the invitation the visit comes into an account."""
    day = next_week()
    doctor.go(f"/agenda/nueva/?consultorio={clinic.public_id}").title("Nueva cita").look("booking")
    doctor.choose("Un paciente nuevo").press("Reservar la cita").look("booking, with errors")
    doctor.write(first_names="Rosa", last_names="Paredes", email=ROSA, reason="control")
    doctor.write(day=day.isoformat(), clock="8:40").press("Reservar la cita")
    doctor.reads("Está fuera del horario de atención.")
    doctor.look("booking outside hours").write(clock="10:00").press("Reservar la cita")
    doctor.title("Rosa Paredes").reads("Reservamos la cita. Le escribimos al paciente.")
    doctor.reads("Aún no tiene cuenta en Doctobooking.")
    doctor.look("visit of somebody without an account")
    visit = Appointment.objects.get()
    assert (visit.starts_at, visit.status) == (at(day, 10), Status.BOOKED)
    rosa = open_browser(scripts=doctor.scripts, width=doctor.page.viewport_size["width"])
    _claim(rosa, visit)
    visit.refresh_from_db()
    assert visit.patient.account.email == ROSA
    assert Patient.objects.filter(account__email=ROSA).count() == 1


def _claim(rosa, visit):
    letter = letters_to(ROSA)[-1]
    assert "control" not in letter.body
    rosa.go(re.search(r"/invitacion/\S+", letter.body)[0]).title("Vea y cambie su cita en línea")
    rosa.look("invitation of a patient").follow("Crear mi cuenta").sign_up(ROSA)
    rosa.title("Agregue esta cita a su cuenta").look("claim")
    rosa.press("Agregar a mi cuenta").look("claim, with errors")
    rosa.page.locator("[name=accepts]").check()
    rosa.choose("Para mí:").press("Agregar a mi cuenta").title("Mis citas")
    rosa.reads("Listo: aquí puede ver, mover y cancelar sus citas.")
    rosa.go(f"/citas/{visit.public_id}/").title("Su cita está confirmada").reads("control")


def test_patient_of_before(doctor, visit, clinic):
    """Found by a few letters of the name, and given one of the free times."""
    day = next_week()
    doctor.go(f"/agenda/nueva/?consultorio={clinic.public_id}")
    doctor.choose("Un paciente conocido").write(search="zz").press("Buscar")
    doctor.reads("No hay un paciente así entre sus citas.")
    doctor.look("booking, nobody found").write(search="alic").press("Buscar")
    doctor.look("booking, somebody found")
    doctor.page.get_by_label("Alicia Vera").check()
    doctor.write(day=day.isoformat()).press("Ver las de ese día")
    doctor.follow(doctor.page.locator("main .chip").first).look("booking, time picked")
    doctor.press("Reservar la cita").title("Alicia Vera")
    new = Appointment.objects.exclude(pk=visit.pk).get()
    assert (new.patient, new.status) == (visit.patient, Status.BOOKED)
    assert new.starts_at.astimezone(QUITO).date() == day
