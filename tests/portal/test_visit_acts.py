"""The desk moves, cancels and answers."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import Appointment
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
PAGES = ("visit_reschedule", "visit_cancel", "visit_answer")
SECRET = "SECRETO7Q"


def address(page, visit):
    return reverse(f"portal:{page}", args=[visit.public_id])


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def to(slot, **changed):
    clock = f"{slot.hour - 5}:{slot.minute:02}"
    return {"day": f"{slot:%Y-%m-%d}", "clock": clock, "minutes": "30", **changed}


@pytest.fixture(params=["doctor", "reception"])
def office(request, as_, dr_chen, carla):
    """Either who sits at the desk."""
    return as_(dr_chen.user if request.param == "doctor" else carla)


@pytest.fixture
def request_(clinic, alice, slot):
    return AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=slot, status="requested"
    )


# Another time ------------------------------------------------------------------


def test_reschedule_shows_the_visit_and_free_times(frozen, office, visit):
    html = text_of(office.get(address("visit_reschedule", visit)))
    assert "Alicia Vera" in html
    assert 'name="day" value="2026-11-25"' in html
    assert 'name="clock" value="09:00"' in html
    assert 'value="20261125T150000Z"' in html


def test_reschedule(frozen, office, visit, slot):
    answer = office.post(address("visit_reschedule", visit), to(slot, message=SECRET), follow=True)
    assert answer.redirect_chain == [(address("visit", visit), 302)]
    assert "La cita tiene una nueva hora. Le escribimos al paciente." in text_of(answer)
    visit.refresh_from_db()
    line = visit.changes.get()
    assert (visit.starts_at, line.by_desk, line.message) == (slot, True, SECRET)


def test_reschedule_by_a_link_with_a_time(frozen, office, visit):
    html = text_of(office.get(address("visit_reschedule", visit), {"inicio": "20261126T163000Z"}))
    assert 'name="clock" value="11:30"' in html


def test_a_time_that_is_picked_moves_nothing_yet(frozen, office, visit):
    path = address("visit_reschedule", visit)
    html = text_of(office.post(path, to(visit.starts_at, pick="20261126T163000Z", message="Hola")))
    assert 'name="clock" value="11:30"' in html
    assert "Hola" in html
    assert not visit.changes.exists()


def test_reschedule_outside_hours_in_two_steps(frozen, office, visit, slot):
    path, wish = address("visit_reschedule", visit), to(slot, clock="6:00")
    answer = office.post(path, wish)
    assert answer.status_code == 409
    told = re.search(r'name="override" value="([^"]+)"', text_of(answer))[1]
    assert "Mover fuera de horario" in text_of(answer)
    assert office.post(path, {**wish, "override": told}).status_code == 302
    visit.refresh_from_db()
    assert visit.is_outside_hours


def test_reschedule_refusals_are_sentences(frozen, office, visit, slot, clinic):
    AppointmentFactory(clinic=clinic, starts_at=slot)
    path = address("visit_reschedule", visit)
    for wish, sentence in (
        (to(slot), "A esa hora ya tiene una cita."),
        (to(visit.starts_at), "Esa es la hora que la cita ya tiene."),
    ):
        answer = office.post(path, wish)
        assert answer.status_code == 409
        assert sentence in text_of(answer)


@pytest.mark.parametrize("wish", [{}, {"day": "x"}, {"clock": "-1:00"}, {"minutes": "0"}])
def test_reschedule_to_nothing(frozen, office, visit, slot, wish):
    answer = office.post(address("visit_reschedule", visit), {**to(slot), **wish} if wish else {})
    assert answer.status_code == 422
    assert "Hay un problema" in text_of(answer)


# An end --------------------------------------------------------------------------


def test_cancel_asks_first(frozen, office, visit):
    assert "¿Cancelar esta cita?" in text_of(office.get(address("visit_cancel", visit)))
    assert not visit.changes.exists()


def test_cancel(frozen, office, visit):
    answer = office.post(address("visit_cancel", visit), {"message": SECRET}, follow=True)
    assert "La cita está cancelada y la hora, libre." in text_of(answer)
    visit.refresh_from_db()
    assert (visit.status, visit.is_late_cancellation) == ("cancelled_doctor", False)
    assert visit.changes.get().message == SECRET
    assert office.post(address("visit_cancel", visit)).status_code == 302
    assert visit.changes.count() == 1


def test_cancel_where_nobody_is_written_to(frozen, office, clinic, dr_chen):
    patient = PatientFactory(account=None, first_names="Eva")
    visit = AppointmentFactory(clinic=clinic, patient=patient, booked_by=dr_chen.user)
    assert "avísele usted" in text_of(office.get(address("visit_cancel", visit)))
    answer = office.post(address("visit_cancel", visit), follow=True)
    assert "El paciente no tiene correo: avísele usted." in text_of(answer)


def test_cancel_what_began(frozen, office, clinic):
    visit = AppointmentFactory(clinic=clinic, starts_at=frozen - timedelta(minutes=5))
    answer = office.post(address("visit_cancel", visit))
    assert answer.status_code == 409
    assert "Esa cita ya empezó o ya pasó" in text_of(answer)


def test_cancel_with_too_long_a_message(frozen, office, visit):
    answer = office.post(address("visit_cancel", visit), {"message": "a" * 601})
    assert answer.status_code == 422
    visit.refresh_from_db()
    assert visit.status == "booked"


@pytest.mark.parametrize("page", ["visit_reschedule", "visit_cancel"])
def test_what_is_over_or_cancelled_has_no_page_for_it(frozen, office, clinic, visit, page):
    over = AppointmentFactory(clinic=clinic, starts_at=frozen - timedelta(days=1))
    Appointment.objects.filter(pk=visit.pk).update(status="cancelled_patient", cancelled_at=frozen)
    for one in (over, visit):
        assert office.get(address(page, one)).url == address("visit", one)


# An answer ------------------------------------------------------------------------


def test_answer_shows_the_request(frozen, office, request_):
    html = text_of(office.get(address("visit_answer", request_)))
    assert "¿Acepta esta solicitud?" in html
    assert "Alicia Vera" in html


def test_accept(frozen, office, request_):
    answer = office.post(address("visit_answer", request_), {"answer": "accept"}, follow=True)
    assert "La cita está confirmada. Le escribimos al paciente." in text_of(answer)
    request_.refresh_from_db()
    assert request_.status == "booked"


def test_decline(frozen, office, request_):
    wish = {"answer": "decline", "message": SECRET}
    answer = office.post(address("visit_answer", request_), wish, follow=True)
    assert "No aceptó la solicitud y la hora quedó libre." in text_of(answer)
    request_.refresh_from_db()
    assert (request_.status, request_.changes.get().message) == ("declined", SECRET)


def test_answer_of_what_lapsed_or_was_answered(frozen, office, request_):
    path = address("visit_answer", request_)
    Appointment.objects.update(answer_by=frozen)
    answer = office.post(path, {"answer": "accept"})
    assert answer.status_code == 409
    assert "El plazo para responder esa solicitud ya terminó." in text_of(answer)
    Appointment.objects.update(status="cancelled_patient", cancelled_at=frozen)
    answer = office.post(path, {"answer": "accept"})
    assert "Esa solicitud ya se respondió o el paciente la canceló." in text_of(answer)
    assert office.get(path).url == address("visit", request_)


@pytest.mark.parametrize("answer", ["", "x", "booked"])
def test_answer_that_is_none(frozen, office, request_, answer):
    assert office.post(address("visit_answer", request_), {"answer": answer}).status_code == 422


# Who may ---------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_visit_of_another_doctor_is_as_absent(frozen, as_, dr_diaz, visit, page):
    client = as_(dr_diaz.user)
    for path in (address(page, visit), reverse(f"portal:{page}", args=[uuid.uuid4()])):
        assert client.get(path).status_code == 404
        assert client.post(path, {"answer": "accept"}).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_reception_acts_in_its_clinics_only(frozen, as_, carla, dr_chen, page):
    visit = AppointmentFactory(clinic=ClinicFactory(doctor=dr_chen, name="Norte"))
    assert as_(carla).get(address(page, visit)).status_code == 404
    assert as_(carla).post(address(page, visit)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_reception_sees_no_reason(frozen, as_, carla, dr_chen, visit, request_, page):
    for one in (visit, request_):
        one.reason = SECRET
        one.save()
        assert SECRET not in text_of(as_(carla).get(address(page, one), follow=True))
        assert SECRET in text_of(as_(dr_chen.user).get(address(page, one), follow=True))


@pytest.mark.parametrize("page", PAGES)
def test_acts_are_for_the_desk(frozen, client, as_, alice, erin, visit, page):
    path = address(page, visit)
    assert client.get(path).url == f"/cuenta/login/?next={path}"
    for somebody in (alice, erin):
        assert as_(somebody).post(path).status_code == 404
    assert as_(visit.doctor.user).put(path).status_code == 405
