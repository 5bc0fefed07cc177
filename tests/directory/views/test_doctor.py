"""A doctor's profile."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from doctors.models import Education, Experience, Qualification
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db
PROFILE = reverse("doctor", args=["ana-molina-paz"])


def test_doctor_shows_who_where_and_for_how_much(frozen, client, dr_chen, clinic):
    dr_chen.biography, dr_chen.languages, dr_chen.practising_since = "Escucho.", ["es", "qu"], 2009
    dr_chen.licence_checked_at = datetime(2026, 1, 1, tzinfo=UTC)
    dr_chen.save()
    Education.objects.create(doctor=dr_chen, degree="Médica", institution="UCE", until_year=2005)
    Experience.objects.create(
        doctor=dr_chen, position="Jefa", institution="Hospital", from_year=2010
    )
    Qualification.objects.create(doctor=dr_chen, name="Ecocardiografía", issuer="SIAC", year=2012)
    html = client.get(PROFILE).content.decode()
    for fact in (
        "Dra. Ana Molina Paz", "Cardióloga", "1234-5678", "Registro verificado", "Escucho.",
        "uechua", "2009", "Médica", "UCE", "Jefa", "Hospital", "Ecocardiografía", "SIAC",
        "La Carolina",
        "Av. República 123, Quito", "USD\xa045", "efectivo, tarjeta", "Se paga en el consultorio.",
        "12 horas", "Sin opiniones todavía",
    ):  # fmt: skip
        assert fact in html, fact


def test_doctor_shows_free_times_at_once(frozen, client, clinic):
    html = client.get(PROFILE).content.decode()
    assert f"/reservar/{clinic.public_id}/20261123T140000Z/" in html


def test_doctor_without_consultorio_or_patients(frozen, client, dr_chen):
    assert "Todavía no tiene consultorios" in client.get(PROFILE).content.decode()
    ClinicFactory(doctor=dr_chen)
    dr_chen.takes_new_patients = False
    dr_chen.save()
    html = client.get(PROFILE).content.decode()
    assert "No recibe pacientes nuevos por ahora." in html
    assert "/reservar/" not in html


@pytest.mark.parametrize("hide", ["is_published", "user__is_active"])
def test_doctor_who_is_not_public_is_404(client, dr_chen, clinic, hide):
    thing = dr_chen.user if hide.startswith("user") else dr_chen
    setattr(thing, hide.rpartition("__")[2], False)
    thing.save()
    assert client.get(PROFILE).status_code == 404


def test_doctor_who_does_not_exist_is_404(client):
    for slug in ("nadie", "ANA-MOLINA-PAZ", "ana_molina"):
        assert client.get(reverse("doctor", args=[slug])).status_code == 404


def test_doctor_shows_no_closed_consultorio(frozen, client, dr_chen, clinic):
    closed = ClinicFactory(doctor=dr_chen, name="Cerrado", is_active=False)
    html = client.get(PROFILE, {"consultorio": closed.public_id}).content.decode()
    assert "Cerrado" not in html
    assert f"/reservar/{closed.public_id}/" not in html


def test_doctor_has_no_private_address(client, dr_chen, clinic):
    html = client.get(PROFILE).content.decode()
    assert "chen@ejemplo.test" not in html
    assert str(dr_chen.user.public_id) not in html


def test_doctors_own_words_are_shown_as_text(client, dr_chen, clinic):
    dr_chen.biography = "<script>alert(1)</script>\n\nFin"
    dr_chen.save()
    html = client.get(PROFILE).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_doctor_is_for_looking(client, clinic):
    assert client.post(PROFILE).status_code == 405
