"""The screen of a waiting room, and the doctor's page about its address."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from appointments.enums import SaidBy
from appointments.models import VisitDay, WaitingScreen
from appointments.rooms import find_screen, screen_url
from appointments.services.days import check_in, start_consultation
from appointments.services.screens import make_screen, stop_screen
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def screen(frozen, clinic, dr_chen):
    return make_screen(clinic=clinic, actor=dr_chen.user, now=frozen)


@pytest.fixture
def path(screen):
    return urlsplit(screen_url(screen)).path


@pytest.fixture
def busy(frozen, clinic, dr_chen):
    """One inside since now, ten minutes late; one who waits."""
    visits = [
        AppointmentFactory(
            clinic=clinic, starts_at=frozen + minutes * MINUTE, patient__last_names="Zutanita",
            patient__birth_date="1977-07-17",
        )
        for minutes in (-10, 20)
    ]  # fmt: skip
    for visit in visits:
        visit.reason = "MOTIVO7Q"
        visit.save()
        check_in(appointment=visit, said_by=SaidBy.DESK, actor=None, now=frozen)
    start_consultation(appointment=visits[0], actor=dr_chen.user, now=frozen)
    return [VisitDay.objects.get(appointment=visit) for visit in visits]


def test_codes_and_times_and_nothing_else_of_anybody(client, path, busy, clinic):
    answer = client.get(path)
    html = text_of(answer)
    inside, waiting = busy
    assert f"Pase a consulta {inside.code}" in html
    assert f"{waiting.code} 9:30–9:40" in html
    assert "La consulta va 10 minutos tarde." in html
    assert clinic.name in html
    marks = ("Zutanita", "Luis", "1977", "MOTIVO7Q", busy[0].appointment.code, "Ana")
    assert [mark for mark in marks if mark in answer.content.decode()] == []
    assert str(busy[0].appointment.public_id) not in answer.content.decode()


def test_nobody_there(client, path):
    html = text_of(client.get(path))
    assert "Nadie por ahora" in html
    assert "No hay nadie en espera." in html


def test_waiting_without_an_estimate(client, path, clinic, frozen):
    visit = AppointmentFactory(clinic=clinic, starts_at=frozen)
    check_in(appointment=visit, said_by=SaidBy.DESK, actor=None, now=frozen)
    assert f"{VisitDay.objects.get().code} sin estimación" in text_of(client.get(path))


def test_other_clinics_codes_stay_there(client, path, frozen):
    other = AppointmentFactory(starts_at=frozen)
    check_in(appointment=other, said_by=SaidBy.DESK, actor=None, now=frozen)
    assert VisitDay.objects.get().code not in client.get(path).content.decode()


def test_address_stays_a_secret(client, path):
    answer = client.get(path)
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert '<meta http-equiv="refresh" content="20">' in answer.content.decode()


def test_theme_is_chosen_in_the_address(client, path):
    assert 'data-theme="dark"' in client.get(path, {"tema": "oscuro"}).content.decode()
    for odd in ("x", '"><script>', ""):
        answer = client.get(path, {"tema": odd})
        assert "data-theme" not in answer.content.decode()


def test_fragment_is_the_part_that_refreshes(client, path):
    html = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert html.lstrip().startswith('<div id="sala-viva"')


def test_stream_begins_and_says_nothing_of_whom(client, path, busy):
    answer = client.get(path.replace("/sala/", "/sse/salas/"))
    assert answer["Content-Type"].startswith("text/event-stream")
    assert b'"is_lost": true' in answer.content
    assert str(busy[0].appointment.public_id).encode() not in answer.content


@pytest.mark.parametrize("end", ["stop", "renew", "archive", "account"])
def test_called_back_it_opens_nothing(frozen, client, path, screen, clinic, dr_chen, stop, end):
    if end == "account":
        stop(dr_chen.user)
    elif end == "stop":
        stop_screen(clinic=clinic, actor=dr_chen.user, now=frozen)
    elif end == "renew":
        make_screen(clinic=clinic, actor=dr_chen.user, now=frozen)
    else:
        clinic.is_active, clinic.archived_at = False, frozen
        clinic.save()
    for address in (path, path.replace("/sala/", "/sse/salas/")):
        assert client.get(address).status_code == 404
        assert client.get(address, headers={"HX-Request": "true"}).status_code == 404


def test_what_we_never_signed_opens_nothing(screen, path):
    token = path.removeprefix("/sala/").rstrip("/")
    assert find_screen(token) == screen
    body = token.partition(".")[0]
    for wrong in (body, f"{body}.", f"{token}x", "x", "\x00.x", f"{body}.{'A' * 43}"):
        assert find_screen(wrong) is None


# The doctor's page ---------------------------------------------------------------


def test_doctor_makes_renews_and_stops_it(frozen, as_, dr_chen, clinic):
    ana = as_(dr_chen.user)
    page = reverse("portal:clinic_screen", args=[clinic.public_id])
    assert "Crear la pantalla" in text_of(ana.get(page))
    seen = []
    for _again in range(2):
        answer = ana.post(page, {"act": "make"}, follow=True)
        assert "La pantalla está lista." in text_of(answer)
        found = re.search(r'value="(http[^"]+/sala/[^"]+)"', answer.content.decode())
        seen.append(found[1])
    assert seen[0] != seen[1]
    assert seen[1] == screen_url(WaitingScreen.objects.get(revoked_at=None))
    for _twice in range(2):
        answer = ana.post(page, {"act": "stop"}, follow=True)
    assert "Crear la pantalla" in text_of(answer)
    assert not WaitingScreen.objects.filter(revoked_at=None).exists()


def test_only_the_doctor_may(frozen, as_, carla, dr_diaz, erin, alice, clinic):
    page = reverse("portal:clinic_screen", args=[clinic.public_id])
    for who in (carla, dr_diaz.user, erin, alice):
        assert as_(who).get(page).status_code == 404
        assert as_(who).post(page, {"act": "make"}).status_code == 404
    assert Client().post(page, {"act": "make"}).status_code == 302
    assert not WaitingScreen.objects.exists()
