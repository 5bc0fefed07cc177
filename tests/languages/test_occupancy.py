"""«Ocupación» speaks one language, with figures and without."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import HoursVersion
from clinics.models import Clinic
from tests.factories import AppointmentFactory, ClinicFactory, PaymentLineFactory
from tests.languages.browser import page

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
QUERIES = (
    {}, {"ver": "dia"}, {"ver": "semana"}, {"ver": "semana", "fecha": "2026-12-25"},
    {"desde": "2026-01-01", "hasta": "2026-12-31"}, {"desde": "2026-06-01", "hasta": "2026-11-30"},
    {"desde": "x"}, {"desde": "2026-11-02", "hasta": "2026-11-01"}, {"consultorio": "x"},
    {"desde": "2000-01-01", "hasta": "2026-11-01"}, {"fecha": "2001-01-01"},
)  # fmt: skip


@pytest.fixture
def history(visits, frozen):
    """Two clinics: one that is nearly empty and one that is full, and all that may befall a visit.

    What their names are is what somebody wrote.
    """
    clinic = visits[0].clinic
    other = ClinicFactory(doctor=clinic.doctor, name="OK", hours=[(1, 480, 540), (2, 1080, 1140)])
    Clinic.objects.update(created_at=frozen - timedelta(days=300))
    HoursVersion.objects.all().delete()
    for weeks in range(1, 9):
        monday = frozen - timedelta(weeks=weeks, hours=1)
        visit = AppointmentFactory(
            clinic=other, starts_at=monday, ends_at=monday + timedelta(hours=1), status="attended"
        )
        PaymentLineFactory(appointment=visit)
    days = (
        ("no_show", 1, {}),
        ("cancelled_patient", 2, {"is_late_cancellation": True, "cancelled_at": frozen}),
        ("attended", 2, {}),
    )
    for status, ago, values in days:
        AppointmentFactory(
            clinic=clinic, status=status, starts_at=frozen - timedelta(days=ago), **values
        )
    return clinic


def test_occupancy_speaks_one_language(desk, history):
    for query in QUERIES:
        desk.get(page("occupancy"), query)
    desk.get(page("occupancy"), {"consultorio": str(history.public_id)})
    proposal = reverse("portal:hours", args=[history.public_id])
    desk.get(proposal, {"cerrar": "1-540-1020"})


def test_sheet_of_occupancy_speaks_one_language(ana, history, language):
    text = ana.client.get(page("occupancy_csv")).content.decode()
    assert ("Consultorio" in text) == (language == "es")
