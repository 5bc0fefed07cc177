"""How visits are booked in a consultorio."""

from decimal import Decimal

import pytest
from django.urls import reverse

from core.models import Event
from tests.clinics.forms.test_rules import GOOD

pytestmark = pytest.mark.django_db


def page_of(clinic):
    return reverse("portal:booking_rules", args=[clinic.public_id])


def test_rules_are_shown(as_, dr_chen, clinic):
    html = as_(dr_chen.user).get(page_of(clinic)).content.decode()
    assert '<option value="30" selected>30 minutos</option>' in html
    assert 'name="price" value="45"' in html
    assert "Se paga en el consultorio." in html


def test_rules_are_saved(frozen, as_, dr_chen, clinic, visit):
    """A visit that stands keeps its length and its price: nothing is to be settled."""
    response = as_(dr_chen.user).post(page_of(clinic), GOOD)
    assert response.url == page_of(clinic)
    clinic.refresh_from_db()
    found = (clinic.slot_minutes, clinic.buffer_after, clinic.price, clinic.requires_confirmation)
    assert found == (20, 5, Decimal("45.50"), True)
    visit.refresh_from_db()
    assert (visit.ends_at - visit.starts_at).seconds == 30 * 60
    event = Event.objects.get(name="clinic.rules_changed")
    assert (event.subject_id, event.data) == (clinic.public_id, {})


def test_rule_about_missed_visits(frozen, as_, dr_chen, clinic):
    page = page_of(clinic)
    assert (
        '<option value="2" selected>2 inasistencias</option>'
        in as_(dr_chen.user).get(page).content.decode()
    )
    as_(dr_chen.user).post(page, {**GOOD, "no_show_rule": "ask", "no_show_limit": "3"})
    clinic.refresh_from_db()
    assert (clinic.no_show_rule, clinic.no_show_limit) == ("ask", 3)
    as_(dr_chen.user).post(page, GOOD)
    clinic.refresh_from_db()
    assert (clinic.no_show_rule, clinic.no_show_limit) == ("", 2)


def test_by_phone_only_where_there_is_one(frozen, as_, dr_chen, clinic):
    answer = as_(dr_chen.user).post(page_of(clinic), {**GOOD, "no_show_rule": "phone"})
    assert answer.status_code == 422
    assert "Agregue primero el teléfono del consultorio" in answer.content.decode()
    type(clinic).objects.update(phone="+59322345678")
    answer = as_(dr_chen.user).post(page_of(clinic), {**GOOD, "no_show_rule": "phone"})
    assert answer.status_code == 302


@pytest.mark.parametrize("odd", [{"no_show_rule": "x"}, {"no_show_limit": "0"},
                                 {"no_show_limit": "11"}, {"no_show_limit": "x"}])  # fmt: skip
def test_odd_rules_about_missed_visits(as_, dr_chen, clinic, odd):
    answer = as_(dr_chen.user).post(page_of(clinic), {**GOOD, **odd})
    assert answer.status_code == 422
    assert "Elija una de las opciones de la lista." in answer.content.decode()


def test_rules_as_a_step_lead_on(frozen, as_, dr_chen, clinic):
    response = as_(dr_chen.user).post(f"{page_of(clinic)}?paso=citas", GOOD)
    assert response.url == f"{reverse('portal:next_step')}?tras=citas"


def test_errors_keep_what_was_typed(as_, dr_chen, clinic):
    data = {**GOOD, "price": "mucho", "payment_policy": "Al salir"}
    response = as_(dr_chen.user).post(page_of(clinic), data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Escriba un número, por ejemplo 45 o 45,50." in html
    assert 'value="mucho"' in html
    assert "Al salir" in html
    clinic.refresh_from_db()
    assert clinic.slot_minutes == 30


def test_rules_of_somebody_else_are_404(as_, client, dr_chen, dr_diaz, carla, alice, clinic):
    for user in (dr_diaz.user, carla, alice):
        assert as_(user).get(page_of(clinic)).status_code == 404
        assert as_(user).post(page_of(clinic), GOOD).status_code == 404
    assert client.get(page_of(clinic)).url == f"/cuenta/login/?next={page_of(clinic)}"
    assert as_(dr_chen.user).put(page_of(clinic)).status_code == 405
    clinic.refresh_from_db()
    assert clinic.slot_minutes == 30
