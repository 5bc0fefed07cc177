"""The fee of a missed visit is told before it is charged, and where it went afterwards."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
TOLD = "Se cobrará el cargo de USD\xa030 que se acordó al reservar."
LIFTING = "Si lo corrige, se quita el cargo de USD\xa030 por inasistencia."
CHARGED, LIFTED = (
    "Se cobró: Inasistencia, USD\xa030.",
    "Se quitó el cargo: Inasistencia, USD\xa030.",
)
CORRECTION = {"said": "attended", "reason": "mistake", "was": "no_show"}


def address(page, visit):
    return reverse(f"portal:{page}", args=[visit.public_id])


def text_of(answer):
    return re.sub(r"[ \n]+", " ", answer.content.decode())


@pytest.fixture(params=["doctor", "reception"])
def office(request, as_, dr_chen, carla):
    return as_(dr_chen.user if request.param == "doctor" else carla)


@pytest.fixture
def begun(frozen, clinic, alice):
    return AppointmentFactory(
        clinic=clinic,
        patient=alice.patients.get(),
        starts_at=frozen - timedelta(minutes=12),
        no_show_fee=Decimal(30),
    )


def test_fee_is_told_before_it_is_charged(office, begun):
    box = "Si no asistió, se cobrará el cargo de USD\xa030 que se acordó al reservar."
    assert box in text_of(office.get(address("visit", begun)))
    assert TOLD in text_of(office.get(address("visit_attendance", begun)))
    rows = text_of(office.get(reverse("portal:agenda"), {"vista": "lista"}))
    assert "No asistir cuesta USD\xa030." in rows
    assert not begun.payment_lines.exists()


def test_nothing_is_told_where_nothing_was_agreed(office, begun):
    type(begun).objects.filter(pk=begun.pk).delete()
    free = AppointmentFactory(clinic=begun.clinic, starts_at=begun.starts_at)
    for page in ("visit", "visit_attendance"):
        assert "el cargo de" not in text_of(office.get(address(page, free)))
    answer = office.post(address("visit_attendance", free), {"said": "no_show"}, follow=True)
    assert "Registramos que no asistió." in text_of(answer)


def test_charge_and_its_correction_are_told(office, begun, as_, alice):
    answer = office.post(address("visit_attendance", begun), {"said": "no_show"}, follow=True)
    html = text_of(answer)
    assert "Registramos que no asistió, y el cargo de USD\xa030." in html
    assert CHARGED in html
    assert "Debe USD\xa030" in html
    own = as_(alice).get(reverse("appointments:appointment", args=[begun.public_id]))
    assert "Por no asistir se le cobran USD\xa030, como se le dijo al reservar." in text_of(own)
    assert CHARGED in text_of(own)
    page = text_of(office.get(address("visit_correction", begun)))
    assert LIFTING in page
    assert TOLD not in page
    html = text_of(office.post(address("visit_correction", begun), CORRECTION, follow=True))
    assert LIFTED in html
    assert "Debe USD\xa045" in html
    assert LIFTING not in text_of(office.get(address("visit_correction", begun)))
    assert TOLD in text_of(office.get(address("visit_correction", begun)))
    own = text_of(as_(alice).get(reverse("appointments:appointment", args=[begun.public_id])))
    assert LIFTED in own
    assert "Por no asistir se le cobran" not in own


def test_what_was_forgiven_is_not_asked_of_the_patient(office, begun, as_, alice):
    office.post(address("visit_attendance", begun), {"said": "no_show"})
    key = "00000000-0000-4000-8000-000000000005"
    waiver = {"amount": "30", "note": "Cortesía", "key": key}
    assert office.post(address("payment_waive", begun), waiver).status_code == 302
    own = text_of(as_(alice).get(reverse("appointments:appointment", args=[begun.public_id])))
    assert "Por no asistir se le cobran" not in own
    assert "No se le cobra" in own
