"""The doctor's days: week, day, list; whose they are; what each time says and where it leads."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse

from appointments.models import Absence, Appointment
from appointments.queries import free_times
from clinics.models import Clinic, ScheduleException, TravelTime
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
AGENDA = reverse("portal:agenda")
SPANISH_SUMMER = "Europe/Madrid"


def page(client, **query):
    return unescape(client.get(AGENDA, query).content.decode())


def names(html):
    """What a screen reader hears of the table's cells."""
    table = html[html.index("<tbody>") : html.index("</tbody>")]
    return re.findall(r'aria-label="([^"]*)"', table)


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def at(day, hour, minute=0):
    """Wall time of Quito in November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


def test_week_shows_the_visits_of_all_clinics(frozen, as_, dr_chen, visit, slot):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá", hours=[])
    AppointmentFactory(clinic=other, starts_at=at(26, 18))
    html = page(as_(dr_chen.user))
    assert "23 – 29 de noviembre de 2026" in html
    heard = names(html)
    assert "miércoles 25 de noviembre, 9:00 a 9:30, Alicia Vera, confirmada, La Carolina" in heard
    assert "jueves 26 de noviembre, 18:00 a 18:30, Luis Andrade, confirmada, Cumbayá" in heard


def test_times_say_what_they_are(frozen, as_, dr_chen, clinic):
    """Free, asked for, blocked, closed, too soon, outside the hours: each by its name."""
    clinic.min_notice_minutes = 60
    clinic.save()
    AppointmentFactory(clinic=clinic, starts_at=at(24, 9), status="requested")
    Absence.objects.create(doctor=dr_chen, starts_at=at(25, 9), ends_at=at(25, 17), note="Congreso")
    for day, span, note in ((26, (600, 660), "Mantenimiento"), (27, (None, None), "Feriado")):
        ScheduleException.objects.create(
            clinic=clinic, date=date(2026, 11, day), kind="closed", note=note,
            starts_minute=span[0], ends_minute=span[1],
        )  # fmt: skip
    AppointmentFactory(clinic=clinic, starts_at=at(28, 18), is_outside_hours=True)
    html = page(as_(dr_chen.user))
    heard = names(html)
    for said in (
        "lunes 23 de noviembre, 9:00 a 9:30, no se ofrece, La Carolina",
        "lunes 23 de noviembre, 10:00, libre, La Carolina",
        "martes 24 de noviembre, 9:00 a 9:30, Luis Andrade, por confirmar, La Carolina",
        "miércoles 25 de noviembre, 9:00 a 17:00, bloqueado: Congreso",
        "jueves 26 de noviembre, 10:00 a 11:00, cerrado: Mantenimiento, La Carolina",
        "viernes 27 de noviembre, 9:00 a 17:00, cerrado: Feriado, La Carolina",
        "sábado 28 de noviembre, 17:00 a 18:00, no atiende",
        "sábado 28 de noviembre, 18:00 a 18:30, Luis Andrade, confirmada, La Carolina",
    ):
        assert said in heard
    assert "Fuera de horario" in html


def test_agenda_offers_exactly_what_patients_are_offered(frozen, as_, dr_chen, clinic):
    """It reads the book once, for the table and for the engine."""
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá", slot_minutes=20, buffer_after=10)
    TravelTime.objects.create(from_clinic=clinic, to_clinic=other, minutes=45)
    for day, hour, place in ((23, 12, clinic), (24, 9, other), (26, 14, clinic), (30, 1, other)):
        AppointmentFactory(clinic=place, starts_at=at(day, hour, 10))
    Absence.objects.create(doctor=dr_chen, starts_at=at(25, 11), ends_at=at(25, 13, 30))
    client = as_(dr_chen.user)
    clinics = list(Clinic.objects.with_schedule())
    free = free_times(clinics, now=frozen, since=at(23, 0), until=at(30, 0))
    for place in clinics:
        html = page(client, consultorio=place.public_id)
        asked = re.findall(rf"nueva/\?consultorio={place.public_id}&inicio=(\w+)[^>]*libre", html)
        offered = {start.strftime("%Y%m%dT%H%M%SZ") for start in free[place.pk]}
        assert set(asked) == offered
        assert len(offered) > 50


def test_hold_is_shown_without_saying_whose(frozen, as_, dr_chen, walk):
    walk.hold()
    html = page(as_(dr_chen.user))
    assert "martes 24 de noviembre, 10:00 a 10:30, guardado para un paciente que reserva" in html
    assert 'data-db-cell="2026-11-24T10:00"' in html
    Appointment.objects.update(hold_expires_at=frozen)
    assert "martes 24 de noviembre, 10:00, libre, La Carolina" in names(page(as_(dr_chen.user)))


def test_cancelled_visit_gives_its_time_back(frozen, as_, dr_chen, visit):
    visit.status, visit.cancelled_at = "cancelled_patient", frozen
    visit.save()
    html = page(as_(dr_chen.user))
    assert "Alicia Vera" not in html
    assert "miércoles 25 de noviembre, 9:00, libre, La Carolina" in names(html)


def test_only_what_is_to_come_may_be_dragged(frozen, as_, dr_chen, clinic):
    for hour in (8, 9, 15):
        AppointmentFactory(clinic=clinic, starts_at=at(23, hour, 0))
    assert page(as_(dr_chen.user)).count(f'data-db-move="{clinic.public_id}"') == 1


def test_what_is_over_leads_nowhere(frozen, as_, dr_chen, clinic):
    past = AppointmentFactory(clinic=clinic, starts_at=at(23, 6), status="attended")
    html = page(as_(dr_chen.user), vista="dia")
    assert reverse("portal:visit", args=[past.public_id]) in html
    assert "asistió" in html
    yesterday = page(as_(dr_chen.user), vista="dia", fecha="2026-11-22")
    assert names(yesterday) == []
    assert "domingo 22 de noviembre, 9:00 a 17:00, pasado" in yesterday


def test_free_time_leads_to_booking_and_why_beside_the_agenda(frozen, as_, dr_chen, clinic):
    html = page(as_(dr_chen.user))
    query = f"?consultorio={clinic.public_id}&inicio=20261124T140000Z"
    (link,) = re.findall(f"<a href=.{reverse('portal:new_visit')}{re.escape(query)}[^>]*>", html)
    assert 'data-db-panel="?"' in link
    assert f'data-db-why="{reverse("portal:why")}"' in html


def test_now_is_a_row_of_its_own(frozen, as_, dr_chen, clinic):
    assert "Ahora: 9:00" in words(page(as_(dr_chen.user)))
    assert "Ahora:" not in page(as_(dr_chen.user), fecha="2026-12-07")


def test_one_clinic_alone(frozen, as_, dr_chen, clinic):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá", hours=[(2, 1080, 1140)])
    html = page(as_(dr_chen.user), consultorio=other.public_id)
    assert "martes 24 de noviembre, 18:00, libre, Cumbayá" in names(html)
    assert "libre, La Carolina" not in html


def test_two_clinics_open_at_once_share_their_times(frozen, as_, dr_chen, clinic):
    ClinicFactory(doctor=dr_chen, name="Cumbayá", hours=[(2, 540, 600)])
    heard = names(page(as_(dr_chen.user)))
    assert "martes 24 de noviembre, 9:00, libre, La Carolina, Cumbayá" in heard


def test_visit_of_another_zone_says_its_own_time(frozen, as_, dr_chen, clinic):
    madrid = ClinicFactory(doctor=dr_chen, name="Retiro", zone=SPANISH_SUMMER, hours=[])
    AppointmentFactory(clinic=madrid, starts_at=at(25, 10))
    html = page(as_(dr_chen.user))
    assert "16:00 hora de Madrid (GMT+1)" in html
    assert "En la hora de Ecuador (GMT-5)" in html
    alone = page(as_(dr_chen.user), consultorio=madrid.public_id)
    assert "En la hora de Madrid (GMT+1)" in alone


def test_archived_clinic_is_no_choice_but_its_visits_stay(frozen, as_, dr_chen, visit):
    old = ClinicFactory(doctor=dr_chen, name="Viejo", is_active=False, archived_at=frozen)
    AppointmentFactory(clinic=old, starts_at=at(26, 10), patient__last_names="Zúñiga")
    client = as_(dr_chen.user)
    assert "Luis Zúñiga" in page(client)
    assert client.get(AGENDA, {"consultorio": old.public_id}).status_code == 404


def test_paused_clinic_offers_nothing(frozen, as_, dr_chen, clinic):
    clinic.is_active = False
    clinic.save()
    heard = names(page(as_(dr_chen.user)))
    assert "martes 24 de noviembre, 9:00 a 9:30, no se ofrece, La Carolina" in heard
    assert not any("libre" in said for said in heard)


def test_requests_stand_on_top(frozen, as_, dr_chen, clinic, alice):
    """Those of next month too, the next visit first; not those that nobody can answer any more."""
    late = AppointmentFactory(clinic=clinic, starts_at=at(29, 9), status="requested",
                              patient__last_names="Segundo")  # fmt: skip
    AppointmentFactory(clinic=clinic, starts_at=at(24, 9), status="requested",
                       patient__last_names="Primero")  # fmt: skip
    AppointmentFactory(clinic=clinic, starts_at=at(24, 12), status="requested",
                       patient__last_names="Vencido", answer_by=frozen)  # fmt: skip
    html = page(as_(dr_chen.user), fecha="2026-12-14", vista="lista")
    waiting = words(html[html.index("por-confirmar") : html.index("</section>")])
    assert "2 solicitudes por confirmar" in waiting
    assert waiting.index("Luis Primero") < waiting.index("Luis Segundo")
    assert "Vencido" not in waiting
    assert reverse("portal:visit", args=[late.public_id]) in html


def test_list_groups_by_the_clinics_own_day(frozen, as_, dr_chen):
    """23:00 in Quito is the next day in UTC."""
    night = ClinicFactory(doctor=dr_chen, hours=[(2, 20 * 60, 1440)])
    AppointmentFactory(clinic=night, starts_at=at(24, 23))
    html = page(as_(dr_chen.user), vista="lista")
    assert "Mañana, martes 24 de noviembre" in html
    assert "23:00–23:30" in html


def test_list_shows_two_weeks_of_visits(frozen, as_, dr_chen, visit, walk):
    walk.hold()
    AppointmentFactory(clinic=visit.clinic, starts_at=at(23, 6), patient__last_names="Hoy")
    AppointmentFactory(clinic=visit.clinic, starts_at=at(22, 10), patient__last_names="Ayer")
    AppointmentFactory(clinic=visit.clinic, starts_at=datetime(2026, 12, 7, 15, tzinfo=UTC),
                       patient__last_names="Después")  # fmt: skip
    html = page(as_(dr_chen.user), vista="lista")
    rows = re.findall(r'data-db-cell="lista-[^>]*>([^<]*)</a>', html)
    assert rows == ["Luis Hoy", "Alicia Vera"]
    later = page(as_(dr_chen.user), vista="lista", fecha="2026-12-07")
    assert "Luis Después" in later


def test_empty_list_says_so(frozen, as_, dr_chen, clinic):
    assert "No tiene citas en estos días" in page(as_(dr_chen.user), vista="lista")


def test_day_of_a_small_screen_is_in_the_usual_page_only(frozen, as_, dr_chen, visit):
    html = page(as_(dr_chen.user), fecha="2026-11-25")
    day = html[html.index('class="day-agenda"') : html.index("</section>")]
    assert "9:00–9:30" in day
    assert "Alicia Vera" in day
    assert "Libre hasta las 17:00" in day
    assert "day-agenda" not in page(as_(dr_chen.user), vista="semana")


def test_doctor_without_clinics_has_an_empty_agenda(frozen, as_, dr_chen):
    for view in ("", "semana", "dia", "lista"):
        html = page(as_(dr_chen.user), vista=view)
        assert "Todavía no tiene un consultorio" in html
        assert reverse("portal:clinic_new") in html
        assert reverse("portal:new_visit") not in html


def test_agenda_shows_nobody_elses_visits(frozen, as_, dr_diaz, visit):
    for view in ("semana", "lista"):
        assert "Alicia" not in page(as_(dr_diaz.user), vista=view)


def test_reception_sees_other_clinics_as_busy(frozen, as_, carla, dr_chen, visit, alice):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    hidden = AppointmentFactory(
        clinic=other, starts_at=at(26, 9), patient=PatientFactory(last_names="Secreto")
    )
    Absence.objects.create(
        doctor=dr_chen, starts_at=at(27, 9), ends_at=at(27, 17), note="Quimioterapia"
    )
    client = as_(carla)
    html = page(client)
    assert "Alicia Vera" in html
    assert "jueves 26 de noviembre, 9:00 a 9:30, ocupado" in html
    for secret in ("Secreto", "Cumbayá", str(hidden.public_id), "Quimioterapia"):
        assert secret not in html
    assert "Secreto" not in page(client, vista="lista")
    assert client.get(AGENDA, {"consultorio": other.public_id}).status_code == 404


@pytest.mark.parametrize("look", ["", "semana", "dia", "lista"])
def test_visits_kept_when_the_only_clinic_was_archived_are_shown(frozen, as_, dr_chen, visit, look):
    Clinic.objects.update(is_active=False, archived_at=frozen, zone=SPANISH_SUMMER)
    html = page(as_(dr_chen.user), vista=look, fecha="2026-11-25")
    assert "Alicia Vera" in html
    assert "15:00" in html  # on its own clock
    assert "Todavía no tiene un consultorio" not in html


def test_reception_of_an_archived_clinic_still_sees_its_visits(frozen, as_, carla, visit):
    visit.clinic.is_active, visit.clinic.archived_at = False, frozen
    visit.clinic.save()
    assert "Alicia Vera" in page(as_(carla))


def test_foreign_clinic_is_as_absent(frozen, as_, dr_chen, clinic):
    foreign = ClinicFactory()
    client = as_(dr_chen.user)
    for one in (foreign.public_id, "00000000-0000-4000-8000-000000000000"):
        assert client.get(AGENDA, {"consultorio": one}).status_code == 404


@pytest.mark.parametrize(
    "query",
    [{"fecha": "0001-01-01"}, {"fecha": "9999-12-31"}, {"fecha": "2026-02-30"}, {"vista": "año"},
     {"fecha": "9" * 400}, {"consultorio": "x" * 400}, {"fecha": "-1", "vista": "{{ 7 }}"}],
)  # fmt: skip
def test_nonsense_in_the_address_counts_as_not_said(frozen, as_, dr_chen, clinic, query):
    assert "23 – 29 de noviembre de 2026" in page(as_(dr_chen.user), **query)


@pytest.mark.parametrize("day", ["2000-01-01", "2099-12-31"])
@pytest.mark.parametrize("view", ["semana", "dia", "lista"])
def test_first_and_last_days_of_the_calendar(frozen, as_, dr_chen, clinic, day, view):
    assert as_(dr_chen.user).get(AGENDA, {"fecha": day, "vista": view}).status_code == 200


def test_null_in_the_address_is_refused(frozen, as_, dr_chen):
    assert as_(dr_chen.user).get(AGENDA + "?fecha=%00").status_code == 400


def test_steps_lead_to_the_next_days(frozen, as_, dr_chen, clinic):
    client = as_(dr_chen.user)
    assert f'href="{AGENDA}?fecha=2026-11-30" rel="next"' in page(client)
    assert f'href="{AGENDA}?vista=dia&fecha=2026-11-22" rel="prev"' in page(client, vista="dia")
    assert f'href="{AGENDA}?vista=lista&fecha=2026-12-07" rel="next"' in page(client, vista="lista")
    assert f'href="{AGENDA}?fecha=2026-11-24" rel="next"' not in page(client)


def test_htmx_gets_the_live_part_alone(frozen, as_, dr_chen, visit):
    answer = as_(dr_chen.user).get(AGENDA, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert "<h1" not in html
    assert "Alicia Vera" in html
    whole = as_(dr_chen.user).get(AGENDA).content.decode()
    assert html.strip() in whole


def test_agenda_of_a_doctor_without_profile_leads_to_the_setup(as_):
    assert as_(UserFactory(is_doctor=True)).get(AGENDA).url == reverse("portal:setup")


def test_agenda_of_a_patient_is_404(as_, alice, erin):
    assert as_(alice).get(AGENDA).status_code == 404
    assert as_(erin).get(AGENDA).status_code == 404


def test_agenda_of_anonymous_goes_to_log_in(client):
    assert client.get(AGENDA).url == f"/cuenta/login/?next={AGENDA}"


def test_agenda_is_for_looking(as_, dr_chen):
    assert as_(dr_chen.user).post(AGENDA).status_code == 405
