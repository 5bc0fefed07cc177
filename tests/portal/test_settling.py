"""The one screen between a change and the visits that it would strand, here by closing a day."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.urls import reverse

from appointments.models import Appointment, AppointmentChange
from clinics.models import ScheduleException
from core.db import Refusal
from core.models import Event
from portal.desk import Desk
from portal.settling import settle
from tests.appointments.rewriting import Rewrite
from tests.clinics.forms.test_dates import GOOD
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)  # Wednesday, 9:00 in Quito: Alicia's visit
THURSDAY = "20261126T140000Z"
CLOSE = {**GOOD, "act": "add", "since": "2026-11-25"}


@pytest.fixture
def ana(frozen, as_, dr_chen):
    return as_(dr_chen.user)


@pytest.fixture
def address(clinic):
    return reverse("portal:dates", args=[clinic.public_id])


def key(visit, at=NINE):
    return f"settle-{visit.public_id}-{at:%Y%m%dT%H%M%SZ}"


def answered(visit, answer, **more):
    return {**CLOSE, "settle": "1", key(visit): answer, **more}


def chosen(html):
    """The option that each visit's list starts with."""
    lists = html.partition("settle-within")[0]
    return re.findall(r'<option value="([^"]*)" selected', lists)


def nothing_happened(visit):
    assert not ScheduleException.objects.exists()
    assert not Event.objects.exists()
    assert not AppointmentChange.objects.exists()
    assert Appointment.objects.get(pk=visit.pk).starts_at == visit.starts_at


def test_settling_lists_the_visits_and_writes_nothing(ana, address, visit):
    answer = ana.post(address, CLOSE)
    html = answer.content.decode()
    assert answer.status_code == 200
    for words in ("Este cambio toca 1 cita", "Alicia Vera", "Miércoles 25 de noviembre, 9:00",
                  "Día cerrado", "+593 99 123 4567", "jueves 26 de noviembre, 9:00",
                  "Qué se enviará"):  # fmt: skip
        assert words in html
    assert '<input type="hidden" name="since" value="2026-11-25">' in html
    assert f'href="{address}"' in html  # «No cambiar nada» only goes back
    nothing_happened(visit)


def test_settling_wants_an_answer_for_each(ana, address, visit):
    answer = ana.post(address, {**CLOSE, "settle": "1", "settle-message": "Disculpe."})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count("Elija qué pasa con la cita de Alicia Vera.") == 2  # summary and field
    assert "Disculpe." in html
    nothing_happened(visit)


@pytest.mark.parametrize("wish", ["keep", "cancel", "move"])
def test_settling_offers_the_same_for_all_and_still_asks(ana, address, visit, clinic, wish):
    other = AppointmentFactory(clinic=clinic, starts_at=NINE + timedelta(hours=1))
    html = ana.post(address, {**CLOSE, "settle": "1", "settle-all": wish}).content.decode()
    first, second = chosen(html)
    if wish == "move":
        assert {first[:5], second[:5]} == {"move:"}
        assert first != second
    else:
        assert [first, second] == [wish, wish]
    nothing_happened(visit)
    nothing_happened(other)


def test_settled_visit_moves_with_the_change(ana, address, visit):
    answer = ana.post(
        address, answered(visit, f"move:{THURSDAY}", **{"settle-message": "Disculpe."})
    )
    assert answer.url == address
    assert "1 cita movida." in ana.get(address).content.decode()
    moved = Appointment.objects.get(pk=visit.pk)
    assert moved.starts_at == NINE + timedelta(days=1)
    change = moved.changes.get()
    assert (change.kind, change.by_desk, change.message) == ("rescheduled", True, "Disculpe.")
    assert ScheduleException.objects.count() == 1


def test_settled_visit_goes_or_stays(ana, address, visit, clinic):
    other = AppointmentFactory(clinic=clinic, starts_at=NINE + timedelta(hours=1))
    data = answered(visit, "cancel", **{key(other, other.starts_at): "keep"})
    assert ana.post(address, data).url == address
    assert "1 cita cancelada, 1 cita se mantiene." in ana.get(address).content.decode()
    visit.refresh_from_db()
    other.refresh_from_db()
    assert (visit.status, other.status, other.is_outside_hours) == (
        "cancelled_doctor", "booked", True,
    )  # fmt: skip


