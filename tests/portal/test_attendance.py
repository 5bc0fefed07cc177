"""The desk says who came, from the visit and from the list, and puts it right."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.attendance import Attendance
from appointments.models import Appointment
from appointments.services.attendance import record_attendance
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
AGENDA, QUEUE = reverse("portal:agenda"), reverse("portal:unrecorded")
LIST = AGENDA + "?vista=lista&fecha=2026-11-20"
SECRET = "SECRETO7Q"
MINUTE = timedelta(minutes=1)


def address(page, visit):
    return reverse(f"portal:{page}", args=[visit.public_id])


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture(params=["doctor", "reception"])
def office(request, as_, dr_chen, carla):
    return as_(dr_chen.user if request.param == "doctor" else carla)


@pytest.fixture
def begun(frozen, clinic, alice):
    """Alicia's visit, which began twelve minutes ago."""
    patient = alice.patients.get()
    return AppointmentFactory(clinic=clinic, patient=patient, starts_at=frozen - 12 * MINUTE)


@pytest.fixture
def past(frozen, clinic, alice):
    """Alicia's visit of Friday, of which nobody has said anything."""
    patient = alice.patients.get()
    return AppointmentFactory(clinic=clinic, patient=patient, starts_at=frozen - timedelta(days=3))


@pytest.fixture
def said(past, dr_chen, frozen):
    said = Attendance("attended")
    at = past.ends_at + MINUTE
    return record_attendance(appointment=past, said=said, actor=dr_chen.user, now=at)


def answer_of(visit):
    visit.refresh_from_db()
    return Attendance.of(visit).key


# The first answer -----------------------------------------------------------------


def test_visit_asks_once_its_day_has_come(frozen, office, visit, begun):
    assert "¿Asistió el paciente?" not in text_of(office.get(address("visit", visit)))
    html = text_of(office.get(address("visit", begun)))
    for words in ("¿Asistió el paciente?", "No asistió", "Llegó tarde"):
        assert words in html
    assert 'name="minutes" min="1" max="720" inputmode="numeric" value="12"' in html


def test_before_the_start_one_may_only_have_come(frozen, office, clinic):
    soon = AppointmentFactory(clinic=clinic, starts_at=frozen + MINUTE)
    html = text_of(office.get(address("visit", soon)))
    assert 'name="said" value="attended"' in html
    assert 'value="no_show"' not in html
    assert "Llegó tarde" not in html


@pytest.mark.parametrize(
    ("data", "key", "words"),
    [
        ({"said": "attended"}, "attended", "Registramos que asistió."),
        ({"said": "late", "minutes": "7"}, "attended-7", "Registramos que asistió y llegó tarde."),
        ({"said": "no_show", "minutes": "7"}, "no_show", "Registramos que no asistió."),
    ],
)
def test_one_tap(frozen, office, begun, data, key, words):
    for _twice in range(2):
        answer = office.post(address("visit_attendance", begun), data, follow=True)
        assert answer.redirect_chain == [(address("visit", begun), 302)]
    html = text_of(answer)
    assert words in html
    assert "Lo registró usted, lunes 23 de noviembre, 9:00." in html
    assert answer_of(begun) == key
    assert begun.changes.count() == 1


def test_late_says_when(frozen, office, begun):
    office.post(address("visit_attendance", begun), {"said": "late", "minutes": "7"})
    html = text_of(office.get(address("visit", begun)))
    assert "Llegó 7 minutos tarde, a las 8:55." in html
    assert "7 minutos tarde" in text_of(office.get(AGENDA, {"vista": "lista"}))


def test_back_to_where_one_was(frozen, office, begun):
    path = address("visit_attendance", begun)
    for volver in (QUEUE, LIST, AGENDA):
        answer = office.post(path, {"said": "attended", "volver": volver})
        assert answer.url == volver


@pytest.mark.parametrize(
    "volver",
    ["//mal.test/", "https://mal.test/agenda/", "/agenda/../admin/", "/agenda/?x=\r\nA: b", "x",
     "/agenda/sin-registrar/?u=//mal.test/agenda/#"],
)  # fmt: skip
def test_back_to_nowhere_else(frozen, office, begun, volver):
    answer = office.post(address("visit_attendance", begun), {"said": "attended", "volver": volver})
    assert answer.status_code == 422 or answer.url == address("visit", begun)


@pytest.mark.parametrize(
    "data",
    [{}, {"said": "booked"}, {"said": "x"}, {"said": "late"}, {"said": "late", "minutes": "0"},
     {"said": "late", "minutes": "721"}, {"said": "late", "minutes": "diez"}],
)  # fmt: skip
def test_bad_answers_are_sentences(frozen, office, begun, data):
    answer = office.post(address("visit_attendance", begun), data)
    assert answer.status_code == 422
    assert "Hay un problema" in text_of(answer)
    if data.get("minutes"):
        assert f'name="minutes" value="{data["minutes"]}"' in text_of(answer)
    assert answer_of(begun) == "booked"


