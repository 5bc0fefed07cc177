"""New times on one date, from the agenda."""

import re
import uuid
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from appointments.queries import is_offered
from clinics.models import ScheduleException
from core.models import Event
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
OPENING = reverse("portal:opening")
EVENING = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)  # 18:00 in Quito


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def typed(where, **changed):
    usual = {"clinic": where.public_id, "day": "2026-11-24", "opens": "18:00", "closes": "20:00"}
    return {**usual, **changed}


@pytest.fixture
def office(as_, dr_chen, clinic):
    return as_(dr_chen.user)


def test_opening_is_bookable_at_once(frozen, office, clinic):
    assert not is_offered(clinic, EVENING, now=frozen)
    answer = office.post(OPENING, typed(clinic), follow=True)
    assert answer.redirect_chain == [(f"{reverse('portal:agenda')}?fecha=2026-11-24", 302)]
    html = text_of(answer)
    assert "Abrimos ese tiempo." in html
    assert "Ya se pueden reservar 4 horas: 18:00, 18:30, 19:00, 19:30." in html
    fresh = type(clinic).objects.with_schedule().get()
    assert is_offered(fresh, EVENING, now=frozen)
    row = ScheduleException.objects.get()
    assert (row.kind, row.starts_minute, row.ends_minute) == ("extra", 1080, 1200)
    assert [e.name for e in Event.objects.all()] == ["clinic.dates_added"]


def test_opening_from_the_agenda(frozen, office, clinic):
    query = {"consultorio": clinic.public_id, "desde": "20261125T043000Z"}
    html = text_of(office.get(OPENING, query))
    for field in ('name="day" value="2026-11-24"', 'name="opens" value="23:30"',
                  'name="closes" value="00:30"'):  # fmt: skip
        assert field in html


@pytest.mark.parametrize(("closes", "minute"), [("24:00", 1440), ("0:00", 1440), ("2:00", 120)])
def test_opening_until_midnight_and_past_it(frozen, office, clinic, closes, minute):
    office.post(OPENING, typed(clinic, opens="22:00", closes=closes))
    assert ScheduleException.objects.get().ends_minute == minute


def test_opening_twice_is_once(frozen, office, clinic):
    for _ in range(2):
        assert office.post(OPENING, typed(clinic)).status_code == 302
    assert ScheduleException.objects.count() == 1


def test_what_collides_is_said(frozen, office, dr_chen, clinic):
    AppointmentFactory(clinic=clinic, starts_at=EVENING)
    ClinicFactory(doctor=dr_chen, name="Norte", hours=[(2, 1140, 1260)])
    ClinicFactory(doctor=dr_chen, name="Sur", hours=[(2, 540, 600)])
    html = text_of(office.post(OPENING, typed(clinic), follow=True))
    assert "En ese tiempo ya tiene 1 cita, que no se toca." in html
    assert "A esa hora también atiende en Norte" in html
    assert "también atiende en Sur" not in html
    assert "Ya se pueden reservar 3 horas: 18:30, 19:00, 19:30." in html


def test_what_nobody_can_book_yet_is_said(frozen, office, clinic):
    html = text_of(office.post(OPENING, typed(clinic, day="2027-10-05"), follow=True))
    assert "Por ahora los pacientes no pueden reservar a esas horas" in html


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"opens": "24:00"}, "Para empezar a medianoche escriba 0:00."),
        ({"closes": "18:00"}, "Escriba una hora de fin distinta."),
        ({"day": "2026-11-22"}, "Escriba una fecha entre"),
        ({"day": "9999-12-31"}, "Escriba una fecha entre"),
        ({"opens": ""}, "Complete «Desde las»."),
        ({"clinic": uuid.uuid4()}, "Elija una de las opciones de la lista."),
    ],
)
def test_bad_input_is_refused_and_kept(frozen, office, clinic, changed, sentence):
    answer = office.post(OPENING, typed(clinic, **changed))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not ScheduleException.objects.exists()


def test_opening_in_a_clinic_of_somebody_else(frozen, office, dr_diaz):
    other = ClinicFactory(doctor=dr_diaz)
    assert office.get(OPENING, {"consultorio": other.public_id}).status_code == 404
    assert office.post(OPENING, typed(other)).status_code == 422


def test_openings_are_the_doctors(frozen, client, as_, alice, erin, carla):
    assert client.get(OPENING).url == f"/cuenta/login/?next={OPENING}"
    for somebody in (alice, erin, carla):
        assert as_(somebody).get(OPENING).status_code == 404
        assert as_(somebody).post(OPENING).status_code == 404


def test_openings_take_no_other_method(frozen, office):
    assert office.put(OPENING).status_code == 405
