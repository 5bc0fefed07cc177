"""Hours, closed days, blocks and extra times: what becomes of visits, and what patients see."""

import pytest
from django.utils import timezone

from appointments.enums import Status
from appointments.models import Absence, Appointment
from appointments.pickers import iso_week
from appointments.queries import is_offered
from appointments.services.booking import book_appointment
from clinics.models import OpeningHours, ScheduleException
from core.converters import FORMAT
from core.models import Event
from tests.appointments.wishes import wish_of
from tests.journeys.visitor import QUITO, at, letters_to, next_week

SETTLE = "Guardar el cambio y avisar"


@pytest.fixture
def doctor(visitor, dr_chen, clinic):
    return visitor.go("/consultorios/").enter(dr_chen.user.email).title("Consultorios")


@pytest.fixture
def patient(open_browser, visitor, alice, visit):
    """At the page of her visit, in a browser like the doctor's."""
    hers = open_browser(scripts=visitor.scripts, width=visitor.page.viewport_size["width"])
    return hers.go(f"/citas/{visit.public_id}/").enter(alice.email).title("Su cita")


def test_hours_that_touch_a_visit(doctor, patient, visit, alice):
    _shorten(doctor, visit)
    doctor.title("Este cambio toca 1 cita").reads("Fuera del horario")
    doctor.look("settling one visit")
    _nothing_happens(doctor, visit, alice)
    _shorten(doctor, visit)
    doctor.press(SETTLE).reads("Elija qué pasa con la cita de Alicia Vera.")
    doctor.look("settling, with errors")
    was = visit.starts_at
    answer = doctor.page.get_by_label("Qué pasa con la cita de Alicia Vera")
    new = answer.locator("option[value^=move]").first.get_attribute("value")
    answer.select_option(new)
    doctor.write(**{"settle-message": "Ese día abro por la tarde."})
    doctor.press(SETTLE).reads("Guardamos los horarios. 1 cita movida.")
    visit.refresh_from_db()
    assert f"move:{visit.starts_at.strftime(FORMAT)}" == new
    assert not is_offered(visit.clinic, was, now=timezone.now())
    _patient_follows(patient, alice, "reprogramada")
    patient.reads("El consultorio cambió la hora de su cita")
    patient.reads("Ese día abro por la tarde.")
    patient.look("visit moved by its doctor")


def _shorten(doctor, visit):
    """The visit's weekday begins after it."""
    weekday = visit.starts_at.astimezone(QUITO).isoweekday()
    doctor.go(f"/consultorios/{visit.clinic.public_id}/horarios/")
    doctor.write(**{f"opens_{weekday - 1}": "14"}).press("Guardar los horarios")


def _nothing_happens(doctor, visit, alice):
    """«No cambiar nada» does what it says: no row, no event, no letter."""
    before = _all_there_is(alice)
    doctor.follow("No cambiar nada").title("La Carolina: Horarios")
    assert set(OpeningHours.objects.values_list("starts_minute", flat=True)) == {540}
    assert _all_there_is(alice) == before
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


def _all_there_is(alice):
    rows = Appointment.objects.order_by("pk").values_list("pk", "starts_at", "status")
    return list(rows), Event.objects.count(), len(letters_to(alice.email))


def _patient_follows(patient, alice, word):
    assert word in letters_to(alice.email)[-1].subject.lower()
    patient.go(patient.page.url)


def test_day_that_is_closed(doctor, patient, visit, alice):
    day = visit.starts_at.astimezone(QUITO).date()
    doctor.go(f"/consultorios/{visit.clinic.public_id}/fechas/")
    doctor.choose("No atiendo").write(since=day.isoformat(), note="Congreso")
    doctor.press("Guardar la fecha").title("Este cambio toca 1 cita").reads("Día cerrado")
    doctor.follow("No cambiar nada").reads("Ninguna: atiende según el horario de la semana.")
    assert ScheduleException.objects.count() == 0
    doctor.choose("No atiendo").write(since=day.isoformat(), note="Congreso")
    doctor.press("Guardar la fecha")
    doctor.page.get_by_label("Qué pasa con la cita de Alicia Vera").select_option("cancel")
    doctor.write(**{"settle-message": "Estoy en un congreso."}).press(SETTLE)
    doctor.reads("Guardamos las fechas. 1 cita cancelada.")
    doctor.reads("Congreso")
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED_BY_DOCTOR
    _patient_follows(patient, alice, "cancelada")
    patient.reads("Estoy en un congreso.")
    patient.look("visit cancelled by its doctor")


def test_block_that_touches_several(doctor, open_browser, clinic, alice, bob):
    """Two visits and somebody who is about to book: one answer for all."""
    day, now = next_week(), timezone.now()
    for account, hour in ((alice, 10), (bob, 11)):
        book_appointment(request=wish_of(account, clinic, at(day, hour)), now=now)
    other = open_browser(scripts=doctor.scripts)
    other.open_profile("horarios/")
    other.take(other.time_at(at(day, 12)))
    doctor.go("/agenda/bloqueos/nuevo/").title("Bloquear un tiempo").look("block")
    doctor.write(since=day.isoformat(), opens="9", until=day.isoformat(), closes="8")
    doctor.press("Bloquear").look("block, with errors")
    doctor.write(closes="24", note="Mudanza").press("Bloquear")
    doctor.title("Este cambio toca 2 citas").reads("1 persona está reservando ahora")
    doctor.press("Mover a la siguiente hora libre").look("settling several visits")
    doctor.press(SETTLE).reads("Bloqueamos ese tiempo. 2 citas movidas.")
    assert Absence.objects.count() == 1
    for account in (alice, bob):
        _moved_away(account, day)
    _take_the_block_away(doctor, day)


def _moved_away(account, day):
    visit = Appointment.objects.get(booked_by=account)
    assert (visit.status, visit.starts_at.astimezone(QUITO).date() != day) == (Status.BOOKED, True)
    assert "reprogramada" in letters_to(account.email)[-1].subject.lower()


def _take_the_block_away(doctor, day):
    doctor.go("/agenda/bloqueos/nuevo/").reads("Mudanza")
    doctor.look("blocks to come").follow("Quitar el bloqueo")
    doctor.title("¿Quitar este bloqueo?").look("end of a block")
    doctor.press("Quitar el bloqueo").reads("Quitamos el bloqueo: sus horas vuelven a ofrecerse.")
    assert Absence.objects.count() == 0


def test_extra_times_are_bookable_at_once(doctor, open_browser, clinic, dr_chen, alice):
    day = next_week()
    start = at(day, 18)
    patient = open_browser(scripts=doctor.scripts)
    address = f"/medicos/ana-molina-paz/horarios/?semana={iso_week(day)}"
    patient.go(address)
    assert patient.time_at(start).count() == 0
    doctor.go("/agenda/").page.locator(".agenda-more summary").click()
    doctor.look("menu of the agenda", within=".agenda-more").follow("Agregar espacios").title(
        "Agregar espacios"
    )
    doctor.look("extra times").press("Abrir ese tiempo").look("extra times, with errors")
    doctor.write(day=day.isoformat(), opens="18", closes="20").press("Abrir ese tiempo")
    doctor.title("Agenda").reads("Abrimos ese tiempo.")
    doctor.look("agenda with extra times")
    patient.go(address)
    patient.take(patient.time_at(start))
    patient.enter(alice.email).press("Revisar la cita").press("Confirmar la cita")
    patient.title("Su cita está confirmada")
    visit = Appointment.objects.get(status=Status.BOOKED)
    assert visit.starts_at == start
    assert visit.code in letters_to(dr_chen.user.email)[-1].body