def test_settling_twice_changes_once(ana, address, visit):
    """A second click finds the day closed and the visit gone from it."""
    for _twice in range(2):
        assert ana.post(address, answered(visit, "cancel")).status_code == 302
    assert visit.changes.count() == 1


def test_settling_asks_again_when_somebody_booked_meanwhile(ana, address, visit, clinic):
    late = AppointmentFactory(clinic=clinic, starts_at=NINE + timedelta(hours=2))
    answer = ana.post(address, answered(visit, "cancel"))
    assert answer.status_code == 422
    assert "Este cambio toca 2 citas" in answer.content.decode()
    nothing_happened(visit)
    nothing_happened(late)


def test_settling_asks_again_for_a_visit_that_moved_meanwhile(ana, address, visit):
    Appointment.objects.filter(pk=visit.pk).update(
        starts_at=NINE + timedelta(hours=1), ends_at=NINE + timedelta(hours=2)
    )
    visit.refresh_from_db()
    answer = ana.post(address, answered(visit, "cancel"))
    assert answer.status_code == 422
    assert "10:00" in answer.content.decode()
    nothing_happened(visit)


def test_two_visits_for_one_time_are_refused_at_the_second(ana, address, visit, clinic):
    other = AppointmentFactory(clinic=clinic, starts_at=NINE + timedelta(hours=1))
    move = f"move:{THURSDAY}"
    answer = ana.post(address, answered(visit, move, **{key(other, other.starts_at): move}))
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Esa hora no está disponible. Elija otra." in html
    assert chosen(html) == [move, move]
    nothing_happened(visit)
    nothing_happened(other)


@pytest.mark.parametrize("answer", [
    "", "drop", "move", "move:", "move:20261126T140700Z", "move:99999999T999999Z",
    "cancel\x00", "keep" * 5000, "<script>alert(1)</script>",
])  # fmt: skip
def test_answers_that_were_not_offered_are_refused(ana, address, visit, answer):
    response = ana.post(address, answered(visit, answer))
    assert response.status_code in (400, 422)
    assert "<script>alert(1)" not in response.content.decode()
    nothing_happened(visit)


def test_long_or_strange_message_is_refused_and_kept(ana, address, visit):
    response = ana.post(address, answered(visit, "cancel", **{"settle-message": "a" * 1001}))
    assert response.status_code == 422
    assert "a" * 1001 in response.content.decode()
    nothing_happened(visit)


def test_visits_of_another_doctor_are_not_ours_to_settle(ana, address, visit, dr_diaz):
    foreign = AppointmentFactory(clinic=ClinicFactory(doctor=dr_diaz))
    assert foreign.patient.full_name not in ana.post(address, CLOSE).content.decode()
    ana.post(address, answered(visit, "keep", **{key(foreign): "cancel"}))
    foreign.refresh_from_db()
    assert foreign.status == "booked"


def test_settling_is_for_the_doctor(address, visit, as_, carla, dr_diaz, alice, client):
    for user in (carla, dr_diaz.user, alice):
        assert as_(user).post(address, answered(visit, "cancel")).status_code == 404
    assert client.post(address, answered(visit, "cancel")).status_code == 302
    nothing_happened(visit)


class Fickle(Rewrite):
    """May be made when it is looked at, and not any more when it is made."""

    looks = 0

    def apply(self, *, actor, now):
        type(self).looks += 1
        if self.looks > self.good_for:
            raise Refusal("Ya no.")
        super().apply(actor=actor, now=now)


@pytest.mark.parametrize("good_for", [0, 1])
def test_change_that_is_refused_when_it_is_made_says_so(frozen, rf, clinic, dr_chen, good_for):
    class Now(Fickle):
        pass

    Now.good_for = good_for
    request = rf.post("/")
    request.user, request.desk = dr_chen.user, Desk(dr_chen.user, dr_chen)
    form = forms.Form({})
    assert settle(request, Now(clinic, hours=[]), done="/", saved="", form=form) is None
    assert form.non_field_errors() == ["Ya no."]
    assert clinic.opening_hours.count() == 7
