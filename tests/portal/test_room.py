"""The waiting room at the desk: who is where, one tap for each step, and the delay told."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.enums import SaidBy, Stage, Status
from appointments.models import DelayNotice, VisitDay
from appointments.services.days import check_in, start_consultation
from core.models import Event
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
ROOM = reverse("portal:room")
MINUTE = timedelta(minutes=1)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def address(visit):
    return reverse("portal:room_step", args=[visit.public_id])


def telling(clinic):
    return reverse("portal:room_delay", args=[clinic.public_id])


@pytest.fixture(params=["doctor", "reception"])
def office(request, as_, dr_chen, carla):
    return as_(dr_chen.user if request.param == "doctor" else carla)


@pytest.fixture
def due(frozen, clinic, alice):
    """Alicia's visit of nine o'clock: now."""
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=frozen)


@pytest.fixture
def after(frozen, clinic, bob):
    """Bruno's visit of half past nine."""
    return AppointmentFactory(
        clinic=clinic, patient=bob.patients.get(), starts_at=frozen + 30 * MINUTE
    )


def stage(visit):
    return VisitDay.objects.get(appointment=visit).stage


def test_a_day_at_the_desk(frozen, office, due, after):
    """Arrived, in, done: each with one tap, and the page says what became of it."""
    html = text_of(office.get(ROOM))
    assert "Por llegar 2" in html
    assert "En la sala 0" in html
    for step, wished, said in (
        ("arrived", Stage.WAITING, "Llegó a las 9:00, espera hace 0 minutos"),
        ("started", Stage.INSIDE, "Desde las 9:00, hace 0 minutos"),
        ("finished", Stage.DONE, "De 9:00 a 9:00"),
    ):
        answer = office.post(address(due), {"step": step}, follow=True)
        assert answer.redirect_chain == [(ROOM, 302)]
        assert said in text_of(answer)
        assert stage(due) == wished
    due.refresh_from_db()
    assert due.status == Status.ATTENDED
    assert "Por llegar 1" in text_of(answer)


def test_a_second_tap_is_harmless(frozen, office, due):
    for step in ("arrived", "started", "finished"):
        for _twice in range(2):
            assert office.post(address(due), {"step": step}).status_code == 302
    for _twice in range(2):
        office.post(address(due), {"step": "back", "was": "done"})
    assert stage(due) == Stage.INSIDE


def test_delay_and_estimates_are_said(frozen, office, due, after, dr_chen):
    with time_machine.travel(frozen + 20 * MINUTE, tick=False):
        check_in(appointment=after, said_by=SaidBy.PATIENT, actor=None, now=frozen + 10 * MINUTE)
        start_consultation(appointment=due, actor=dr_chen.user, now=frozen + 20 * MINUTE)
        html = text_of(office.get(ROOM))
    assert "La consulta va 20 minutos tarde." in html
    assert "Llegó a las 9:10, espera hace 10 minutos · lo dijo el paciente" in html
    assert "Pasaría entre 9:50 y 10:00" in html


def test_who_does_not_come_is_late_in_words(frozen, office, due):
    with time_machine.travel(frozen + 12 * MINUTE, tick=False):
        assert "Su hora pasó hace 12 minutos" in text_of(office.get(ROOM))


def test_who_did_not_come_is_recorded_as_everywhere(frozen, office, due):
    attendance = reverse("portal:visit_attendance", args=[due.public_id])
    assert attendance not in office.get(ROOM).content.decode()
    with time_machine.travel(frozen + 12 * MINUTE, tick=False):
        assert f'{attendance}?volver={ROOM}"' in office.get(ROOM).content.decode()
        answer = office.post(attendance, {"said": "no_show", "volver": ROOM}, follow=True)
    assert answer.redirect_chain == [(ROOM, 302)]
    assert "No vinieron 1" in text_of(answer)


def test_room_is_of_today(frozen, office, clinic, visit):
    """Alicia's usual visit is the day after tomorrow."""
    for status in (Status.REQUESTED, Status.CANCELLED_BY_PATIENT):
        cancelled_at = frozen if status == Status.CANCELLED_BY_PATIENT else None
        AppointmentFactory(
            clinic=clinic, starts_at=frozen, status=status, cancelled_at=cancelled_at
        )
    assert "Hoy no hay citas" in text_of(office.get(ROOM))


def test_missed_and_merely_attended(frozen, office, clinic, due):
    missed = AppointmentFactory(
        clinic=clinic, starts_at=frozen - 60 * MINUTE, status=Status.NO_SHOW
    )
    AppointmentFactory(clinic=clinic, starts_at=frozen - 30 * MINUTE, status=Status.ATTENDED)
    html = text_of(office.get(ROOM))
    assert "No vinieron 1" in html
    assert "Se registró que asistió." in html
    answer = office.post(address(missed), {"step": "arrived"})
    assert answer.status_code == 409
    assert "Se registró que no asistió. Corrija primero ese registro." in text_of(answer)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"step": "x"}, 422),
        ({"step": "back", "was": "x"}, 422),
        ({"step": "back"}, 409),
        ({"step": "finished"}, 409),
    ],
)
def test_hostile_steps_get_a_sentence(frozen, office, due, data, status):
    answer = office.post(address(due), data)
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert not VisitDay.objects.exists()


