"""«¿Por qué no se ofrece esta hora?»: every rule in words, with where to change it."""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse

from appointments.models import Absence, ExternalBusy
from clinics.models import ScheduleException, TravelTime
from tests.factories import (
    AppointmentFactory,
    ClinicFactory,
    ExternalCalendarFactory,
    PatientFactory,
)

pytestmark = pytest.mark.django_db
WHY = reverse("portal:why")
NEVER = "00000000-0000-4000-8000-000000000000"


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


def stamp(instant):
    return instant.strftime("%Y%m%dT%H%M%SZ")


@pytest.fixture
def ask(frozen, as_, clinic):
    def asked(instant, who=None, place=clinic, **headers):
        query = {"consultorio": place.public_id, "inicio": stamp(instant)}
        answer = as_(who or clinic.doctor.user).get(WHY, query, headers=headers)
        assert answer.status_code == 200
        return unescape(answer.content.decode())

    return asked


def test_offered_time_says_so(ask):
    html = ask(at(24, 10))
    assert "Martes 24 de noviembre, 10:00" in html
    assert "Se ofrece a los pacientes" in html
    assert "No se ofrece" not in html.split("</h1>")[1]


@pytest.mark.parametrize(
    ("instant", "sentence"),
    [
        (at(24, 8), "Está fuera del horario, o la cita de 30 minutos no cabe antes del cierre."),
        (at(24, 16, 45), "no cabe antes del cierre"),
        (at(24, 10, 10), "Las citas empiezan cada 30 minutos desde la apertura"),
        (at(23, 8), "Esa hora ya pasó."),
        (datetime(2027, 1, 25, 15, tzinfo=UTC), "Se reserva hasta 60 días antes"),
    ],
)
def test_rules_of_the_clinic_close_times(ask, instant, sentence):
    html = ask(instant)
    assert "No se ofrece a los pacientes" in html
    assert sentence in html


def test_notice_and_pause_and_profile_close_times(ask, clinic):
    clinic.min_notice_minutes, clinic.is_active = 120, False
    clinic.save()
    clinic.doctor.is_published = clinic.doctor.takes_new_patients = False
    clinic.doctor.save()
    html = ask(at(23, 10))
    for sentence in (
        "Se reserva con al menos 2 horas de antelación.",
        "El consultorio está en pausa: nadie puede reservar en él.",
        "El perfil todavía no está publicado.",
        "El perfil dice que no recibe pacientes nuevos.",
    ):
        assert sentence in html


def test_closed_dates_are_named(ask, clinic):
    for day, span, note in ((26, (600, 660), "Mantenimiento"), (27, (None, None), "Feriado")):
        ScheduleException.objects.create(
            clinic=clinic, date=date(2026, 11, day), kind="closed", note=note,
            starts_minute=span[0], ends_minute=span[1],
        )  # fmt: skip
    assert "Hay un cierre de unas horas en esa fecha." in ask(at(26, 10))
    assert "El consultorio está cerrado ese día: Feriado." in ask(at(27, 10))


def test_visit_in_the_way_is_named_with_its_page(ask, visit):
    html = ask(at(25, 9))
    assert "Hay una cita de 9:00 a 9:30: Alicia Vera." in html
    assert reverse("portal:visit", args=[visit.public_id]) in html


def test_hold_in_the_way_is_nobodys(ask, walk):
    walk.hold()
    html = ask(at(24, 10))
    assert "Un paciente está reservando la hora de 10:00 a 10:30" in html


def test_absence_in_the_way_is_told(ask, dr_chen):
    Absence.objects.create(doctor=dr_chen, starts_at=at(24, 9), ends_at=at(25, 18))
    assert (
        "Está bloqueado desde el martes 24 de noviembre, 9:00 hasta el miércoles 25 de noviembre, "
        "18:00."
    ) in ask(at(24, 10))


def test_buffers_and_travel_are_told(ask, clinic, visit):
    clinic.buffer_after = 10
    clinic.save()
    assert "No quedan libres los minutos que pide" in ask(at(25, 8, 30))
    other = ClinicFactory(doctor=clinic.doctor, name="Cumbayá")
    TravelTime.objects.create(from_clinic=clinic, to_clinic=other, minutes=40)
    assert "No alcanza el tiempo de traslado" in ask(at(25, 9, 30), place=other)


def test_time_leads_to_what_may_be_done_with_it(ask, clinic, visit, dr_chen):
    place = f"?consultorio={clinic.public_id}"
    book = f"{reverse('portal:new_visit')}{place}&inicio=20261124T150000Z"
    stretch = f"{place}&desde=20261124T150000Z&hasta=20261124T153000Z"
    block = reverse("portal:block") + stretch
    free = ask(at(24, 10))
    assert [way in free for way in (book, block, reverse("portal:opening"))] == [True, True, False]
    closed = ask(at(24, 6))
    assert f"{reverse('portal:opening')}{place}&desde=20261124T110000Z" in closed
    assert reverse("portal:hours", args=[clinic.public_id]) in closed
    for taken in (ask(at(25, 9)), ask(at(23, 8))):
        assert reverse("portal:new_visit") not in taken
    absence = Absence.objects.create(doctor=dr_chen, starts_at=at(26, 9), ends_at=at(26, 18))
    away = ask(at(26, 10))
    assert reverse("portal:unblock", args=[absence.public_id]) in away
    assert reverse("portal:block") not in away


