"""The chosen time, and keeping it for one browser."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.models import Appointment, BookingDraft
from core.converters import InstantConverter
from tests.appointments.walking import Walk
from tests.conftest import NOW
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db


def held():
    return Appointment.objects.filter(status="held")


def chips(html, clinic):
    """The times that a page offers, in its order."""
    start = f"/reservar/{clinic.public_id}/"
    return [piece[:16] for piece in html.split(f'href="{start}')[1:]]


def to_url(*times):
    return [InstantConverter().to_url(time) for time in times]


def test_hold_shows_the_time_and_the_terms(walk):
    page = walk.look("hold")
    html = page.content.decode()
    assert page.status_code == 200
    for fact in ("Dra. Ana Molina Paz", "Mañana, martes 24 de noviembre, 10:00", "USD\xa045"):
        assert fact in html
    assert "Sin costo hasta el lunes 23 de noviembre, 22:00" in html
    assert not held().exists()


def test_hold_keeps_the_time_for_ten_minutes(walk, slot):
    answer = walk.hold()
    assert (answer.status_code, answer.url) == (302, walk.address("details"))
    appointment = held().get()
    assert appointment.starts_at == slot
    assert appointment.ends_at == slot + timedelta(minutes=30)
    assert appointment.hold_expires_at == NOW + timedelta(minutes=10)
    assert (appointment.patient, appointment.code) == (None, None)


def test_hold_is_shown_until_when(walk, alice):
    walk.to_details(alice)
    assert "Le guardamos la hora hasta las 9:10" in walk.look("details").content.decode()


def test_hold_again_leads_on_and_changes_nothing(walk):
    walk.hold()
    with time_machine.travel(NOW + timedelta(minutes=4), tick=False):
        assert walk.hold().url == walk.address("details")
        assert walk.look("hold").url == walk.address("details")
    assert held().get().hold_expires_at == NOW + timedelta(minutes=10)


def test_hold_of_another_time_lets_the_first_go(walk, slot):
    walk.hold()
    later = slot + timedelta(hours=1)
    walk.hold(later)
    assert held().get().starts_at == later
    assert Walk(walk.clinic, slot).look("hold").status_code == 200


def test_hold_stands_in_the_way_of_other_browsers(walk, clinic, slot):
    walk.hold()
    other = Walk(clinic, slot)
    assert other.look("hold").status_code == 409
    answer = other.hold()
    assert answer.status_code == 409
    assert "Alguien acaba de tomar esa hora" in answer.content.decode()
    assert held().count() == 1


def test_hold_lost_offers_the_nearest_times_first(walk, clinic, slot):
    AppointmentFactory(clinic=clinic, starts_at=slot)
    page = walk.hold()
    assert page.status_code == 409
    half = timedelta(minutes=30)
    near = [slot + n * half for n in (-2, -1, 1, 2, 3)]
    offered = chips(page.content.decode(), clinic)
    assert len(offered) == 6
    assert set(to_url(*near)) <= set(offered)
    assert offered == sorted(offered)


def test_hold_run_out_is_free_for_others(walk, clinic, slot):
    walk.hold()
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert Walk(clinic, slot).hold().status_code == 302
    assert held().count() == 1


def test_holds_are_limited_by_address(walk, clinic, slot, settings):
    settings.HOLDS_PER_ADDRESS = 2
    for n in range(2):
        assert Walk(clinic, slot + n * timedelta(hours=1)).hold().status_code == 302
    answer = Walk(clinic, slot + timedelta(hours=3)).hold()
    assert answer.status_code == 429
    assert "Hay demasiadas horas guardadas desde su conexión" in answer.content.decode()
    assert held().count() == 2


def test_holds_of_another_address_do_not_count(walk, clinic, slot, settings):
    settings.HOLDS_PER_ADDRESS = 1
    walk.hold()
    other = Walk(clinic, slot + timedelta(hours=1))
    answer = other.client.post(other.address("hold"), REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 302


def test_holds_by_a_made_up_forwarded_address_do_count(walk, clinic, slot, settings):
    settings.HOLDS_PER_ADDRESS = 1
    walk.hold()
    other = Walk(clinic, slot + timedelta(hours=1))
    answer = other.client.post(other.address("hold"), headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 429


def test_address_is_kept_as_a_digest_only(walk):
    walk.hold()
    digest = BookingDraft.objects.get().address_digest
    assert len(digest) == 64
    assert "127.0.0.1" not in digest


OFF = {
    "off the grid": datetime(2026, 11, 24, 15, 10, tzinfo=UTC),
    "a second off": datetime(2026, 11, 24, 15, 0, 1, tzinfo=UTC),
    "closed": datetime(2026, 11, 24, 23, 0, tzinfo=UTC),
    "last start is too late": datetime(2026, 11, 24, 21, 45, tzinfo=UTC),
    "beyond the horizon": datetime(2027, 3, 2, 15, 0, tzinfo=UTC),
    "far away": datetime(2099, 12, 31, 15, 0, tzinfo=UTC),
}


@pytest.mark.parametrize("start", OFF.values(), ids=OFF)
def test_hold_refuses_times_that_are_not_offered(walk, start):
    assert walk.look("hold", start).status_code == 409
    answer = walk.hold(start)
    assert answer.status_code == 409
    assert "Esa hora no está disponible" in answer.content.decode()
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("start", [NOW - timedelta(hours=1), datetime(2001, 1, 1, tzinfo=UTC)])
def test_hold_refuses_the_past(walk, start):
    assert walk.look("hold", start).status_code == 409
    answer = walk.hold(start)
    assert answer.status_code == 409
    assert "Esa hora ya pasó" in answer.content.decode()
    assert not Appointment.objects.exists()


def test_hold_refuses_another_clinics_time(walk, dr_diaz):
    """Half past is on the grid of the one and not of the other."""
    other = ClinicFactory(doctor=dr_diaz, hours=[(2, 9 * 60 + 15, 12 * 60)])
    quarter = datetime(2026, 11, 24, 15, 15, tzinfo=UTC)
    assert Walk(other, quarter).hold().status_code == 302
    assert walk.hold(quarter).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"doctor__is_published": False},
        {"doctor__takes_new_patients": False},
        {"doctor__user__is_active": False},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_hold_knows_no_clinic_that_is_not_open(walk, clinic, change, method):
    (path, value), *_rest = change.items()
    *way, name = path.split("__")
    thing = clinic
    for step in way:
        thing = getattr(thing, step)
    setattr(thing, name, value)
    thing.save()
    assert getattr(walk.client, method)(walk.address("hold")).status_code == 404
    assert not Appointment.objects.exists()


def test_hold_of_a_clinic_that_does_not_exist(walk):
    path = walk.address("hold").replace(
        str(walk.clinic.public_id), "0" * 8 + "-0000" * 3 + "-" + "0" * 12
    )
    assert walk.client.get(path).status_code == 404
    assert walk.client.post(path).status_code == 404


@pytest.mark.parametrize(
    "start",
    ["20261332T150000Z", "20260231T150000Z", "19991124T150000Z", "20261124T250000Z",
     "20261124T156000Z", "20261124T150000", "2026-11-24T15:00:00Z", "99999999T999999Z", "hoy"],
)  # fmt: skip
def test_hold_of_an_instant_that_is_none(walk, start):
    path = f"/reservar/{walk.clinic.public_id}/{start}/"
    assert walk.client.get(path).status_code == 404
    assert walk.client.post(path).status_code == 404


def test_hold_takes_get_and_post_only(walk):
    for method in ("put", "patch", "delete"):
        assert getattr(walk.client, method)(walk.address("hold")).status_code == 405


def test_looking_keeps_nothing(walk):
    walk.look("hold")
    walk.client.get(reverse("slots", args=[walk.clinic.doctor.slug]))
    assert (Appointment.objects.count(), BookingDraft.objects.count()) == (0, 0)
