"""Asking patients to choose another time: from the settling screen to their answers."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from appointments.models import Absence, Appointment, Relocation
from appointments.services.relocating import choose_time
from core.models import Event
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
BLOCK, ANSWERS = reverse("portal:block"), reverse("portal:answers")
NINE = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)  # Wednesday, 9:00 in Quito: Alicia's visit


@pytest.fixture
def ana(frozen, as_, dr_chen):
    return as_(dr_chen.user)


def wednesday(clinic, **more):
    return {
        "clinic": clinic.public_id, "since": "2026-11-25", "opens": "8:00", "until": "2026-11-25",
        "closes": "18:00", "key": uuid.UUID(int=9), **more,
    }  # fmt: skip


def asking(*visits, **more):
    keys = {f"settle-{v.public_id}-{v.starts_at:%Y%m%dT%H%M%SZ}": "ask" for v in visits}
    return {"settle": "1", **keys, **more}


def test_asking_all_holds_times_and_leads_to_the_answers(ana, clinic, visit):
    other = AppointmentFactory(
        clinic=clinic, patient=PatientFactory(), starts_at=NINE + timedelta(hours=1)
    )
    more = {"settle-message": "Estoy enferma.", "settle-within": "2"}
    answer = ana.post(BLOCK, wednesday(clinic, **asking(visit, other), **more), follow=True)
    assert answer.redirect_chain == [(ANSWERS, 302)]
    text = answer.content.decode()
    assert "Bloqueamos ese tiempo. 2 pacientes elegirán." in text
    assert "2 sin respuesta" in text
    assert "Alicia Vera" in text
    until = Relocation.objects.values_list("answer_by", flat=True)
    assert set(until) == {datetime(2026, 11, 23, 16, 0, tzinfo=UTC)}
    assert Appointment.objects.filter(status="held").count() == 6
    names = Event.objects.values_list("name", flat=True)
    assert sorted(names) == ["absence.added", "appointment.asked", "appointment.asked"]


def test_for_all_chooses_asking(ana, clinic, visit):
    AppointmentFactory(clinic=clinic, patient=PatientFactory(), starts_at=NINE + timedelta(hours=1))
    page = ana.post(BLOCK, {**wednesday(clinic), "settle-all": "ask"}).content.decode()
    assert page.count('<option value="ask" selected>') == 2


def test_form_sent_twice_asks_once(ana, clinic, visit):
    for _twice in range(2):
        ana.post(BLOCK, wednesday(clinic, **asking(visit)))
    assert (Absence.objects.count(), Relocation.objects.count()) == (1, 1)


def test_answers_show_what_was_chosen(ana, clinic, visit, alice, frozen):
    ana.post(BLOCK, wednesday(clinic, **asking(visit)))
    question = Relocation.objects.get()
    first = question.times.order_by("starts_at").first()
    choose_time(relocation=question, starts_at=first.starts_at, actor=alice, now=frozen)
    text = ana.get(ANSWERS, headers={"HX-Request": "true"}).content.decode()
    assert "Eligió otra hora" in text
    assert "Ahora: " in text
    assert "<html" not in text


def test_answers_of_nobody(ana):
    assert "No ha preguntado a nadie" in ana.get(ANSWERS).content.decode()


def test_reception_sees_the_answers_of_its_clinics(ana, as_, carla, clinic, visit, dr_chen):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    elsewhere = AppointmentFactory(
        clinic=other, patient=PatientFactory(first_names="Zoila", last_names="Paz"),
        starts_at=NINE + timedelta(hours=2),
    )  # fmt: skip
    ana.post(BLOCK, wednesday(clinic, **asking(visit, elsewhere)))
    text = as_(carla).get(ANSWERS).content.decode()
    assert "Alicia Vera" in text
    assert "Zoila Paz" not in text


def test_answers_ask_as_much_for_many(ana, clinic, frozen, django_assert_max_num_queries):
    visits = [
        AppointmentFactory(
            clinic=clinic, patient=PatientFactory(), starts_at=NINE + timedelta(minutes=30 * n)
        )
        for n in range(8)
    ]
    ana.post(BLOCK, wednesday(clinic, **asking(*visits)))
    assert Relocation.objects.count() == 8
    with django_assert_max_num_queries(10):
        ana.get(ANSWERS)


def test_today_begins_at_this_minute(ana, clinic):
    page = ana.get(BLOCK, {"hoy": "1"}).content.decode()
    assert 'name="opens" value="09:00"' in page
    assert 'name="closes" value="24:00"' in page