def test_refusals_are_sentences(frozen, office, visit, begun, past):
    Appointment.objects.filter(pk=past.pk).update(status="no_show")
    for one, data, sentence in (
        (visit, {"said": "attended"}, "Todavía no llega el día de esa cita"),
        (begun, {"said": "late", "minutes": "13"}, "Esa hora de llegada aún no ha pasado."),
        (past, {"said": "attended"}, "La asistencia a esa cita ya se registró."),
    ):
        answer = office.post(address("visit_attendance", one), data)
        assert answer.status_code == 409
        assert sentence in text_of(answer)
        assert not one.changes.exists()


def test_page_with_the_minutes(frozen, office, begun, visit, said):
    html = text_of(office.get(address("visit_attendance", begun), {"volver": QUEUE}))
    assert f'name="volver" value="{QUEUE}"' in html
    assert 'name="minutes" value="12"' in html
    for nothing_to_say in (visit, said):
        page = address("visit_attendance", nothing_to_say)
        assert office.get(page).url == address("visit", nothing_to_say)


# Put right -------------------------------------------------------------------------


def fields(**changed):
    return {"was": "attended", "said": "no_show", "reason": "mistake", "note": "", **changed}


def test_correction(frozen, office, said):
    page = address("visit_correction", said)
    assert page in text_of(office.get(address("visit", said)))
    html = text_of(office.get(page))
    assert 'name="was" value="attended"' in html
    assert "Todavía no se sabe" not in html
    for _twice in range(2):
        answer = office.post(page, fields(reason="left", note=SECRET), follow=True)
        assert answer.redirect_chain == [(address("visit", said), 302)]
    html = text_of(answer)
    assert "Corrección: El paciente se fue sin ser atendido" in html
    assert SECRET in html
    assert answer_of(said) == "no_show"
    assert said.changes.count() == 2


def test_note_is_for_who_wrote_it_and_the_doctor(frozen, as_, carla, dr_chen, said, alice):
    as_(dr_chen.user).post(address("visit_correction", said), fields(note=SECRET))
    assert SECRET not in text_of(as_(carla).get(address("visit", said)))
    hers = as_(alice).get(reverse("appointments:appointment", args=[said.public_id]))
    assert SECRET not in text_of(hers)
    assert "no pudo asistir" in text_of(hers)


def test_taken_back(frozen, office, begun):
    office.post(address("visit_attendance", begun), {"said": "attended"})
    page = address("visit_correction", begun)
    assert "Todavía no se sabe" in text_of(office.get(page))
    with time_machine.travel(frozen + MINUTE, tick=False):
        answer = office.post(page, fields(said="booked"), follow=True)
    assert "Quitamos el registro: la cita queda como antes." in text_of(answer)
    assert answer_of(begun) == "booked"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"said": "attended"}, "Eso es lo que ya está registrado."),
        ({"reason": ""}, "Elija"),
        ({"reason": "other"}, "Escriba el motivo."),
        ({"said": "late"}, "Escriba cuántos minutos tarde llegó"),
        ({"said": "booked"}, "Elija una de las opciones"),
        ({"was": "x"}, "Abra la cita otra vez."),
        ({"note": "a" * 301}, "300"),
    ],
)
def test_bad_corrections_are_sentences(frozen, office, said, changed, sentence):
    answer = office.post(address("visit_correction", said), fields(**changed))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert said.changes.count() == 1


def test_correction_of_what_has_changed(frozen, office, said):
    answer = office.post(address("visit_correction", said), fields(was="attended-9"))
    assert answer.status_code == 409
    assert "el registro de esa cita cambió" in text_of(answer)


def test_nothing_to_correct(frozen, office, past):
    page = address("visit_correction", past)
    assert office.get(page).url == address("visit", past)
    assert office.post(page, fields()).status_code == 409


def test_reception_corrects_for_a_month(frozen, as_, carla, dr_chen, said):
    page = address("visit_correction", said)
    with time_machine.travel(said.starts_at + timedelta(days=30) + MINUTE, tick=False):
        assert page not in text_of(as_(carla).get(address("visit", said)))
        assert as_(carla).get(page).url == address("visit", said)
        answer = as_(carla).post(page, fields())
        assert answer.status_code == 409
        assert "solo el médico puede corregir" in text_of(answer)
        assert as_(dr_chen.user).post(page, fields()).status_code == 302


# What waits ---------------------------------------------------------------------------


