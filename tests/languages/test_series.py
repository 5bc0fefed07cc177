"""Series speak one language: the desk's pages, the patient's, and what is told of them."""

from datetime import timedelta
from itertools import chain

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from appointments.enums import Status
from appointments.models import Series
from appointments.services.series_changes import cancel_from_here, move_from_here
from clinics.models import ScheduleException
from notifications.tasks import relay
from tests.appointments.serial import WEEK, moves_of, of_series, repeat, written
from tests.factories import AppointmentFactory, ClinicFactory
from tests.languages.browser import NAMES, page, stamp
from tests.languages.reading import foreign_texts, texts_of
from tests.portal.test_series import hidden

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
HOUR = timedelta(hours=1)


@pytest.fixture
def obstacles(visit, clinic, dr_chen, dr_diaz, frozen):
    """Each of the first five dates, every week, has something in its way."""
    at = [visit.starts_at + n * WEEK for n in range(6)]
    ScheduleException.objects.create(clinic=clinic, date=at[1].date(), kind="closed")
    AppointmentFactory(clinic=clinic, starts_at=at[2])
    dr_chen.absences.create(starts_at=at[3] - 24 * HOUR, ends_at=at[3] + HOUR)
    AppointmentFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=visit.patient, starts_at=at[4])
    AppointmentFactory(
        clinic=clinic, patient=None, booked_by=None, status=Status.HELD, starts_at=at[5],
        hold_expires_at=frozen + HOUR,
    )  # fmt: skip
    return at


def test_repeating_speaks_one_language(desk, visit, obstacles):
    path, how = page("series", visit), {"cada": "1", "veces": "8"}
    desk.get(page("visit", visit))
    for query in ({}, how, {"cada": "x", "veces": "99"}, {"cada": "52", "veces": "26"}):
        desk.get(path, query)
    form = hidden(desk.get(path, how).content.decode())
    for typed in (
        {}, form, {**form, "key": "x"}, {**form, "seen": "x"}, {**form, "fecha_1": "x"},
        {**form, "fecha_2": stamp(obstacles[2])},
        {**form, **{f"fecha_{n}": "saltar" for n in range(1, 8)}},
        {**form, **{f"fecha_{n}": "saltar" for n in range(2, 7)}, "fecha_1": "igual"},
    ):  # fmt: skip
        desk.post(path, typed)
    for one in of_series(Series.objects.get()):
        desk.get(page("visit", one))
    desk.post(path, form)


def test_from_here_on_speaks_one_language(desk, visit):
    visits = written(visit, count=3)[1]
    path, there = page("series_move", visits[1]), {"fecha": "2026-12-24", "hora": "11:00"}
    for query in ({}, there, {"fecha": "x", "hora": "25"}):
        desk.get(path, query)
    form = hidden(desk.get(path, there).content.decode())
    stay = {f"fecha_{one.public_id}": "saltar" for one in visits}
    for typed in ({}, {**form, **stay}, {**form, "seen": "x"}, {**form, "message": "OK"}, form):
        desk.post(path, typed)
    path = page("series_cancel", visits[2])
    desk.get(path)
    chosen = {"cita": [str(one.public_id) for one in visits[2:]]}
    for typed in ({}, {**chosen, "message": "x" * 700}, chosen):
        desk.post(path, typed)


def test_the_patients_page_speaks_one_language(her_reader, clinic, alice):
    dear = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), late_cancellation_fee=10,
        cancellation_notice_minutes=60 * 72,
    )  # fmt: skip
    visits = written(dear)[1]
    path = reverse("appointments:series_cancel", args=[dear.public_id])
    her_reader.get(reverse("appointments:appointment", args=[dear.public_id]))
    her_reader.get(path)
    every = {"cita": [str(one.public_id) for one in visits]}
    for typed in ({}, every, {"cita": every["cita"][1:]}):
        her_reader.post(path, typed)


def test_letters_speak_one_language(language, visit, alice, carla, dr_chen, frozen):
    User.objects.filter(pk__in=[alice.pk, dr_chen.user_id]).update(language=language)
    series = repeat(visit, frozen, actor=carla, changes={2: {"starts_at": None}})
    relay()
    first, *others = of_series(series)
    start = others[0].starts_at + HOUR
    moves = moves_of(others[0], start, others, {1: {"starts_at": None}})
    move_from_here(
        appointment=others[0], starts_at=start, wishes=moves, actor=carla, now=frozen, message="OK"
    )
    relay()
    gone = {"status": Status.CANCELLED_BY_PATIENT, "actor": alice}
    cancel_from_here(appointment=first, now=frozen, **gone)
    relay()
    own = [m for m in mail.outbox if "carla" not in m.to[0]]
    assert len(own) == 6
    said = chain.from_iterable((m.subject, *m.body.split("\n"), m.alternatives[0][0]) for m in own)
    assert foreign_texts(texts_of("<br>".join(said), names=NAMES), language) == []
