"""The list of the doctor's consultorios."""

import pytest
from django.urls import reverse

from tests.factories import ClinicFactory, UserFactory

pytestmark = pytest.mark.django_db
CLINICS = reverse("portal:clinics")


def read(client):
    response = client.get(CLINICS)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_clinics_say_their_week_and_their_next_free_time(frozen, as_, dr_chen, clinic):
    html = read(as_(dr_chen.user))
    assert "La Carolina" in html
    assert "Lunes a domingo: 9:00–17:00" in html
    assert "Hoy, lunes 23 de noviembre, 9:00" in html
    assert "Citas de 30 minutos · USD 45" in html
    assert reverse("portal:hours", args=[clinic.public_id]) in html


def test_clinics_say_why_nobody_can_book(frozen, as_, dr_chen, clinic):
    clinic.opening_hours.all().delete()
    ClinicFactory(doctor=dr_chen, name="Cumbayá", is_active=False)
    html = read(as_(dr_chen.user))
    assert "Sin horarios: nadie puede reservar todavía." in html
    assert "En pausa: nadie puede reservar." in html
    dr_chen.is_published = False
    dr_chen.save()
    assert "Su perfil no está publicado: nadie puede reservar." in read(as_(dr_chen.user))


def test_clinics_that_are_archived_stand_apart(frozen, as_, dr_chen, clinic):
    gone = ClinicFactory(doctor=dr_chen, name="El Batán", is_active=False, archived_at=frozen)
    html = read(as_(dr_chen.user))
    assert "1 consultorio archivado" in html
    assert reverse("portal:hours", args=[gone.public_id]) not in html
    assert reverse("portal:clinic_state", args=[gone.public_id]) in html


def test_clinics_of_nobody_else(as_, dr_diaz, clinic):
    html = read(as_(dr_diaz.user))
    assert "La Carolina" not in html
    assert "Aún no tiene consultorios" in html


def test_clinics_are_as_many_queries_for_three(
    frozen, as_, dr_chen, clinic, django_assert_num_queries
):
    client = as_(dr_chen.user)
    read(client)
    with django_assert_num_queries(6) as one:
        read(client)
    for name in ("Cumbayá", "El Batán"):
        ClinicFactory(doctor=dr_chen, name=name)
    with django_assert_num_queries(len(one.captured_queries)):
        read(client)


def test_clinics_are_for_doctors(as_, client, carla, alice):
    assert as_(carla).get(CLINICS).status_code == 404
    assert as_(alice).get(CLINICS).status_code == 404
    assert client.get(CLINICS).url == f"/cuenta/login/?next={CLINICS}"


def test_clinics_without_a_profile_lead_to_the_setup(as_):
    assert as_(UserFactory(is_doctor=True)).get(CLINICS).url == reverse("portal:setup")


def test_clinics_are_for_looking(as_, dr_chen):
    assert as_(dr_chen.user).post(CLINICS).status_code == 405
