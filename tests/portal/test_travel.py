"""Minutes between two consultorios."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from appointments.queries import is_offered
from clinics.models import Clinic, TravelTime
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db
TRAVEL = reverse("portal:travel")


@pytest.fixture
def other(dr_chen, clinic):
    return ClinicFactory(doctor=dr_chen, name="Cumbayá")


@pytest.fixture
def field(clinic, other):
    return f"{clinic.public_id}_{other.public_id}"


def saved():
    return list(TravelTime.objects.values_list("minutes", flat=True))


def test_travel_names_each_pair_once(as_, dr_chen, clinic, other, field):
    html = as_(dr_chen.user).get(TRAVEL).content.decode()
    assert "La Carolina – Cumbayá" in html
    assert html.count(f'name="{field}"') == 1
    assert 'value="0"' in html


def test_travel_is_saved_and_kept_free(frozen, as_, dr_chen, visit, other, field):
    """Alicia's visit ends at half past nine in La Carolina."""
    ana = as_(dr_chen.user)
    assert ana.post(TRAVEL, {field: "45"}).url == TRAVEL
    assert saved() == [45]
    there = Clinic.objects.with_schedule().get(pk=other.pk)
    ten, half_past_ten = (datetime(2026, 11, 25, 15, m, tzinfo=UTC) for m in (0, 30))
    assert is_offered(there, ten, now=frozen) is False
    assert is_offered(there, half_past_ten, now=frozen) is True
    assert ana.post(TRAVEL, {field: ""}).status_code == 302
    assert saved() == [0]


@pytest.mark.parametrize("minutes", ["-1", "601", "media hora", "9" * 400, "1e3", "\x00"])
def test_travel_refuses(as_, dr_chen, other, field, minutes):
    response = as_(dr_chen.user).post(TRAVEL, {field: minutes})
    assert response.status_code == 422
    assert "Hay un problema" in response.content.decode()
    assert saved() == []


def test_travel_of_one_clinic_says_so(as_, dr_chen, clinic):
    assert "Tiene un solo consultorio" in as_(dr_chen.user).get(TRAVEL).content.decode()


def test_travel_between_somebody_elses_changes_nothing(as_, dr_diaz, other, field):
    assert as_(dr_diaz.user).post(TRAVEL, {field: "45"}).status_code == 302
    assert saved() == []


def test_travel_is_for_doctors(as_, client, carla, alice, dr_chen):
    for user in (carla, alice):
        assert as_(user).get(TRAVEL).status_code == 404
    assert client.get(TRAVEL).url == f"/cuenta/login/?next={TRAVEL}"
    assert as_(dr_chen.user).put(TRAVEL).status_code == 405
