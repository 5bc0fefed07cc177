"""Support looks at consultorios; what could strand a visit is changed in the portal only."""

import pytest
from django.urls import reverse

from clinics.models import Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(as_, root):
    return as_(root)


def test_admin_shows_a_clinic_with_its_hours_and_changes_nothing(boss, clinic):
    page = reverse("admin:clinics_clinic_change", args=[clinic.pk])
    html = boss.get(page).content.decode()
    assert "La Carolina" in html
    assert 'name="zone"' not in html
    assert 'name="opening_hours-0-starts_minute"' not in html
    assert boss.post(page, {"name": "Otro", "zone": "Europe/Madrid"}).status_code == 403
    clinic.refresh_from_db()
    assert (clinic.name, clinic.zone) == ("La Carolina", "America/Guayaquil")
    assert clinic.opening_hours.count() == 7


def test_admin_deletes_no_clinic(boss, clinic):
    page = reverse("admin:clinics_clinic_delete", args=[clinic.pk])
    assert boss.post(page, {"post": "yes"}).status_code == 403
    assert Clinic.objects.filter(pk=clinic.pk).exists()


def test_admin_enters_no_clinic(boss, clinic):
    """The portal does, by the service that knows how many there may be."""
    page = reverse("admin:clinics_clinic_add")
    assert (boss.get(page).status_code, boss.post(page, {"name": "Otro"}).status_code) == (403, 403)
    assert Clinic.objects.count() == 1