def test_reception_may_book_but_blocks_nothing(ask, carla):
    html = ask(at(24, 10), who=carla)
    assert reverse("portal:new_visit") in html
    assert reverse("portal:block") not in html


def test_reception_reads_no_names_of_other_clinics_and_changes_no_settings(
    ask, carla, clinic, dr_chen
):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    AppointmentFactory(clinic=other, starts_at=at(26, 10),
                       patient=PatientFactory(last_names="Secreto"))  # fmt: skip
    html = ask(at(26, 10), who=carla)
    assert "El médico está ocupado de 10:00 a 10:30." in html
    assert "Secreto" not in html
    outside = ask(at(26, 6), who=carla)
    assert "Está fuera del horario" in outside
    assert "Cambiar los horarios" not in outside


def test_minute_can_be_typed(frozen, as_, dr_chen, clinic):
    query = {"consultorio": clinic.public_id, "fecha": "2026-11-24", "hora": "10"}
    html = as_(dr_chen.user).get(WHY, query).content.decode()
    assert "Martes 24 de noviembre, 10:00" in html
    assert 'name="hora" value="10"' in html


def test_nothing_is_asked_at_first(frozen, as_, dr_chen, clinic):
    html = as_(dr_chen.user).get(WHY).content.decode()
    assert "Preguntar" in html
    assert 'value="2026-11-23"' in html
    assert "ofrece a los pacientes" not in html


def test_doctor_without_clinics_is_told(frozen, as_, dr_chen):
    assert "Todavía no tiene consultorios" in as_(dr_chen.user).get(WHY).content.decode()


def test_beside_the_agenda_it_is_a_part(ask):
    html = ask(at(24, 10), **{"HX-Request": "true"})
    assert "<h1" not in html
    assert "Se ofrece a los pacientes" in html


@pytest.mark.parametrize(
    "typed",
    [{"inicio": "99999999T999999Z"}, {"inicio": "00010101T000000Z"}, {"inicio": "99991231T235959Z"},
     {"inicio": "-"}, {"fecha": "2026-11-24", "hora": "24:00"}, {"fecha": "", "hora": "9"},
     {"fecha": "0001-01-01", "hora": "9"}, {"fecha": "2026-11-24", "hora": "9" * 400}],
)  # fmt: skip
def test_nonsense_is_refused_with_a_sentence(frozen, as_, dr_chen, clinic, typed):
    answer = as_(dr_chen.user).get(WHY, {"consultorio": clinic.public_id, **typed})
    assert answer.status_code == 422
    assert "Hay un problema" in answer.content.decode()


@pytest.mark.parametrize("instant", ["20000101T120000Z", "20991231T120000Z"])
def test_ends_of_the_calendar_are_answered(frozen, as_, dr_chen, clinic, instant):
    query = {"consultorio": clinic.public_id, "inicio": instant}
    assert as_(dr_chen.user).get(WHY, query).status_code == 200


def test_foreign_clinic_is_as_absent(frozen, as_, dr_chen, clinic, carla):
    foreign = ClinicFactory()
    for who in (dr_chen.user, carla):
        for place in (foreign.public_id, NEVER):
            query = {"consultorio": place, "inicio": stamp(at(24, 10))}
            assert as_(who).get(WHY, query).status_code == 404


def test_why_is_closed_to_others(as_, client, alice, dr_chen):
    assert as_(alice).get(WHY).status_code == 404
    assert client.get(WHY).url == f"/cuenta/login/?next={WHY}"
    assert as_(dr_chen.user).post(WHY).status_code == 405


def test_another_calendar_closes_times_and_reception_learns_only_that(ask, clinic, carla):
    calendar = ExternalCalendarFactory(doctor=clinic.doctor, name="Tenis")
    ExternalBusy.objects.create(
        calendar=calendar, doctor=clinic.doctor, starts_at=at(24, 10), ends_at=at(24, 11)
    )
    html = ask(at(24, 10, 30))
    said = (
        "El médico está ocupado en su otro calendario desde el martes 24 de noviembre, 10:00 "
        "hasta el martes 24 de noviembre, 11:00."
    )
    assert f"{said} (Tenis)" in html
    assert f'href="{reverse("portal:calendars")}">Ver sus calendarios' in html
    assert "Reservar para un paciente" in html
    html = ask(at(24, 10, 30), who=carla)
    assert said in html
    assert "Tenis" not in html
    assert "Ver sus calendarios" not in html
    assert "Se ofrece a los pacientes" in ask(at(24, 11))
