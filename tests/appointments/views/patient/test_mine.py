"""«Mis citas»: what comes, what was, page by page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.factories import AppointmentFactory, PatientFactory

pytestmark = pytest.mark.django_db
MINE = reverse("appointments:mine")


def codes(html):
    return [piece[:36] for piece in html.split('id="cita-')[1:]]


def test_mine_shows_the_coming_visits_in_order(frozen, as_, alice, visit, clinic, slot):
    sooner = AppointmentFactory(clinic=clinic, patient=visit.patient, starts_at=slot)
    html = as_(alice).get(MINE).content.decode()
    assert codes(html) == [str(sooner.public_id), str(visit.public_id)]
    assert "Mañana, martes 24 de noviembre, 10:00" in html
    assert "Próximas (2)" in html
    assert "Confirmada" in html


def test_mine_shows_dependants_visits_by_name(frozen, as_, alice, clinic):
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo")
    AppointmentFactory(clinic=clinic, patient=child)
    assert "Para Mateo Andrade" in as_(alice).get(MINE).content.decode()


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"status": "attended"}, "Asistió"),
        ({"status": "no_show"}, "No asistió"),
        ({"status": "booked"}, "Pasada"),
        ({"status": "cancelled_patient", "cancelled_at": datetime(2026, 11, 1, tzinfo=UTC)},
         "Cancelada"),
    ],
)  # fmt: skip
def test_mine_keeps_the_past(frozen, as_, alice, clinic, fields, word):
    start = datetime(2026, 11, 3, 14, 0, tzinfo=UTC)
    AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=start, **fields)
    client = as_(alice)
    assert codes(client.get(MINE).content.decode()) == []
    html = client.get(MINE, {"ver": "pasadas"}).content.decode()
    assert len(codes(html)) == 1
    assert word in html
    assert "Pasadas (1)" in html


def test_mine_puts_a_cancelled_coming_visit_with_the_past(frozen, as_, alice, visit):
    visit.status, visit.cancelled_at = "cancelled_doctor", visit.booked_at
    visit.save()
    html = as_(alice).get(MINE).content.decode()
    assert "Próximas (0)" in html
    assert "Pasadas (1)" in html


def test_mine_of_nobody_says_what_to_do(frozen, as_, alice):
    html = as_(alice).get(MINE).content.decode()
    assert "Aún no tiene citas" in html
    assert 'href="/buscar/"' in html


def test_mine_goes_page_by_page(frozen, as_, alice, clinic, slot):
    for n in range(12):
        AppointmentFactory(
            clinic=clinic, patient=alice.patients.get(), starts_at=slot + timedelta(days=n)
        )
    client = as_(alice)
    assert len(codes(client.get(MINE).content.decode())) == 10
    assert len(codes(client.get(MINE, {"pagina": "2"}).content.decode())) == 2


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "1e9", "９", "2" * 5000])
def test_mine_with_a_page_that_is_none(frozen, as_, alice, visit, page):
    answer = as_(alice).get(MINE, {"pagina": page, "ver": "<script>"})
    assert answer.status_code == 200
    assert len(codes(answer.content.decode())) == 1


def test_mine_shows_nobody_elses(frozen, as_, bob, dr_chen, visit):
    for somebody in (bob, dr_chen.user):
        html = as_(somebody).get(MINE).content.decode()
        assert codes(html) == []
        assert "Alicia" not in html


def test_mine_shows_no_holds(walk, alice):
    walk.to_review(alice)
    assert codes(walk.client.get(MINE).content.decode()) == []


def test_mine_of_anonymous_goes_to_log_in(client):
    assert client.get(MINE).url == f"/cuenta/login/?next={MINE}"


def test_mine_is_for_looking(as_, alice):
    assert as_(alice).post(MINE).status_code == 405
