"""The slot picker: one consultorio, one week."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.queries import free_times
from clinics.models import Clinic
from core.converters import InstantConverter
from tests.conftest import NOW
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
SLOTS = reverse("slots", args=["ana-molina-paz"])


def shown(html, clinic):
    texts = re.findall(rf'href="/reservar/{clinic.public_id}/(\w+)/"', html)
    return [InstantConverter().to_python(text) for text in texts]


def test_slots_are_all_the_weeks_free_times(frozen, client, clinic, slot):
    AppointmentFactory(clinic=clinic, starts_at=slot)
    times = shown(client.get(SLOTS).content.decode(), clinic)
    sunday = NOW.replace(hour=5) + timedelta(days=7)  # midnight in Quito
    read = Clinic.objects.with_schedule().get()
    assert times == free_times([read], now=NOW, since=NOW, until=sunday)[clinic.pk]
    assert slot not in times
    assert len(times) == 7 * 16 - 1


def test_slots_of_another_week_and_back(frozen, client, clinic):
    html = client.get(SLOTS, {"semana": "2026-W49"}).content.decode()
    assert "Lunes 30 de noviembre" in html
    assert "semana=2026-W48" in html
    assert "semana=2026-W50" in html
    assert "Semana anterior" not in client.get(SLOTS).content.decode()


def test_slots_of_a_past_week_are_this_weeks(frozen, client, clinic):
    html = client.get(SLOTS, {"semana": "2020-W01"}).content.decode()
    assert shown(html, clinic)[0] == NOW


def test_slots_open_on_the_week_of_the_next_free_time(frozen, client, clinic):
    clinic.min_notice_minutes = 10 * 24 * 60
    clinic.save()
    assert "Jueves 3 de diciembre" in client.get(SLOTS).content.decode()


def test_slots_of_an_empty_week_lead_to_the_next_free_time(frozen, client, clinic):
    clinic.min_notice_minutes = 10 * 24 * 60
    clinic.save()
    html = client.get(SLOTS, {"semana": "2026-W48"}).content.decode()
    assert "Próxima hora libre: jueves 3 de diciembre, 9:00" in html
    assert "semana=2026-W49" in html


def test_slots_of_nothing_at_all(frozen, client, dr_chen):
    ClinicFactory(doctor=dr_chen, hours=[])
    assert "No hay horas libres por ahora." in client.get(SLOTS).content.decode()


def test_slots_by_consultorio(frozen, client, dr_chen, clinic):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    html = client.get(SLOTS, {"consultorio": other.public_id}).content.decode()
    assert shown(html, clinic) == []
    assert len(shown(html, other)) == 7 * 16


def test_slots_of_another_doctors_consultorio_are_ones_own(frozen, client, clinic, dr_diaz):
    foreign = ClinicFactory(doctor=dr_diaz)
    html = client.get(SLOTS, {"consultorio": foreign.public_id}).content.decode()
    assert shown(html, foreign) == []
    assert shown(html, clinic)


def test_slots_say_whose_clock_they_follow(frozen, client, clinic):
    assert "Hora de Ecuador (GMT-5)" in client.get(SLOTS).content.decode()


def test_slots_as_a_fragment_are_the_same_times(frozen, client, clinic):
    page = client.get(SLOTS)
    fragment = client.get(SLOTS, headers={"HX-Request": "true"})
    assert shown(page.content.decode(), clinic) == shown(fragment.content.decode(), clinic)
    assert fragment.content.decode().lstrip().startswith("<section")


def test_slots_of_a_doctor_who_is_not_public_are_404(client, dr_chen, clinic):
    dr_chen.is_published = False
    dr_chen.save()
    assert client.get(SLOTS).status_code == 404


def test_slots_are_for_looking(client, clinic):
    assert client.post(SLOTS).status_code == 405
