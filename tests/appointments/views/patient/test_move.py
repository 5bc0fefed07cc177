"""Old and new time side by side; the old one is kept until the new one is sure."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from core.models import Event
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def address(visit, start):
    return reverse("appointments:move", args=[visit.public_id, start])


def kept(visit):
    visit.refresh_from_db()
    return visit.starts_at == WEDNESDAY and visit.status == "booked"


def test_move_asks_first(frozen, as_, alice, visit, slot):
    html = as_(alice).get(address(visit, slot)).content.decode()
    assert "¿Movemos su cita?" in html
    assert "Miércoles 25 de noviembre, 9:00" in html
    assert "Martes 24 de noviembre, 10:00" in html
    assert kept(visit)


def test_move_moves(frozen, as_, alice, visit, slot, client):
    answer = as_(alice).post(address(visit, slot))
    assert answer.url == reverse("appointments:appointment", args=[visit.public_id])
    visit.refresh_from_db()
    assert (visit.starts_at, visit.ends_at) == (slot, slot + timedelta(minutes=30))
    assert (visit.status, visit.sequence) == ("booked", 1)
    change = visit.changes.get()
    assert (change.kind, change.actor) == ("rescheduled", alice)
    assert (change.from_starts_at, change.to_starts_at) == (WEDNESDAY, slot)
    assert Event.objects.get().name == "appointment.rescheduled"
    old = reverse("appointments:hold", args=[visit.clinic.public_id, WEDNESDAY])
    assert client.get(old).status_code == 200


def test_move_twice_is_once(frozen, as_, alice, visit, slot):
    client = as_(alice)
    client.post(address(visit, slot))
    assert client.post(address(visit, slot)).status_code == 302
    assert visit.changes.count() == 1


def test_move_half_an_hour_over_its_own_time(frozen, as_, alice, visit, clinic):
    """The visit does not stand in its own way."""
    clinic.step_minutes = 10
    clinic.save()
    assert as_(alice).post(address(visit, WEDNESDAY + timedelta(minutes=10))).status_code == 302
    visit.refresh_from_db()
    assert visit.starts_at == WEDNESDAY + timedelta(minutes=10)


def test_move_to_the_same_time_is_refused(frozen, as_, alice, visit):
    answer = as_(alice).post(address(visit, WEDNESDAY))
    assert answer.status_code == 409
    assert "Esa es la hora que la cita ya tiene" in answer.content.decode()
    assert kept(visit)


def test_move_to_a_lost_time_keeps_the_old_and_offers_others(
    frozen, as_, alice, bob, visit, clinic, slot
):
    AppointmentFactory(clinic=clinic, patient=bob.patients.get(), starts_at=slot)
    client = as_(alice)
    for answer in (client.get(address(visit, slot)), client.post(address(visit, slot))):
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "Su cita sigue como estaba: miércoles 25 de noviembre, 9:00." in html
        assert "Las horas libres más cercanas" in html
        assert f"/citas/{visit.public_id}/reprogramar/2026" in html
    assert "Alguien acaba de tomar esa hora" in html
    assert kept(visit)


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 11, 24, 15, 10, tzinfo=UTC),
        datetime(2026, 11, 22, 15, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
        datetime(2027, 6, 1, 15, 0, tzinfo=UTC),
        datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_move_to_a_time_that_is_not_offered(frozen, as_, alice, visit, start):
    client = as_(alice)
    assert client.get(address(visit, start)).status_code == 409
    assert client.post(address(visit, start)).status_code == 409
    assert kept(visit)


def test_move_after_the_deadline_is_refused(as_, alice, visit, slot):
    later = WEDNESDAY + timedelta(days=2)
    with time_machine.travel(visit.cancel_until + timedelta(seconds=1), tick=False):
        client = as_(alice)
        leads_to = reverse("appointments:appointment", args=[visit.public_id])
        assert client.get(address(visit, later)).url == leads_to
        answer = client.post(address(visit, later))
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "El plazo para reprogramar en línea ya terminó" in html
    assert "Las horas libres más cercanas" not in html
    assert kept(visit)


def test_move_of_a_cancelled_visit_is_refused(frozen, as_, alice, visit, slot):
    visit.status, visit.cancelled_at = "cancelled_patient", frozen
    visit.save()
    answer = as_(alice).post(address(visit, slot))
    assert answer.status_code == 409
    assert "Esa cita ya no está vigente" in answer.content.decode()


def test_move_onto_another_visit_of_the_same_person_is_refused(
    frozen, as_, alice, visit, slot, dr_diaz
):
    other = ClinicFactory(doctor=dr_diaz)
    AppointmentFactory(clinic=other, patient=visit.patient, starts_at=slot)
    answer = as_(alice).post(address(visit, slot))
    assert answer.status_code == 409
    assert "Esa persona ya tiene otra cita a esa hora" in answer.content.decode()
    assert kept(visit)


def test_move_of_a_stranger_is_404(frozen, as_, bob, dr_chen, visit, slot):
    for somebody in (bob, dr_chen.user):
        client = as_(somebody)
        assert client.get(address(visit, slot)).status_code == 404
        assert client.post(address(visit, slot)).status_code == 404
    assert kept(visit)


def test_move_of_anonymous_goes_to_log_in(client, visit, slot):
    assert client.post(address(visit, slot)).url.startswith("/cuenta/login/?next=")
    assert kept(visit)


def test_move_by_another_method_is_405(as_, alice, visit, slot):
    assert as_(alice).put(address(visit, slot)).status_code == 405


def test_a_doctor_who_is_stopped_has_no_other_times(frozen, as_, alice, visit, slot, stop):
    """The visit is still there to look at, and to cancel."""
    stop(visit.doctor.user)
    hers = as_(alice)
    page, times, cancel = (
        reverse(f"appointments:{name}", args=[visit.public_id])
        for name in ("appointment", "reschedule", "cancel")
    )
    offered = hers.get(times)
    assert (offered.status_code, "/mover/" in offered.content.decode()) == (200, False)
    assert [hers.get(address(visit, slot)).status_code, hers.post(address(visit, slot)).status_code,
            kept(visit)] == [409, 409, True]  # fmt: skip
    assert [hers.get(path).status_code for path in (page, cancel)] == [200, 200]
    assert hers.post(cancel).url == page
    visit.refresh_from_db()
    assert visit.status == "cancelled_patient"