def test_agenda_says_how_many_wait(frozen, office, past, clinic, dr_chen):
    AppointmentFactory(clinic=clinic, starts_at=frozen - timedelta(days=1))
    html = text_of(office.get(AGENDA))
    assert "Sin registrar: 2" in html
    assert f'href="{QUEUE}"' in html
    Appointment.objects.update(status="attended")
    assert "Sin registrar" not in text_of(office.get(AGENDA))


def test_list_has_the_buttons(frozen, office, past, said, begun, visit):
    html = text_of(office.get(AGENDA, {"vista": "lista", "fecha": "2026-11-20"}))
    assert html.count('form="asistencia"') == 2  # of the visit that has begun
    assert f'formaction="{address("visit_attendance", begun)}"' in html
    back = 'name="volver" value="/agenda/?vista=lista&amp;fecha=2026-11-20"'
    assert back in html


def test_queue(frozen, office, past, clinic, alice):
    older = AppointmentFactory(clinic=clinic, starts_at=frozen - timedelta(days=20))
    forgotten = AppointmentFactory(clinic=clinic, starts_at=frozen - timedelta(days=31))
    html = text_of(office.get(QUEUE))
    assert "Sin registrar: 2" in html
    assert html.index(address("visit_attendance", past)) < html.index(
        address("visit_attendance", older)
    )
    assert address("visit_attendance", forgotten) not in html
    data = {"said": "no_show", "volver": QUEUE}
    html = text_of(office.post(address("visit_attendance", past), data, follow=True))
    assert "Registramos que no asistió." in html
    assert "Sin registrar: 1" in html
    assert "Lo que acaba de registrar" in html
    assert f"{address('visit_correction', past)}?volver={QUEUE.replace('/', '%2F')}" in html


def test_empty_queue(frozen, office, visit):
    assert "No queda ninguna cita sin registrar" in text_of(office.get(QUEUE))


def test_panel_leads_back_to_the_agenda(frozen, office, begun):
    html = text_of(
        office.get(
            address("visit", begun),
            headers={"HX-Request": "true", "Referer": f"http://testserver{LIST}"},
        )
    )
    assert f'name="volver" value="{LIST.replace("&", "&amp;")}"' in html
    for odd in ("http://[", "http://mal.test/x/", ""):
        answer = office.get(address("visit", begun), headers={"HX-Request": "true", "Referer": odd})
        assert f'name="volver" value="{address("visit", begun)}"' in text_of(answer)


# Who they are ---------------------------------------------------------------------------


def test_desk_sees_how_visits_ended(frozen, office, visit, clinic):
    assert "En los últimos 12 meses" not in text_of(office.get(address("visit", visit)))
    for n, status in enumerate(("no_show", "no_show", "attended")):
        AppointmentFactory(
            clinic=clinic, patient=visit.patient, status=status,
            starts_at=frozen - timedelta(days=40 + n),
        )  # fmt: skip
    html = text_of(office.get(address("visit", visit)))
    assert "2 inasistencias" in html
    assert "1 asistencia" in html
    Appointment.objects.filter(pk=visit.pk).update(status="requested", answer_by=visit.starts_at)
    assert "2 inasistencias" in text_of(office.get(address("visit_answer", visit)))


def test_reception_counts_its_own_clinics(frozen, as_, carla, dr_chen, visit):
    north = ClinicFactory(doctor=dr_chen, name="Norte")
    AppointmentFactory(
        clinic=north, patient=visit.patient, status="no_show", starts_at=frozen - timedelta(days=9)
    )
    assert "1 inasistencia" in text_of(as_(dr_chen.user).get(address("visit", visit)))
    assert "1 inasistencia" not in text_of(as_(carla).get(address("visit", visit)))
    AppointmentFactory(clinic=north, starts_at=frozen - timedelta(days=2))
    assert "Sin registrar" not in text_of(as_(carla).get(AGENDA))
    assert "No queda ninguna" in text_of(as_(carla).get(QUEUE))


# Who may -------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["visit_attendance", "visit_correction"])
def test_others_may_not(frozen, client, as_, dr_chen, dr_diaz, alice, erin, carla, past, page):
    path = address(page, past)
    assert client.post(path).url == f"/cuenta/login/?next={path}"
    for somebody in (dr_diaz.user, alice, erin):
        assert as_(somebody).get(path).status_code == 404
        assert as_(somebody).post(path, fields()).status_code == 404
    assert as_(dr_chen.user).put(path).status_code == 405


def test_reception_acts_in_its_clinics_only(frozen, as_, carla, dr_chen):
    north = ClinicFactory(doctor=dr_chen, name="Norte")
    visit = AppointmentFactory(clinic=north, starts_at=frozen - timedelta(days=2))
    answer = as_(carla).post(address("visit_attendance", visit), {"said": "attended"})
    assert answer.status_code == 404
    assert as_(carla).put(QUEUE).status_code == 405
