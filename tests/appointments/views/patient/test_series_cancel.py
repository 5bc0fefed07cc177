"""The patient cancels from one visit of a series on."""

import re
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from appointments.models import Appointment, PaymentLine, SeriesAct
from tests.appointments.serial import written
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db


def address(visit, page="series_cancel"):
    return reverse(f"appointments:{page}", args=[visit.public_id])


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def chosen(*visits, **more):
    return {"cita": [str(one.public_id) for one in visits], **more}


def states(visits):
    return [Appointment.objects.get(pk=one.pk).status for one in visits]


@pytest.fixture
def visits(visit):
    return written(visit)[1]


@pytest.fixture
def dear(clinic, alice):
    """The first of them is past its deadline, and costs ten."""
    first = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), late_cancellation_fee=Decimal(10),
        cancellation_notice_minutes=60 * 72,
    )  # fmt: skip
    return written(first)[1]


def test_the_visit_shows_its_series(frozen, as_, alice, visits):
    html = text_of(as_(alice).get(address(visits[1], "appointment")))
    assert "Cita 2 de 3 de una serie" in html
    assert address(visits[0], "appointment") in html
    assert address(visits[2], "appointment") in html
    assert address(visits[1]) in html


def test_a_visit_alone_says_nothing_of_it(frozen, as_, alice, visit):
    assert "de una serie" not in text_of(as_(alice).get(address(visit, "appointment")))
    assert as_(alice).get(address(visit)).status_code == 404
    assert as_(alice).post(address(visit)).status_code == 404


def test_it_asks_first(frozen, as_, alice, visits):
    html = text_of(as_(alice).get(address(visits[1])))
    assert "¿Cancelar esta cita y las siguientes?" in html
    assert re.findall(r'name="cita" value="([^"]+)" checked', html) == [
        str(one.public_id) for one in visits[1:]
    ]
    assert SeriesAct.objects.count() == 0


def test_series_cancel(frozen, as_, alice, visits):
    answer = as_(alice).post(address(visits[1]), chosen(*visits[1:]), follow=True)
    assert answer.redirect_chain == [(address(visits[1], "appointment"), 302)]
    assert "2 citas están canceladas." in text_of(answer)
    assert states(visits) == ["booked", "cancelled_patient", "cancelled_patient"]
    assert as_(alice).post(address(visits[1]), chosen(*visits[1:])).status_code == 302
    assert [one.changes.count() for one in visits] == [0, 1, 1]


def test_what_costs_is_said_and_not_chosen(frozen, as_, alice, dear):
    html = text_of(as_(alice).get(address(dear[0])))
    assert "ya terminó: si la cancela, el consultorio le cobra " in html
    assert re.findall(r'name="cita" value="([^"]+)" checked', html) == [
        str(one.public_id) for one in dear[1:]
    ]
    as_(alice).post(address(dear[0]), chosen(*dear[1:]))
    assert states(dear) == ["booked", "cancelled_patient", "cancelled_patient"]
    assert PaymentLine.objects.count() == 0


def test_who_chooses_it_pays(frozen, as_, alice, dear):
    fee = {f"cargo_{dear[0].public_id}": "10.00"}
    as_(alice).post(address(dear[0]), chosen(*dear, **fee))
    assert states(dear) == ["cancelled_patient"] * 3
    assert [(line.appointment, line.amount) for line in PaymentLine.objects.all()] == [
        (dear[0], Decimal("10.00"))
    ]


def test_nobody_pays_unawares(frozen, as_, alice, dear):
    answer = as_(alice).post(address(dear[0]), chosen(*dear))
    assert answer.status_code == 409
    assert "cancelar ahora cuesta" in text_of(answer)
    assert states(dear) == ["booked"] * 3


@pytest.mark.parametrize("cita", [[], ["x"], ["\x00"], [str(uuid.uuid4())]])
def test_none_chosen(frozen, as_, alice, visits, cita):
    answer = as_(alice).post(address(visits[0]), {"cita": cita})
    assert answer.status_code == 422
    assert "Elija al menos una cita de la lista." in text_of(answer)


def test_visits_of_others_are_left_alone(frozen, as_, alice, visits, clinic, bob):
    other = AppointmentFactory(
        clinic=clinic, patient=bob.patients.get(), starts_at=visits[2].ends_at
    )
    as_(alice).post(address(visits[0]), chosen(visits[0], other))
    assert states([visits[0], visits[1], other]) == ["cancelled_patient", "booked", "booked"]


def test_strangers(frozen, as_, bob, dr_chen, visits, client):
    for user in (bob, dr_chen.user):
        assert as_(user).get(address(visits[0])).status_code == 404
        assert as_(user).post(address(visits[0])).status_code == 404
    assert client.get(address(visits[0])).status_code == 302


def test_what_is_over_leads_back(frozen, as_, alice, visits):
    Appointment.objects.filter(pk=visits[0].pk).update(
        status="cancelled_patient", cancelled_at=frozen
    )
    assert as_(alice).get(address(visits[0])).status_code == 302
