"""A day on paper."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
PRINT = reverse("portal:agenda_print")


def page(client, **query):
    return client.get(PRINT, query).content.decode()


def test_day_on_paper_lists_its_visits_without_reasons(frozen, as_, dr_chen, visit):
    visit.reason = "dolor de pecho"
    visit.save()
    later = AppointmentFactory(clinic=ClinicFactory(doctor=dr_chen, name="Cumbayá"),
                               starts_at=datetime(2026, 11, 25, 20, 0, tzinfo=UTC))  # fmt: skip
    html = page(as_(dr_chen.user), fecha="2026-11-25")
    for fact in (
        "Miércoles 25 de noviembre",
        "9:00–9:30",
        "Alicia Vera",
        "+593 99 123 4567",
        "15:00–15:30",
        later.patient.full_name,
        "Cumbayá",
        "Dra. Ana Molina Paz",
    ):
        assert fact in html
    assert "dolor de pecho" not in html


def test_paper_of_one_clinic(frozen, as_, dr_chen, visit):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    html = page(as_(dr_chen.user), fecha="2026-11-25", consultorio=other.public_id)
    assert "Alicia Vera" not in html
    assert "No tiene citas este día" in html


def test_paper_of_reception_has_its_clinics_only(frozen, as_, carla, dr_chen, visit):
    AppointmentFactory(clinic=ClinicFactory(doctor=dr_chen), patient__last_names="Secreto",
                       starts_at=datetime(2026, 11, 25, 20, 0, tzinfo=UTC))  # fmt: skip
    html = page(as_(carla), fecha="2026-11-25")
    assert "Alicia Vera" in html
    assert "Secreto" not in html


def test_paper_is_of_today_unless_said(frozen, as_, dr_chen, clinic):
    assert "Lunes 23 de noviembre" in page(as_(dr_chen.user), fecha="nunca")


def test_paper_is_closed_to_others(as_, client, alice, dr_chen):
    assert as_(alice).get(PRINT).status_code == 404
    assert client.get(PRINT).url == f"/cuenta/login/?next={PRINT}"
    assert as_(dr_chen.user).post(PRINT).status_code == 405
