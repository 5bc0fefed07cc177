"""A card is written once and shown often: never with what is no longer so."""

import pytest
from django.urls import reverse

from appointments.queries import free_times, is_bookable
from clinics.models import Clinic
from clinics.queries import open_clinics
from reviews.models import Rating
from tests.conftest import NOW
from tests.factories import ClinicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
HOSTILE = "<times><script>alert(1)</script>&amp;"


def results(client, **headers):
    answer = client.get(reverse("search"), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_card_shows_each_change_at_once(client, clinic, dr_chen):
    before = results(client)
    assert before.count("Sin opiniones todavía") == 1
    Clinic.objects.update(price="77.00", currency="USD", name="Torre Azul")
    dr_chen.last_names = "Vega Ríos"
    dr_chen.save()
    Rating.objects.update_or_create(
        doctor=dr_chen,
        defaults={"count": 2, "stars_4": 1, "stars_5": 1}
        | {f"{name}_sum": 9 for name in ("explanation", "punctuality", "treatment")},
    )
    after = results(client)
    assert after.count("USD\xa077 la consulta") == 1
    assert after.count("Torre Azul") == 1
    assert after.count(">Dra. Ana Vega Ríos</a>") == 1
    assert after.count("<strong>4,5</strong>") == 1
    assert after.count("con Dra. Ana Vega Ríos") == before.count("con Dra. Ana Molina Paz")
    assert "Molina" not in after


def test_card_speaks_the_readers_language(client, clinic):
    assert results(client).count("Ver todas las horas") == 1
    assert results(client, accept_language="en").count("Ver todas las horas") == 0
    assert results(client).count("Ver todas las horas") == 1


def test_card_shows_what_people_typed_as_text(client, clinic, dr_chen):
    Clinic.objects.update(name=HOSTILE, address=HOSTILE)
    dr_chen.last_names = HOSTILE
    dr_chen.save()
    page = results(client)
    assert page.count("<times>") == page.count("<script>alert") == 0
    # The name of the doctor, of the link to all times, and of each time; then place and address.
    times = page.count("/reservar/")
    assert times > 0
    assert page.count("&lt;times&gt;&lt;script&gt;alert(1)") == 2 + times + 2


def test_form_shows_what_this_search_asks_for(client, clinic):
    asked = client.get(reverse("search"), {"q": "Molina", "sexo": "f"}).content.decode()
    assert asked.count('value="Molina"') == 1
    assert asked.count('<option value="f" selected>') == 1
    plain = results(client)
    assert plain.count('value="Molina"') == plain.count('<option value="f" selected>') == 0


def test_clinics_read_by_hand_are_those_of_the_orm(clinic, dr_chen, dr_diaz, stop):
    ClinicFactory(doctor=dr_diaz, phone="+593991234567")
    ClinicFactory(doctor=dr_diaz, is_active=False)
    stop(dr_diaz.user)
    by_hand = open_clinics([dr_chen.pk, dr_diaz.pk])
    by_orm = list(Clinic.objects.with_schedule().filter(is_active=True).order_by("id"))
    assert len(by_hand) == 2
    for hand, orm in zip(by_hand, by_orm, strict=True):
        for model in (lambda c: c, lambda c: c.doctor, lambda c: c.city):
            fields = [f.attname for f in model(orm)._meta.concrete_fields]
            assert [getattr(model(hand), f) for f in fields] == [
                getattr(model(orm), f) for f in fields
            ]
        assert (hand.week, hand.special_days) == (orm.week, orm.special_days)
        assert hand.owner_is_active == orm.owner_is_active
    until = NOW.replace(day=30)
    assert free_times(by_hand, now=NOW, since=NOW, until=until) == free_times(
        by_orm, now=NOW, since=NOW, until=until
    )
    assert {c.doctor_id: is_bookable(c) for c in by_hand} == {dr_chen.pk: True, dr_diaz.pk: False}
