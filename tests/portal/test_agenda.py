"""The doctor's coming visits."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.factories import AppointmentFactory, ClinicFactory, UserFactory

pytestmark = pytest.mark.django_db
AGENDA = reverse("portal:agenda")


def test_agenda_lists_the_visits_of_all_clinics_by_day(frozen, as_, dr_chen, visit, slot):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    AppointmentFactory(clinic=other, starts_at=slot)
    html = as_(dr_chen.user).get(AGENDA).content.decode()
    first, second = html.split("<section")[1:3]
    assert "Mañana, martes 24 de noviembre" in first
    assert "10:00–10:30" in first
    assert "Luis Andrade" in first
    assert "Cumbayá" in first
    assert "Miércoles 25 de noviembre" in second
    assert "Alicia Vera" in second


def test_agenda_groups_by_the_clinics_own_day(frozen, as_, dr_chen):
    """23:30 in Quito is the next day in UTC."""
    night = ClinicFactory(doctor=dr_chen, hours=[(2, 20 * 60, 1440)])
    AppointmentFactory(clinic=night, starts_at=datetime(2026, 11, 25, 4, 0, tzinfo=UTC))
    html = as_(dr_chen.user).get(AGENDA).content.decode()
    assert "Mañana, martes 24 de noviembre" in html
    assert "23:00–23:30" in html


def test_agenda_shows_neither_past_nor_cancelled_nor_held(frozen, as_, dr_chen, visit, walk):
    walk.hold()
    visit.status, visit.cancelled_at = "cancelled_patient", frozen
    visit.save()
    AppointmentFactory(clinic=visit.clinic, starts_at=frozen - timedelta(hours=3))
    html = as_(dr_chen.user).get(AGENDA).content.decode()
    assert "No tiene citas en estos días" in html


def test_agenda_shows_nobody_elses_visits(frozen, as_, dr_diaz, visit):
    html = as_(dr_diaz.user).get(AGENDA).content.decode()
    assert "Alicia" not in html


def test_agenda_of_a_doctor_without_profile_leads_to_the_setup(as_):
    assert as_(UserFactory(is_doctor=True)).get(AGENDA).url == reverse("portal:setup")


def test_agenda_of_a_patient_is_404(as_, alice, erin):
    assert as_(alice).get(AGENDA).status_code == 404
    assert as_(erin).get(AGENDA).status_code == 404


def test_agenda_of_anonymous_goes_to_log_in(client):
    assert client.get(AGENDA).url == f"/cuenta/login/?next={AGENDA}"


def test_agenda_is_for_looking(as_, dr_chen):
    assert as_(dr_chen.user).post(AGENDA).status_code == 405
