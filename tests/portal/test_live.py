"""What changed at a desk: by asking again, and since the last visit."""

import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appointments.enums import Status
from appointments.models import Absence
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.holds import hold_slot
from appointments.services.rescheduling import reschedule_appointment
from core.live.changes import position_now
from core.models import LiveChange, ReadMark
from tests.appointments.wishes import wish_of
from tests.factories import ClinicFactory

CHANGES, NEWS, SEEN = (reverse(f"portal:{name}") for name in ("changes", "news", "seen"))
STREAM = reverse("portal:stream")
# Alone: the long transactions of other tests in the same server would hold everything back.
alone = pytest.mark.usefixtures("alone_in_the_database")


@pytest.fixture
def alone_in_the_database(transactional_db):
    """Changes are told only when they are really committed."""


def eventually(ask, condition):
    deadline = time.monotonic() + 60
    answer = ask()
    while not condition(answer) and time.monotonic() < deadline:
        time.sleep(0.05)
        answer = ask()
    return answer


def changes_of(client, position, count):
    """The answer, once it tells of so many."""
    return eventually(
        lambda: client.get(CHANGES, {"desde": position}).json(),
        lambda told: len(told["said"]) >= count,
    )


def sentences(told):
    return [piece["text"] for piece in told["said"]]


@pytest.fixture
def at(clinic):
    """Tomorrow at 10:00 in Quito, by today's clock: rows are told with the database's own."""
    clinic.cancellation_notice_minutes = 0
    clinic.save()
    tomorrow = timezone.now() - timedelta(hours=5) + timedelta(days=1)
    return tomorrow.replace(hour=15, minute=0, second=0, microsecond=0)


def book(user, clinic, at, **more):
    return book_appointment(request=wish_of(user, clinic, at, **more), now=timezone.now())


@pytest.mark.slow
@alone
def test_changes_are_said_in_words(as_, dr_chen, clinic, alice, at):
    client, position = as_(dr_chen.user), str(position_now())
    visit = book(alice, clinic, at)
    told = changes_of(client, position, 1)
    assert told["said"] == [
        {
            "text": "Nueva cita: mañana 10:00, Alicia Vera",
            "path": reverse("portal:visit", args=[visit.public_id]),
        }
    ]
    assert told["is_new"]
    assert not told["is_lost"]
    again = client.get(CHANGES, {"desde": told["cursor"]}).json()
    assert (again["said"], again["is_new"]) == ([], False)

    reschedule_appointment(
        appointment=visit, starts_at=at + timedelta(hours=1), actor=alice, now=timezone.now()
    )
    moved = changes_of(client, told["cursor"], 1)
    assert sentences(moved) == ["Cita movida: Alicia Vera, de mañana 10:00 a mañana 11:00"]
    cancel_appointment(
        appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=timezone.now()
    )
    gone = changes_of(client, moved["cursor"], 1)
    assert sentences(gone) == ["Cita cancelada: mañana 11:00, Alicia Vera"]


@pytest.mark.slow
@alone
def test_held_time_is_said_without_a_name_and_a_booking_has_the_last_word(
    as_, dr_chen, clinic, alice, at
):
    client, position = as_(dr_chen.user), str(position_now())
    hold_slot(
        clinic=clinic, starts_at=at, holder_key="hers", address_digest="x", now=timezone.now()
    )
    assert sentences(changes_of(client, position, 1)) == ["Alguien está reservando: mañana 10:00"]
    book(alice, clinic, at, holder_key="hers")
    told = eventually(
        lambda: client.get(CHANGES, {"desde": position}).json(),
        lambda told: "Nueva cita" in str(told),
    )
    assert sentences(told) == ["Nueva cita: mañana 10:00, Alicia Vera"]


@pytest.mark.slow
@alone
def test_ones_own_acts_are_not_said_but_refresh_the_page(as_, dr_chen, clinic, alice, at):
    visit = book(alice, clinic, at)
    client, position = as_(dr_chen.user), str(position_now())
    cancel_appointment(
        appointment=visit,
        actor=dr_chen.user,
        status=Status.CANCELLED_BY_DOCTOR,
        now=timezone.now(),
    )
    told = eventually(
        lambda: client.get(CHANGES, {"desde": position}).json(), lambda told: told["is_new"]
    )
    assert told["said"] == []


@pytest.mark.slow
@alone
def test_reception_is_told_of_its_consultorios_only(as_, dr_chen, clinic, carla, alice, bob, at):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    client, position = as_(carla), str(position_now())
    book(bob, other, at + timedelta(hours=3))
    book(alice, clinic, at)
    told = changes_of(client, position, 1)
    assert sentences(told) == ["Nueva cita: mañana 10:00, Alicia Vera"]
    html = client.get(NEWS).content.decode()
    assert "Alicia Vera" in html
    assert "Bruno" not in html
    assert "Cumbayá" not in html


@pytest.mark.slow
@alone
def test_another_doctor_is_told_nothing(as_, dr_diaz, clinic, alice, at):
    client, position = as_(dr_diaz.user), str(position_now())
    visit = book(alice, clinic, at)
    own = ClinicFactory(doctor=dr_diaz)
    told = eventually(
        lambda: client.get(CHANGES, {"desde": position}).json(), lambda told: told["is_new"]
    )
    assert str(visit.public_id) not in str(told)
    assert "Alicia" not in str(told)
    assert told["said"] == []
    assert own.doctor == dr_diaz


