"""Who works at the doctor's reception."""

import pytest
from django.urls import reverse

from clinics.models import Assistant
from tests.factories import AssistantFactory, ClinicFactory, DoctorFactory

pytestmark = pytest.mark.django_db
TEAM = reverse("portal:team")


def test_team_lists_who_works_and_who_was_invited(frozen, as_, dr_chen, carla, clinic):
    client = as_(dr_chen.user)
    client.post(
        reverse("portal:team_new"),
        {"name": "Marcos Ríos", "email": "marcos@ejemplo.test", "clinics": [clinic.public_id]},
    )
    html = client.get(TEAM).content.decode()
    first, second = html.split("<article")[1:]
    for fact in ("Carla Jiménez", "carla@ejemplo.test", "Tiene acceso", "La Carolina"):
        assert fact in first
    for fact in ("Marcos Ríos", "marcos@ejemplo.test", "Invitación enviada"):
        assert fact in second


def test_team_says_when_an_invitation_ran_out(as_, dr_chen, carla):
    assistant = Assistant.objects.get()
    assistant.user = None
    assistant.save()
    invitation = assistant.invitation
    invitation.accepted_by = invitation.accepted_at = None
    invitation.expires_at = invitation.created_at
    invitation.save()
    assert "Invitación vencida" in as_(dr_chen.user).get(TEAM).content.decode()


def test_team_keeps_who_left_apart(frozen, as_, dr_chen, carla, now):
    Assistant.objects.update(ended_at=now)
    html = as_(dr_chen.user).get(TEAM).content.decode()
    assert "Ya no tienen acceso" in html
    assert "<article" not in html
    assert "¿Alguien le ayuda con la agenda?" in html


def test_team_without_a_clinic_leads_to_one(as_):
    html = as_(DoctorFactory().user).get(TEAM).content.decode()
    assert "Primero agregue un consultorio" in html


def test_team_shows_nobody_elses_people(as_, dr_diaz, carla):
    assert "Carla" not in as_(dr_diaz.user).get(TEAM).content.decode()


def test_team_asks_the_same_questions_for_one_and_three(
    as_, dr_chen, carla, clinic, django_assert_num_queries, django_assert_max_num_queries
):
    client = as_(dr_chen.user)
    client.get(TEAM)
    with django_assert_max_num_queries(12) as one:
        client.get(TEAM)
    for _number in range(2):
        AssistantFactory(doctor=dr_chen, clinics=[clinic, ClinicFactory(doctor=dr_chen)])
    with django_assert_num_queries(len(one)):
        client.get(TEAM)


def test_team_is_closed_to_everybody_else(client, as_, alice, erin, carla):
    assert client.get(TEAM).url == f"/cuenta/login/?next={TEAM}"
    for somebody in (alice, erin, carla):
        assert as_(somebody).get(TEAM).status_code == 404


def test_team_is_for_looking(as_, dr_chen):
    assert as_(dr_chen.user).post(TEAM).status_code == 405
