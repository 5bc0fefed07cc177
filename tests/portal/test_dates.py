"""Special dates of a consultorio: closed ones, extra openings, holidays."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from appointments.queries import is_offered
from clinics.models import Clinic, ScheduleException
from clinics.services import schedule
from core.models import Event
from tests.clinics.forms.test_dates import GOOD

pytestmark = pytest.mark.django_db
CHRISTMAS = date(2026, 12, 25)


def page_of(clinic):
    return reverse("portal:dates", args=[clinic.public_id])


def add(**changed):
    return {**GOOD, "act": "add", **changed}


def saved(clinic):
    rows = ScheduleException.objects.filter(clinic=clinic)
    return sorted(rows.values_list("date", "kind", "starts_minute", "ends_minute", "note"), key=str)


@pytest.fixture
def ana(as_, dr_chen):
    return as_(dr_chen.user)


def test_a_stretch_of_days_is_one_line(frozen, ana, clinic):
    assert ana.post(page_of(clinic), add(until="2026-12-26")).url == page_of(clinic)
    assert [row[0].day for row in saved(clinic)] == [24, 25, 26]
    html = " ".join(ana.get(page_of(clinic)).content.decode().split())
    assert "Del jueves 24 de diciembre al sábado 26 de diciembre" in html
    assert html.count('name="act" value="drop"') == 1
    event = Event.objects.get(name="clinic.dates_added")
    assert (event.subject_id, event.data) == (clinic.public_id, {})


def test_an_extra_opening_can_be_booked_at_once(frozen, ana, clinic, slot):
    clinic.opening_hours.all().delete()
    data = add(kind="extra", since="2026-11-24", opens="10", closes="12")
    assert ana.post(page_of(clinic), data).status_code == 302
    now_open = Clinic.objects.with_schedule().get(pk=clinic.pk)
    assert is_offered(now_open, slot, now=frozen) is True


def test_dates_are_dropped_as_they_were_written(frozen, ana, clinic):
    ana.post(page_of(clinic), add(until="2026-12-26"))
    drop = {"act": "drop", "kind": "closed", "since": "2026-12-24", "until": "2026-12-26",
            "opens": "", "closes": ""}  # fmt: skip
    for _twice in range(2):
        assert ana.post(page_of(clinic), drop).status_code == 302
    assert saved(clinic) == []


def test_dropping_an_extra_opening_asks_what_becomes_of_its_visits(frozen, ana, clinic, visit):
    visit.starts_at = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    visit.ends_at = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
    visit.save()
    data = add(kind="extra", since="2026-11-24", opens="20", closes="22", note="")
    ana.post(page_of(clinic), data)
    drop = {"act": "drop", "kind": "extra", "since": "2026-11-24", "until": "2026-11-24",
            "opens": "1200", "closes": "1320"}  # fmt: skip
    response = ana.post(page_of(clinic), drop)
    assert response.status_code == 200
    assert "Este cambio toca 1 cita" in response.content.decode()
    assert len(saved(clinic)) == 1


def test_closing_a_day_asks_what_becomes_of_its_visits(frozen, ana, clinic, visit):
    response = ana.post(page_of(clinic), add(since="2026-11-25"))
    assert response.status_code == 200
    assert "Alicia Vera" in response.content.decode()
    assert saved(clinic) == []


def test_holidays_are_offered_and_closed_in_one_click(frozen, ana, clinic):
    html = ana.get(page_of(clinic)).content.decode()
    assert "Viernes 25 de diciembre: Navidad" in html
    assert "Batalla de Pichincha" not in html, "it is over"
    assert ana.post(page_of(clinic), {"act": "holidays", "days": ["2026-12-25"]}).status_code == 302
    assert saved(clinic) == [(CHRISTMAS, "closed", None, None, "Navidad")]
    again = ana.post(page_of(clinic), {"act": "holidays", "days": ["2026-12-25"]})
    assert again.status_code == 302, "a second click is harmless"
    assert len(saved(clinic)) == 1
    html = ana.get(page_of(clinic)).content.decode()
    assert "Los feriados de 2026 que faltan ya están cerrados." in html


def test_holidays_of_the_next_year(frozen, ana, clinic):
    page = f"{page_of(clinic)}?ano=2027"
    assert "Batalla de Pichincha" in ana.get(page).content.decode()
    data = {"act": "holidays", "days": ["2027-01-01", "2027-12-25"]}
    assert ana.post(page, data).url == page
    assert [row[0] for row in saved(clinic)] == [date(2027, 1, 1), date(2027, 12, 25)]


@pytest.mark.parametrize("year", ["1999", "9999", "-1", "x" * 400, "9" * 5000])
def test_other_years_are_this_one(frozen, ana, clinic, year):
    html = ana.get(page_of(clinic), {"ano": year}).content.decode()
    assert "Viernes 25 de diciembre: Navidad" in html


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (add(since=""), "Complete «Fecha»."),
        (add(since="2026-11-22"), "Escriba una fecha entre el 23/11/2026 y el 23/11/2028."),
        (add(kind="extra"), "Escriba desde y hasta qué hora atiende."),
        ({"act": "holidays"}, "Marque al menos un feriado."),
        ({"act": "holidays", "days": ["2026-07-14"]}, "Elija"),
        ({"act": "drop", "kind": "closed", "since": "x", "until": "9" * 400}, "Hay un problema"),
    ],
)
def test_refusals_are_shown(frozen, ana, clinic, data, sentence):
    response = ana.post(page_of(clinic), data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert saved(clinic) == []


def test_too_many_dates_are_refused(frozen, ana, clinic, monkeypatch):
    monkeypatch.setattr(schedule, "MOST_DATES", 2)
    response = ana.post(page_of(clinic), add(until="2026-12-26"))
    assert response.status_code == 409
    assert "Ya tiene demasiadas fechas especiales." in response.content.decode()
    assert saved(clinic) == []


@pytest.mark.parametrize("act", ["", "other", "\x00", "x" * 10_000])
def test_an_unknown_act_does_nothing(frozen, ana, clinic, act):
    assert ana.post(page_of(clinic), {"act": act}).status_code == 422
    assert saved(clinic) == []


def test_dates_of_somebody_else_are_404(as_, client, ana, dr_diaz, carla, alice, clinic):
    for user in (dr_diaz.user, carla, alice):
        assert as_(user).get(page_of(clinic)).status_code == 404
        assert as_(user).post(page_of(clinic), add()).status_code == 404
    assert client.get(page_of(clinic)).url == f"/cuenta/login/?next={page_of(clinic)}"
    assert ana.put(page_of(clinic)).status_code == 405
    assert saved(clinic) == []
