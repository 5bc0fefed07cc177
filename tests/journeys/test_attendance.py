"""The desk says who came, puts it right, and catches up with what was left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import Appointment
from tests.factories import AppointmentFactory, PatientFactory
from tests.journeys.visitor import QUITO

PEOPLE = (("Alicia", "Vera"), ("Bruno", "Soto"), ("Carmen", "Ruiz"))


@pytest.fixture
def begun(clinic, alice):
    """Alicia's visit, which began a quarter of an hour ago."""
    at = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=15)
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=at)


@pytest.fixture
def left(clinic):
    """Three visits of the last days of which nobody has said anything."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    return [
        AppointmentFactory(
            clinic=clinic,
            patient=PatientFactory(first_names=first, last_names=last),
            starts_at=now - timedelta(days=2 + n // 2, hours=n),
        )
        for n, (first, last) in enumerate(PEOPLE)
    ]


@pytest.fixture
def doctor(visitor, dr_chen, clinic):
    return visitor.go("/agenda/").enter(dr_chen.user.email).title("Agenda")


def status_of(visit):
    return Appointment.objects.get(pk=visit.pk).status


def test_came_and_did_not(doctor, begun, open_browser, alice):
    """One tap in the list; then it turns out that it was somebody else."""
    day = begun.starts_at.astimezone(QUITO).date()
    doctor.go(f"/agenda/?vista=lista&fecha={day}").look("list with somebody to come")
    doctor.press("Asistió Alicia Vera, " + _span(begun))
    doctor.title("Agenda").look("list with somebody who came")
    assert "Registramos que asistió." in doctor.page.inner_text("body")
    assert status_of(begun) == "attended"
    doctor.go(f"/agenda/citas/{begun.public_id}/").reads("Lo registró usted")
    doctor.look("visit attended").follow("Corregir").title("Corregir la asistencia")
    doctor.look("correction").press("Guardar la corrección").look("correction, with errors")
    doctor.choose("No asistió").choose("Otro motivo").press("Guardar la corrección")
    doctor.reads("Escriba el motivo.")
    doctor.write(note="Era otra persona.").press("Guardar la corrección")
    doctor.title("Alicia Vera").reads("Corrección: Otro motivo")
    doctor.reads("Era otra persona.")
    doctor.look("visit corrected")
    assert status_of(begun) == "no_show"
    hers = open_browser(scripts=doctor.scripts).go(f"/citas/{begun.public_id}/").enter(alice.email)
    hers.reads("El consultorio registró que no pudo asistir")
    hers.look("visit that was missed")


def _span(visit):
    ends, starts = (t.astimezone(QUITO) for t in (visit.ends_at, visit.starts_at))
    return f"{starts.hour}:{starts:%M}–{ends.hour}:{ends:%M}"


def test_came_late(doctor, begun):
    doctor.go(f"/agenda/citas/{begun.public_id}/").reads("¿Asistió el paciente?")
    doctor.look("visit that asks who came").write(minutes="5").press("Llegó tarde")
    doctor.title("Alicia Vera").reads("Llegó 5 minutos tarde")
    begun.refresh_from_db()
    assert (begun.status, begun.minutes_late) == ("attended", 5)


def test_beside_the_agenda(open_browser, dr_chen, begun):
    """The answer leads back to the agenda as it was."""
    doctor = open_browser()
    day = begun.starts_at.astimezone(QUITO).date()
    doctor.go(f"/agenda/?vista=dia&fecha={day}").enter(dr_chen.user.email).title("Agenda")
    doctor.page.locator("#agenda-vivo").get_by_role("link", name="Alicia Vera").first.click()
    panel = doctor.page.locator("#agenda-panel:not([hidden])")
    panel.wait_for()
    doctor.look("visit beside the day, to answer")
    with doctor.turning():
        panel.get_by_role("button", name="No asistió").click()
    doctor.title("Agenda")
    assert "vista=dia" in doctor.page.url
    assert status_of(begun) == "no_show"


def test_what_was_left(doctor, left):
    """One after the other, until none is left."""
    doctor.go("/agenda/").reads("Sin registrar: 3")
    doctor.look("agenda with visits not recorded")
    doctor.follow("Registrar la asistencia").title("Sin registrar: 3").look("not recorded")
    for count, (names, said) in enumerate(
        zip(PEOPLE[:2], ("Asistió", "No asistió"), strict=True), 1
    ):
        button = doctor.page.locator("main").get_by_role("button", name=f"{said} {names[0]}")
        with doctor.turning():
            button.first.click()
        doctor.title(f"Sin registrar: {3 - count}")
    doctor.look("not recorded, some done")
    late = doctor.page.locator("main").get_by_role("link", name="Llegó tarde Carmen")
    doctor.follow(late).title("¿Asistió el paciente?").look("attendance")
    doctor.choose("Llegó tarde").press("Registrar").look("attendance, with errors")
    doctor.write(minutes="20").press("Registrar").title("Sin registrar")
    doctor.reads("No queda ninguna cita sin registrar")
    doctor.look("nothing left to record")
    assert [status_of(visit) for visit in left] == ["attended", "no_show", "attended"]