@pytest.mark.slow
@alone
def test_schedule_changes_are_said_to_reception(as_, dr_chen, clinic, carla, at):
    client, position = as_(carla), str(position_now())
    clinic.opening_hours.all().delete()
    Absence.objects.create(doctor=dr_chen, starts_at=at, ends_at=at + timedelta(hours=2))
    told = changes_of(client, position, 2)
    assert sentences(told) == [
        "Cambió el horario de La Carolina",
        "Tiempo bloqueado: de mañana 10:00 a mañana 12:00",
    ]


@pytest.mark.slow
@alone
def test_news_since_the_last_visit_until_they_are_marked_as_seen(
    as_, dr_chen, clinic, alice, bob, at
):
    client = as_(dr_chen.user)
    first, second = book(alice, clinic, at), book(bob, clinic, at + timedelta(hours=1))
    html = eventually(lambda: client.get(NEWS).content.decode(), lambda page: "Bruno" in page)
    assert html.index("Bruno Soto") < html.index("Alicia Vera")  # the latest first
    assert reverse("portal:visit", args=[first.public_id]) in html
    assert reverse("portal:visit", args=[second.public_id]) in html
    agenda = reverse("portal:agenda")
    assert "2 cambios desde su última visita" in client.get(agenda).content.decode()
    assert not ReadMark.objects.exists()  # looking marks nothing

    answer = client.post(SEEN, {"desde": str(position_now())})
    assert answer.url == agenda
    assert "No hay cambios nuevos" in client.get(NEWS).content.decode()
    assert "desde su última visita" not in client.get(agenda).content.decode()


@pytest.mark.slow
@alone
def test_mark_goes_forward_only_and_never_ahead_of_what_there_is(as_, dr_chen, clinic, alice, at):
    client = as_(dr_chen.user)
    here = position_now()
    client.post(SEEN, {"desde": str(here)}, headers={"HX-Request": "true"})
    client.post(SEEN, {"desde": "1-0"})
    assert ReadMark.objects.get().xid == here.xid
    client.post(SEEN, {"desde": f"{10**17}-0"})
    book(alice, clinic, at)
    html = eventually(lambda: client.get(NEWS).content.decode(), lambda page: "Alicia" in page)
    assert "Nueva cita: mañana 10:00, Alicia Vera" in html


@pytest.mark.slow
@alone
def test_asking_reads_a_fixed_number_of_questions(
    as_, dr_chen, clinic, alice, at, django_assert_num_queries
):
    client, position = as_(dr_chen.user), str(position_now())
    visit = book(alice, clinic, at)
    changes_of(client, position, 1)
    with django_assert_num_queries(9) as asked:
        client.get(CHANGES, {"desde": position})
    for hour in range(1, 6):
        with transaction.atomic():
            reschedule_appointment(
                appointment=visit,
                starts_at=at + timedelta(hours=hour),
                actor=alice,
                now=timezone.now(),
            )
        visit.refresh_from_db()
    count = LiveChange.objects.count()
    assert count >= 12
    with django_assert_num_queries(len(asked.captured_queries)):
        client.get(CHANGES, {"desde": position})


# Without committed changes ---------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_new_is_said_so(as_, dr_chen):
    html = as_(dr_chen.user).get(NEWS).content.decode()
    assert "No hay cambios nuevos" in html
    assert "Marcar como visto" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["", "x", "1", "-1-1", "1-1-1", "9" * 40 + "-1", "1-2;"])
def test_place_that_we_never_gave_is_refused(as_, dr_chen, place):
    client = as_(dr_chen.user)
    for page in (STREAM, CHANGES):
        answer = client.get(page, {"desde": place})
        assert answer.status_code == 400
        assert answer.json() == {"error": "Vuelva a abrir la agenda."}
    assert client.post(SEEN, {"desde": place}).status_code == 302
    assert not ReadMark.objects.exists()


@pytest.mark.django_db
def test_stream_without_an_asgi_server_says_what_is_new_and_ends(as_, dr_chen):
    """The browser comes again after `retry`: a slow stream is better than none."""
    answer = as_(dr_chen.user).get(STREAM, {"desde": "9-0"})
    assert answer["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.content.decode().startswith("retry: 1500\n\nevent: ready\ndata: ")


@pytest.mark.django_db
def test_script_that_marks_needs_no_page(as_, dr_chen):
    answer = as_(dr_chen.user).post(SEEN, {"desde": "1-0"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.django_db
def test_desks_of_others_are_closed(as_, client, alice, erin):
    for page in (STREAM, CHANGES, NEWS):
        assert client.get(page).url == f"/cuenta/login/?next={page}"
        for stranger in (alice, erin):
            assert as_(stranger).get(page).status_code == 404
    assert client.post(SEEN).url == f"/cuenta/login/?next={SEEN}"
    assert as_(alice).post(SEEN).status_code == 404


@pytest.mark.django_db
def test_looking_and_marking_are_apart(as_, dr_chen):
    client = as_(dr_chen.user)
    assert [client.post(page).status_code for page in (STREAM, CHANGES, NEWS)] == [405] * 3
    assert client.get(SEEN).status_code == 405