def test_way_back_is_ours(frozen, office, due):
    own = reverse("portal:visit", args=[due.public_id])
    for wished, went in ((own, own), ("https://malo.test/", ROOM), ("//malo.test", ROOM)):
        answer = office.post(address(due), {"step": "arrived", "volver": wished})
        assert answer.url == went


def test_visit_shows_its_day(frozen, office, due, visit):
    page = reverse("portal:visit", args=[due.public_id])
    office.post(address(due), {"step": "arrived", "volver": page})
    html = text_of(office.get(page))
    assert f"Turno {VisitDay.objects.get().code}" in html
    assert "Llegó a las 9:00" in html
    other = text_of(office.get(reverse("portal:visit", args=[visit.public_id])))
    assert "Turno" not in other


def test_reception_has_its_own_clinics_only(frozen, as_, carla, dr_chen, due):
    elsewhere = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    theirs = AppointmentFactory(clinic=elsewhere, starts_at=frozen + 60 * MINUTE)
    assert "Cumbayá" not in text_of(as_(carla).get(ROOM))
    assert "Cumbayá" in text_of(as_(dr_chen.user).get(ROOM))
    assert as_(carla).post(address(theirs), {"step": "arrived"}).status_code == 404
    assert as_(carla).post(telling(elsewhere), {"minutes": 20}).status_code == 404


def test_another_doctor_and_others_get_nothing(frozen, as_, dr_diaz, alice, erin, due):
    for who in (dr_diaz.user, alice, erin):
        assert as_(who).post(address(due), {"step": "arrived"}).status_code == 404
        assert as_(who).post(telling(due.clinic), {"minutes": 20}).status_code == 404
    assert not VisitDay.objects.exists()


def test_fragment_is_the_part_that_refreshes(frozen, office, due):
    html = office.get(ROOM, headers={"HX-Request": "true"}).content.decode()
    assert html.lstrip().startswith('<div id="agenda-vivo"')


# The delay told -------------------------------------------------------------------


def test_delay_is_told_to_those_who_are_still_to_come(frozen, office, clinic, due, after):
    check_in(appointment=due, said_by=SaidBy.DESK, actor=None, now=frozen)
    guest = PatientFactory(account=None, email="rosa@ejemplo.test")
    AppointmentFactory(
        clinic=clinic, patient=guest, booked_by=clinic.doctor.user, starts_at=frozen + 90 * MINUTE
    )
    Event.objects.all().delete()
    answer = office.post(telling(clinic), {"minutes": "25"}, follow=True)
    assert "Avisamos a 2 personas." in text_of(answer)
    assert "A las 9:00 se avisó un retraso de 25 minutos." in text_of(answer)
    notice = DelayNotice.objects.get()
    assert (notice.clinic, notice.minutes, notice.at) == (clinic, 25, frozen)
    told = Event.objects.filter(name="visit_day.delayed").order_by("id")
    assert [event.data["minutes"] for event in told] == [25, 25]
    assert told[0].subject_id == after.public_id


def test_delay_is_told_once_in_half_an_hour(frozen, office, clinic, due):
    office.post(telling(clinic), {"minutes": "25"})
    answer = office.post(telling(clinic), {"minutes": "40"})
    assert answer.status_code == 409
    assert "El retraso ya se avisó hace menos de 30 minutos." in text_of(answer)
    assert 'value="40"' in answer.content.decode()
    with time_machine.travel(frozen + 29 * MINUTE, tick=False):
        assert office.post(telling(clinic), {"minutes": "40"}).status_code == 409
    AppointmentFactory(clinic=clinic, starts_at=frozen + 60 * MINUTE)
    with time_machine.travel(frozen + 30 * MINUTE, tick=False):
        assert office.post(telling(clinic), {"minutes": "40"}).status_code == 302


def test_nobody_is_told_where_nobody_is_expected(frozen, office, clinic, due):
    check_in(appointment=due, said_by=SaidBy.DESK, actor=None, now=frozen)
    answer = office.post(telling(clinic), {"minutes": "25"})
    assert answer.status_code == 409
    assert "nadie más está por llegar" in text_of(answer)


@pytest.mark.parametrize("minutes", ["", "4", "241", "-5", "x", "9" * 30, "20.5", "1e2"])
def test_hostile_delays_get_a_sentence_and_stay(frozen, office, clinic, due, minutes):
    answer = office.post(telling(clinic), {"minutes": minutes})
    assert answer.status_code == 422
    assert "Escriba un retraso de 5 a 240 minutos." in text_of(answer)
    assert f'value="{minutes[:6]}"' in answer.content.decode()
    assert not DelayNotice.objects.exists()
