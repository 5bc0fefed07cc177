"""«Asistiré», from the visit's own page."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

pytestmark = pytest.mark.django_db


def address(visit, page="attend"):
    return reverse(f"appointments:{page}", args=[visit.public_id])


def text(answer):
    return answer.content.decode()


def test_attend_is_told_to_the_consultorio(frozen, as_, alice, dr_chen, visit):
    client = as_(alice)
    assert f'action="{address(visit)}"' in text(client.get(address(visit, "appointment")))
    answer = client.post(address(visit), follow=True)
    assert answer.redirect_chain == [(address(visit, "appointment"), 302)]
    html = text(answer)
    assert "Gracias: el consultorio sabe que asistirá." in html
    assert f'action="{address(visit)}"' not in html
    visit.refresh_from_db()
    assert visit.attendance_confirmed_at == frozen
    assert [(c.kind, c.actor) for c in visit.changes.all()] == [("will_attend", alice)]


def test_attend_twice_is_once(frozen, as_, alice, visit):
    for _time in range(2):
        assert as_(alice).post(address(visit)).status_code == 302
    assert visit.changes.count() == 1


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=1)])
def test_attend_after_the_visit_began_is_refused(as_, alice, visit, late):
    with time_machine.travel(visit.starts_at + late, tick=False):
        html = text(as_(alice).post(address(visit), follow=True))
    assert "Esa cita ya empezó o ya pasó: no se puede cambiar." in html
    visit.refresh_from_db()
    assert visit.attendance_confirmed_at is None


@pytest.mark.parametrize("status", ["cancelled_patient", "requested", "attended"])
def test_attend_of_what_is_not_booked_is_refused(frozen, as_, alice, visit, status):
    visit.status = status
    visit.cancelled_at = frozen if status == "cancelled_patient" else None
    visit.answer_by = visit.starts_at if status == "requested" else None
    visit.save()
    html = text(as_(alice).post(address(visit), follow=True))
    assert "Esa cita ya no está vigente." in html
    assert f'action="{address(visit)}"' not in html
    assert not visit.changes.exists()


def test_attend_is_for_the_visits_own_people(frozen, as_, bob, dr_chen, erin, carla, visit):
    for somebody in (bob, dr_chen.user, erin, carla):
        assert as_(somebody).post(address(visit)).status_code == 404
    absent = reverse("appointments:attend", args=[uuid.uuid4()])
    assert as_(bob).post(absent).status_code == 404
    visit.refresh_from_db()
    assert visit.attendance_confirmed_at is None


def test_attend_is_no_page(as_, alice, client, visit):
    assert as_(alice).get(address(visit)).status_code == 405
    assert client.post(address(visit)).url == f"/cuenta/login/?next={address(visit)}"
    strict = as_(alice)
    strict.handler.enforce_csrf_checks = True
    assert strict.post(address(visit)).status_code == 403
