"""Every page of the portal in the states that the journeys do not pass, from all sides."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.consents import withdraw
from accounts.enums import Purpose
from accounts.invitations import token_of
from accounts.legal import LegalText
from accounts.models import Invitation
from accounts.services import create_invitation
from appointments.enums import Status
from appointments.models import Absence
from appointments.services.booking import book_appointment
from doctors.models import Doctor
from tests.appointments.wishes import wish_of
from tests.factories import (
    AppointmentFactory,
    AssistantFactory,
    ClinicFactory,
    PatientFactory,
)
from tests.journeys.visitor import QUITO, at, next_week

# What is new is told once nothing older is still being written, by other tests for one.
PATIENCE = 20


@pytest.fixture
def doctor(open_browser, dr_chen):
    return open_browser().go("/agenda/").enter(dr_chen.user.email).title("Agenda")


@pytest.fixture
def asked(clinic):
    """A request that waits for an answer."""
    start = at(next_week(), 11)
    return AppointmentFactory(
        clinic=clinic, starts_at=start, status="requested",
        answer_by=timezone.now() + timedelta(hours=20),
    )  # fmt: skip


# Before there is anything ------------------------------------------------------


def test_doctor_without_a_consultorio(doctor):
    for address, name in (
        ("/agenda/", "agenda without a consultorio"),
        ("/agenda/?vista=lista", "list without a consultorio"),
        ("/agenda/imprimir/", "nothing on paper"),
        ("/agenda/por-que/", "why without a consultorio"),
        ("/agenda/nueva/", "booking without a consultorio"),
        ("/agenda/bloqueos/nuevo/", "block without a consultorio"),
        ("/agenda/novedades/", "news, none"),
        ("/consultorios/", "consultorios, none"),
        ("/equipo/", "team without a consultorio"),
        ("/equipo/nuevo/", "invite without a consultorio"),
        ("/perfil/vista-previa/", "preview of a published profile"),
    ):
        doctor.go(address).look(name)


def test_agreement_with_a_newer_version(visitor, dr_chen, clinic):
    """As if the accepted one were not in force any longer."""
    withdraw(user=dr_chen.user, text=LegalText.DOCTOR, now=timezone.now())
    visitor.go("/agenda/").enter(dr_chen.user.email).look("agenda with a newer agreement")
    visitor.follow("Leer y aceptar").title("Su acuerdo con Doctobooking").look("newer agreement")
    visitor.press("Aceptar").look("newer agreement, with errors")
    visitor.choose("Acepto el acuerdo").press("Aceptar").title("Agenda")
    expect(visitor.page.get_by_role("link", name="Leer y aceptar")).to_have_count(0)

    Doctor.objects.update(is_published=False)
    withdraw(user=dr_chen.user, text=LegalText.DOCTOR, now=timezone.now())
    visitor.go("/perfil/vista-previa/").look("preview with a newer agreement")
    visitor.press("Publicar mi perfil").look("preview with a newer agreement, with errors")
    visitor.choose("Acepto el acuerdo").press("Publicar mi perfil")
    assert Doctor.objects.get().is_published


def test_patient_becomes_a_doctor(open_browser, alice):
    visitor = open_browser().go("/").go("/cuenta/login/").enter(alice.email)
    visitor.go("/").follow("Atender con Doctobooking").title("Atender con Doctobooking")
    visitor.look("become a doctor").press("Empezar")
    visitor.look("set-up of a patient's account")


# A busy agenda -----------------------------------------------------------------


@pytest.fixture
def busy(clinic, alice, bob, dr_chen, asked):
    """One of each look: visits, a request, a held time, a block, a closed day, another zone."""
    day, now = next_week(), timezone.now()
    book_appointment(request=wish_of(alice, clinic, at(day, 9)), now=now)
    AppointmentFactory(
        clinic=clinic, patient=None, booked_by=None, code=None, status=Status.HELD,
        starts_at=at(day, 10), hold_expires_at=now + timedelta(minutes=9), booked_at=None,
    )  # fmt: skip
    Absence.objects.create(
        doctor=dr_chen, starts_at=at(day, 14), ends_at=at(day, 16), note="Reunión"
    )
    far = ClinicFactory(
        doctor=dr_chen, name="Chapinero", zone="America/Bogota", country="CO",
        hours=[(weekday, 1080, 1200) for weekday in range(1, 6)],
    )  # fmt: skip
    AppointmentFactory(clinic=far, starts_at=at(day, 21), is_outside_hours=True)
    return day


def test_busy_agenda(doctor, busy, clinic):
    for address, name in (
        (f"/agenda/?fecha={busy}", "busy week"),
        (f"/agenda/?vista=dia&fecha={busy}", "busy day"),
        (f"/agenda/?vista=lista&fecha={busy}", "busy list"),
        (f"/agenda/?fecha={busy}&consultorio={clinic.public_id}", "busy week of one place"),
        (f"/agenda/imprimir/?fecha={busy}", "busy day on paper"),
        ("/agenda/?vista=dia&fecha=2020-01-06", "a day long over"),
    ):
        doctor.go(address).look(name)


def test_block_and_closed_times_say_why(doctor, busy, clinic):
    for clock, name in (
        ("10:10", "why, a held time"),
        ("14:20", "why, a blocked time"),
        ("9:00", "why, a booked time"),
        ("13:00", "why, a free time"),
    ):
        doctor.go(f"/agenda/por-que/?consultorio={clinic.public_id}&fecha={busy}&hora={clock}")
        doctor.look(name)


def test_paper_has_no_navigation(open_browser, busy, dr_chen):
    """Black on white, a line for each visit, and nothing to press."""
    visitor = open_browser(theme="dark").go(f"/agenda/imprimir/?fecha={busy}")
    visitor.enter(dr_chen.user.email).page.emulate_media(media="print", color_scheme="dark")
    shown = "e => e.getClientRects().length > 0"
    for part in ("nav", "button", ".site-footer", ".back", "main a"):
        for found in visitor.page.locator(part).all():
            assert not found.evaluate(shown), f"{part} is on paper"
    assert visitor.page.locator(".sheet tbody tr").count() == 3
    colours = visitor.page.locator("body").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


# Visits ------------------------------------------------------------------------


def test_visits_of_every_kind(doctor, clinic, alice, asked):
    nobody = PatientFactory(account=None, email="", first_names="Rosa")
    now = timezone.now()
    for number, (status, name) in enumerate((
        (Status.DECLINED, "declined visit"),
        (Status.LAPSED, "lapsed visit"),
        (Status.CANCELLED_BY_PATIENT, "visit cancelled by the patient"),
        (Status.BOOKED, "visit of somebody without e-mail"),
    )):  # fmt: skip
        visit = AppointmentFactory(
            clinic=clinic, patient=nobody, booked_by=clinic.doctor.user, status=status,
            starts_at=at(next_week(), 9 + number), cancelled_at=None if status == "booked" else now,
        )  # fmt: skip
        doctor.go(f"/agenda/citas/{visit.public_id}/").look(name)
    for act, name in (
        ("reprogramar", "moving the visit of somebody without e-mail"),
        ("cancelar", "cancelling the visit of somebody without e-mail"),
    ):
        doctor.go(f"/agenda/citas/{visit.public_id}/{act}/").look(name)
    doctor.go(f"/agenda/citas/{asked.public_id}/").look("request at the desk")
    doctor.go(f"/agenda/citas/{asked.public_id}/reprogramar/").look("request to another time")


def test_visit_that_is_over(doctor, clinic, alice):
    patient = alice.patients.get()
    start = timezone.now() - timedelta(days=3)
    for day in (0, 7):
        visit = AppointmentFactory(
            clinic=clinic, patient=patient, starts_at=start - timedelta(days=day)
        )
    doctor.go(f"/agenda/citas/{visit.public_id}/").look("visit that is over")


def test_contact_of_somebody_without_an_account(doctor, clinic):
    rosa = PatientFactory(account=None, email="rosa@ejemplo.test", first_names="Rosa")
    visit = AppointmentFactory(
        clinic=clinic, patient=rosa, booked_by=clinic.doctor.user, starts_at=at(next_week(), 9)
    )
    doctor.go(f"/agenda/citas/{visit.public_id}/").follow("Corregir el contacto")
    doctor.title("Corregir el contacto").look("contact of a patient")
    doctor.write(email="rosa").press("Guardar el contacto").look("contact, with errors")
    doctor.write(email="rosa2@ejemplo.test").press("Guardar el contacto")
    doctor.reads("le enviamos una invitación a ese correo")


# Consultorios ------------------------------------------------------------------


def test_states_of_a_consultorio(doctor, clinic, visit):
    page = f"/consultorios/{clinic.public_id}/estado/"
    doctor.go(page).reads("Tiene 1 cita por venir.")
    doctor.press("Pausar las reservas").reads("En pausa")
    doctor.look("consultorio paused").go(page).look("state of a paused consultorio")
    doctor.press("Archivar el consultorio").title("Este cambio toca 1 cita")
    doctor.reads("Consultorio archivado")
    doctor.look("settling an archived consultorio")
    doctor.page.get_by_label("Qué pasa con la cita de Alicia Vera").select_option("keep")
    doctor.press("Guardar el cambio y avisar").look("consultorios, one archived")
    doctor.go(page).look("state of an archived consultorio")
    doctor.go(f"/agenda/citas/{visit.public_id}/").look("visit in an archived consultorio")


def test_special_dates_with_errors(doctor, clinic):
    doctor.go(f"/consultorios/{clinic.public_id}/fechas/").press("Guardar la fecha")
    doctor.look("special date, with errors")
    next_year = timezone.localdate(timezone=QUITO).year + 1
    doctor.follow(doctor.page.locator(".chip", has_text=str(next_year)))
    doctor.look("holidays of another year")
    doctor.press("Cerrar en los feriados marcados").look("holidays closed")


def test_hours_of_some_weeks(doctor, clinic):
    doctor.go(f"/consultorios/{clinic.public_id}/horarios/")
    doctor.page.locator(".week-dates summary").first.click()
    doctor.write(since_0="2027-02-01", until_0="2027-01-01").press("Guardar los horarios")
    doctor.look("hours between two dates, with errors")


# Team and agendas --------------------------------------------------------------


def test_team(doctor, clinic, carla):
    invited = AssistantFactory(
        doctor=clinic.doctor, clinics=[clinic], name="Nora Pinto", user=None,
        invitation__accepted_by=None, invitation__accepted_at=None,
        invitation__expires_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    page = f"/equipo/{invited.public_id}/"
    doctor.go(page).title("Nora Pinto").look("member that is invited")
    doctor.press("Enviar otra vez la invitación").look("member that was invited a moment ago")
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=1))
    doctor.press("Enviar otra vez la invitación").reads("Enviamos otra vez la invitación")
    doctor.go(page).page.get_by_label("La Carolina").uncheck()
    doctor.press("Guardar los cambios").look("member, with errors")
    doctor.go(f"{page}terminar/").look("end of an invitation")
    doctor.press("Sí, retirar la invitación").page.locator("details summary").last.click()
    doctor.look("team with somebody who left")


def test_several_agendas(open_browser, clinic, dr_diaz, carla):
    ClinicFactory(doctor=dr_diaz, name="El Batán")
    AssistantFactory(doctor=dr_diaz, clinics=list(dr_diaz.clinics.all()), user=carla)
    visitor = open_browser().go("/agenda/").enter(carla.email)
    visitor.follow("Cambiar de agenda").title("¿Con qué agenda quiere trabajar?")
    visitor.look("several agendas")
    with visitor.turning():
        visitor.page.get_by_role("button", name="Abrir la agenda de Dr. José Díaz").click()
    visitor.title("Agenda").reads("Dr. José Díaz")


def test_news(doctor, clinic, alice):
    doctor.go("/perfil/").title("Su perfil")
    book_appointment(request=wish_of(alice, clinic, at(next_week(), 10)), now=timezone.now())
    note = doctor.go("/agenda/").page.get_by_text("1 cambio desde su última visita")
    for _second in range(PATIENCE):
        if note.count() == 0:
            doctor.page.wait_for_timeout(1000)
            doctor.go("/agenda/")
    doctor.look("agenda with news").follow("Ver lo que cambió").look("news")
    doctor.press("Marcar como visto").title("Agenda")


# Invitations -------------------------------------------------------------------


def test_invitations_that_do_not_open(open_browser, clinic, alice):
    invited = AssistantFactory(
        doctor=clinic.doctor, clinics=[clinic], user=None, invitation__accepted_by=None,
        invitation__accepted_at=None, invitation__expires_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    visitor = open_browser().go("/invitacion/nada/").title("Esta invitación ya no sirve")
    visitor.look("invitation that is closed")
    path = f"/invitacion/{token_of(invited.invitation)}/"
    visitor.go("/cuenta/login/").enter(alice.email).go(path)
    visitor.reads("Esta invitación llegó a otro correo")
    visitor.look("invitation of somebody else")


def test_claim_for_a_child(open_browser, clinic, alice):
    """The account has people already; the visit is of one more."""
    child = PatientFactory(account=None, email=alice.email, first_names="Tomás")
    AppointmentFactory(
        clinic=clinic, patient=child, booked_by=clinic.doctor.user, starts_at=at(next_week(), 9)
    )
    invitation = create_invitation(
        purpose=Purpose.PATIENT, email=alice.email, created_by=clinic.doctor.user,
        patient=child, now=timezone.now(),
    )  # fmt: skip
    visitor = open_browser().go(f"/invitacion/{token_of(invitation)}/").follow("Ya tengo cuenta")
    visitor.enter(alice.email).choose("Para otra persona a mi cargo").look("claim for a child")
    visitor.page.get_by_label("¿Qué es esta persona para usted?").select_option("child")
    visitor.press("Agregar a mi cuenta").title("Mis citas").reads("Tomás")
