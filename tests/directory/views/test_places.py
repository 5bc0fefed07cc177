"""The consultorios of a profile: when next, in which hours, and on a map."""

from datetime import date

import pytest
from django.urls import reverse

from clinics.models import OpeningHours
from core.maps import tile_server
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db
PROFILE = reverse("doctor", args=["ana-molina-paz"])


def html_of(client, **query):
    return client.get(PROFILE, query).content.decode()


def test_each_consultorio_says_when_next(frozen, client, dr_chen, clinic):
    later = ClinicFactory(doctor=dr_chen, name="Cumbayá", hours=[(3, 600, 720)])
    full = ClinicFactory(doctor=dr_chen, name="Lleno", hours=[])
    for query in ({}, {"consultorio": later.public_id}, {"semana": "2026-W50"}):
        html = html_of(client, **query)
        assert html.count("Próxima hora libre: ") == 2
        assert "Próxima hora libre: lunes 23 de noviembre, 9:00" in html
        assert "Próxima hora libre: miércoles 25 de noviembre, 10:00" in html
        assert html.count("Sin horas libres en los próximos 30 días.") == 1
        for place in (clinic, later):
            assert f'/horarios/?consultorio={place.public_id}">Próxima' in html
        assert f'/horarios/?consultorio={full.public_id}">Próxima' not in html


def test_who_takes_no_patients_promises_no_time(frozen, client, dr_chen, clinic):
    dr_chen.takes_new_patients = False
    dr_chen.save()
    html = html_of(client)
    assert "Próxima hora libre" not in html
    assert "Sin horas libres" not in html


def test_consultorio_says_its_hours_of_today(frozen, client, clinic):
    assert "<dd>Lunes a domingo: 9:00–17:00</dd>" in html_of(client)
    clinic.opening_hours.all().delete()
    for minute, since, until in ((540, None, date(2026, 11, 22)), (600, date(2026, 11, 23), None),
                                 (660, date(2026, 11, 24), None)):  # fmt: skip
        OpeningHours.objects.create(
            clinic=clinic, weekday=1 if minute != 660 else 2, starts_minute=minute,
            ends_minute=1020, valid_from=since, valid_until=until,
        )  # fmt: skip
    assert "<dd>Lunes: 10:00–17:00</dd>" in html_of(client)


def test_map_may_ask_the_tile_server_and_nobody_else(frozen, client, clinic):
    answer = client.get(PROFILE)
    assert f"img-src 'self' data: {tile_server()}" in answer["Content-Security-Policy"]
    assert tile_server() not in client.get("/ayuda/")["Content-Security-Policy"]
    html = answer.content.decode()
    assert 'data-db-place="-0.18000,-78.48000"' in html
    assert "mlat=-0.18000&amp;mlon=-78.48000" in html
    assert "leaflet.js" not in html.split("data-db-places")[0]


def test_address_to_pass_on_is_the_canonical_one(frozen, client, clinic, settings):
    settings.SITE_URL = "https://citas.example"
    assert f'readonly value="https://citas.example{PROFILE}"' in html_of(client, semana="2026-W50")
