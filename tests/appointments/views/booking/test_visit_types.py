"""Where a clinic lists types of visit, one chooses, sees what it costs, and pays just that."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from appointments import refusals
from appointments.models import Appointment, BookingDraft
from appointments.services.booking import book_appointment, terms_of
from clinics.models import Clinic
from tests.appointments.wishes import wish_of
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db
FIRST, CHECK = "Primera consulta", "Control"


@pytest.fixture
def listed(clinic):
    relist(clinic, {FIRST: 60, CHECK: Decimal("30.50")})
    return clinic


def relist(clinic, prices):
    Clinic.objects.filter(pk=clinic.pk).update(
        visit_types=list(prices), visit_prices=list(prices.values())
    )
    clinic.refresh_from_db()


def text_of(answer):
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def frozen_of(visit):
    return Appointment.objects.values_list("visit_type", "price", "currency").get(pk=visit.pk)


def test_prices_are_told_before_one_begins(listed, walk):
    html = text_of(walk.look("hold"))
    assert "Primera consulta: USD\xa060<br>Control: USD\xa030,50" in html
    assert "USD\xa045" not in html
    profile = text_of(walk.client.get(reverse("doctor", args=[listed.doctor.slug])))
    assert "Primera consulta: USD\xa060<br>Control: USD\xa030,50" in profile


def test_type_is_chosen_with_its_price(listed, walk, alice):
    walk.to_details(alice)
    html = text_of(walk.look("details"))
    assert "¿Qué tipo de consulta es?" in html
    assert "USD\xa030,50" in html
    walk.tell(visit_type=CHECK)
    html = text_of(walk.look("review"))
    assert "<dt>Tipo de consulta</dt><dd>Control</dd>" in html
    assert "<dt>Precio</dt><dd>USD\xa030,50" in html
    walk.confirm()
    visit = Appointment.objects.standing().get()
    assert frozen_of(visit) == (CHECK, Decimal("30.50"), "USD")
    own = text_of(walk.client.get(f"/citas/{visit.public_id}/"))
    assert "<dt>Tipo de consulta</dt><dd>Control</dd>" in own
    assert "Por pagar: USD\xa030,50" in own


def test_choice_is_kept_while_one_goes_back(listed, walk, alice):
    walk.to_review(alice, visit_type=CHECK)
    assert re.search(r'value="Control"[^>]* checked', text_of(walk.look("details")))


@pytest.mark.parametrize("wrong", ["", "Otra", "control", "x" * 999, "<b>"])
def test_type_must_be_one_of_the_list(listed, walk, alice, wrong):
    walk.to_details(alice)
    answer = walk.tell(visit_type=wrong, reason="me duele")
    assert answer.status_code == 422
    assert "me duele" in text_of(answer)
    assert walk.look("review").url == walk.address("details")


def test_without_a_list_nothing_is_asked(walk, clinic, alice):
    walk.to_details(alice)
    assert "tipo de consulta" not in text_of(walk.look("details"))
    walk.tell(visit_type=CHECK)
    walk.confirm()
    assert frozen_of(Appointment.objects.standing().get()) == ("", clinic.price, "USD")


def test_price_that_changes_meanwhile_is_shown_first(listed, walk, alice):
    walk.to_review(alice, visit_type=CHECK)
    form = walk.form()
    relist(listed, {FIRST: 60, CHECK: 35})
    answer = walk.confirm(form)
    assert answer.status_code == 409
    assert "USD\xa035" in text_of(answer)
    walk.confirm()
    assert frozen_of(Appointment.objects.standing().get()) == (CHECK, Decimal(35), "USD")


def test_type_that_goes_meanwhile_is_chosen_anew(listed, walk, alice):
    walk.to_review(alice, visit_type=CHECK)
    form = walk.form()
    relist(listed, {FIRST: 60})
    assert walk.confirm(form).url == walk.address("details")
    assert walk.look("review").url == walk.address("details")
    relist(listed, {})
    assert walk.look("review").url == walk.address("details")
    assert not Appointment.objects.standing().exists()
    assert BookingDraft.objects.get().reason == "dolor de pecho"


def test_list_that_changes_later_touches_no_visit(listed, alice, slot, now):
    terms = terms_of(listed, visit_type=CHECK)
    wish = wish_of(alice, listed, slot, terms=terms, visit_type=CHECK)
    visit = book_appointment(request=wish, now=now)
    before = frozen_of(visit)
    relist(listed, {CHECK: 99})
    relist(listed, {})
    assert frozen_of(visit) == before == (CHECK, Decimal("30.50"), "USD")


@pytest.mark.parametrize("wished", ["", "Otra"])
def test_service_refuses_what_is_not_listed(listed, alice, slot, now, wished):
    wish = wish_of(alice, listed, slot, visit_type=wished)
    with pytest.raises(refusals.TermsChanged):
        book_appointment(request=wish, now=now)


def test_types_of_one_clinic_are_not_those_of_another(listed, alice, slot, now):
    other = ClinicFactory(doctor=listed.doctor, visit_types=["Cirugía"], visit_prices=[500])
    with pytest.raises(refusals.TermsChanged):
        book_appointment(request=wish_of(alice, other, slot, visit_type=CHECK), now=now)
    assert other.lowest_price == 500
    assert listed.lowest_price == Decimal("30.50")
