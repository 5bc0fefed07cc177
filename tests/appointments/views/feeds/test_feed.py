"""The address that calendar programs read: what it says, to whom, and until when."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import time_machine
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from appointments.enums import Status
from appointments.feeds import FeedAddress
from appointments.models import Appointment, CalendarFeed
from appointments.services.cancelling import cancel_appointment
from appointments.services.feeds import make_feed, stop_feed
from appointments.services.rescheduling import reschedule_appointment
from clinics.services.reception import end_assistant
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db


def path_of(feed):
    return reverse("appointments:feed", args=[FeedAddress(feed).url.rpartition("/")[2][:-4]])


def read(feed, **headers):
    return Client().get(path_of(feed), headers=headers)


def entries(feed):
    answer = read(feed)
    assert answer.status_code == 200
    calendar = icalendar.Calendar.from_ical(answer.content)
    return {str(e["summary"]): e for e in calendar.walk("VEVENT")}


@pytest.fixture
def hers(frozen, alice):
    return make_feed(owner=alice, now=frozen)


@pytest.fixture
def anas(frozen, dr_chen, clinic):
    return make_feed(owner=dr_chen.user, clinic=clinic, now=frozen)


@pytest.fixture
def carlas(frozen, carla, clinic):
    return make_feed(owner=carla, clinic=clinic, now=frozen)


def test_patients_feed(hers, visit, alice, settings):
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo José")
    AppointmentFactory(
        clinic=visit.clinic, patient=child, starts_at=visit.starts_at + timedelta(days=1)
    )
    answer = read(hers)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    for line in ("METHOD:PUBLISH", "X-PUBLISHED-TTL:PT30M", "TZID:America/Guayaquil",
                 "REFRESH-INTERVAL;VALUE=DURATION:PT30M"):  # fmt: skip
        assert f"\r\n{line}\r\n" in answer.content.decode()
    found = entries(hers)
    doctor = "Cita con Dra. Ana Molina Paz"
    assert list(found) == [doctor, f"{doctor} (Mateo)"]
    assert found[doctor]["uid"] == f"{visit.public_id}@doctobooking"
    assert found[doctor]["dtstart"].dt == visit.starts_at
    assert found[doctor]["url"] == f"{settings.SITE_URL}/citas/{visit.public_id}/"


def test_doctors_feed_names_no_patient(anas, visit, settings):
    visit.reason = "MOTIVO SECRETO"
    visit.save()
    elsewhere = ClinicFactory(doctor=visit.doctor)
    AppointmentFactory(clinic=elsewhere, starts_at=visit.starts_at + timedelta(days=1))
    found = entries(anas)
    assert list(found) == [f"Cita {visit.code}"]
    entry = found[f"Cita {visit.code}"]
    assert entry["url"] == f"{settings.SITE_URL}/agenda/citas/{visit.public_id}/"
    text = read(anas).content.decode()
    for word in ("Alicia", "Vera", "MOTIVO", "593", "Cardio"):
        assert word not in text


def test_feed_speaks_its_owners_language(hers, visit, alice):
    alice.language = "en"
    alice.save()
    assert list(entries(hers)) == ["Visit with Dr Ana Molina Paz"]


@pytest.mark.parametrize(
    ("status", "ago", "more", "shown"),
    [
        ("booked", -5, {}, "CONFIRMED"),
        ("requested", -5, {}, "TENTATIVE"),
        ("attended", 29, {}, "CONFIRMED"),
        ("booked", 31, {}, None),
        ("cancelled_doctor", -5, {"cancelled": 29}, "CANCELLED"),
        ("cancelled_patient", -5, {"cancelled": 31}, None),
        ("declined", 3, {"cancelled": 5}, "CANCELLED"),
        ("expired", -5, {}, None),
    ],
)
def test_what_is_in_a_feed(hers, anas, alice, clinic, frozen, status, ago, more, shown):
    changes = {"cancelled_at": frozen - timedelta(days=more["cancelled"])} if more else {}
    AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), status=status,
        starts_at=frozen - timedelta(days=ago, hours=1), **changes,
    )  # fmt: skip
    expected = [shown] if shown else []
    for feed in (hers, anas):
        assert [e["status"] for e in entries(feed).values()] == expected


def test_holds_are_nobodys_visit(anas, clinic, slot, frozen):
    Appointment.objects.create(
        clinic=clinic, doctor=clinic.doctor, status=Status.HELD, starts_at=slot,
        ends_at=slot + timedelta(minutes=30), hold_expires_at=frozen + timedelta(minutes=10),
    )  # fmt: skip
    assert entries(anas) == {}


def test_move_and_cancel_are_the_same_entry(hers, visit, alice, frozen):
    seen = []

    def look():
        [entry] = entries(hers).values()
        visit.refresh_from_db()
        assert entry["dtstart"].dt == visit.starts_at
        seen.append((str(entry["uid"]), int(entry["sequence"]), str(entry["status"])))

    look()
    later = visit.starts_at + timedelta(hours=1)
    reschedule_appointment(appointment=visit, starts_at=later, actor=alice, now=frozen)
    look()
    cancel_appointment(
        appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=frozen
    )
    look()
    uid = f"{visit.public_id}@doctobooking"
    assert seen == [(uid, 0, "CONFIRMED"), (uid, 1, "CONFIRMED"), (uid, 2, "CANCELLED")]


def test_unchanged_is_304_and_any_change_is_not(hers, visit, clinic, alice):
    first = read(hers)
    assert first["Cache-Control"] == "private, no-store"
    assert not first.cookies
    mark = {"If-None-Match": first["ETag"]}
    again = read(hers, **mark)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert read(hers, **{"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    assert read(hers, **{"If-None-Match": '"otra"'}).status_code == 200
    clinic.address = "Otra calle 1"
    clinic.save()
    assert read(hers, **mark).status_code == 200
    mark = {"If-None-Match": read(hers)["ETag"]}
    assert read(hers, **mark, **{"Accept-Language": "en"}).status_code == 304
    alice.language = "en"
    alice.save()
    assert read(hers, **mark).status_code == 200


def test_last_modified_follows_the_visits(hers, visit, alice, frozen):
    before = read(hers)["Last-Modified"]
    assert before == "Mon, 23 Nov 2026 00:00:00 GMT"
    later = visit.starts_at + timedelta(hours=1)
    reschedule_appointment(appointment=visit, starts_at=later, actor=alice, now=frozen)
    after = read(hers, **{"If-Modified-Since": before})
    assert (after.status_code, after["Last-Modified"]) == (200, "Mon, 23 Nov 2026 14:00:00 GMT")


def gone(feed):
    answer = read(feed)
    text = answer.content.decode()
    return answer.status_code == 404 and "VEVENT" not in text


def test_called_back_and_renewed(hers, visit, alice, frozen):
    newer = make_feed(owner=alice, now=frozen)
    assert gone(hers)
    assert read(newer).status_code == 200
    stop_feed(owner=alice, now=frozen)
    assert gone(newer)
    assert not CalendarFeed.objects.filter(revoked_at=None).exists()


def test_closed_account(hers, anas, alice, dr_chen):
    for user in (alice, dr_chen.user):
        user.is_active = False
        user.save()
    assert gone(hers)
    assert gone(anas)


def test_reception_reads_until_its_work_ends(carlas, visit, clinic, frozen):
    assert list(entries(carlas)) == [f"Cita {visit.code}"]
    assistant = clinic.doctor.assistants.get()
    assistant.clinics.set([ClinicFactory(doctor=clinic.doctor)])
    assert gone(carlas)
    assistant.clinics.set([clinic])
    assert read(carlas).status_code == 200
    end_assistant(assistant=assistant, by=clinic.doctor.user, now=frozen)
    assert gone(carlas)


def test_of_a_doctor_who_is_stopped_only_patients_read(hers, anas, carlas, clinic, stop):
    stop(clinic.doctor.user)
    assert [gone(anas), gone(carlas), gone(hers)] == [True, True, False]
    stop(clinic.doctor.user, False)
    assert [gone(anas), gone(carlas), gone(hers)] == [False, False, False]


def test_doctor_of_another_clinic_or_no_doctor_any_more(frozen, anas, visit, dr_diaz, clinic):
    foreign = make_feed(owner=dr_diaz.user, clinic=clinic, now=frozen)
    assert gone(foreign)
    clinic.doctor.user.is_doctor = False
    clinic.doctor.user.save()
    assert gone(anas)


def test_tampered_unknown_and_called_back_answer_alike(hers, visit, alice, frozen):
    token = path_of(hers).rpartition("/")[2][:-4]
    row, _dot, signature = token.partition(".")
    stop_feed(owner=alice, now=frozen)
    wrong = [
        token, f"{uuid.uuid4().hex}.{signature}", f"{row}.{'A' * len(signature)}", row, "x", ".",
        str(Signer(salt="accounts.invitation", sep=".").sign(row)), str(Signer(sep=".").sign(row)),
        token.upper(), "é", "a" * 3000,
    ]  # fmt: skip
    answers = set()
    for text in wrong:
        answer = Client().get(f"/calendario/{text}.ics")
        answers.add((answer.status_code, plain(answer)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def plain(answer):
    """Without what differs from page to page: the token of forms, the path to come back to."""
    html = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return html.replace(escape(answer.wsgi_request.get_full_path()), "")


def test_reading_is_noted_now_and_then(hers, frozen):
    for minutes, noted in ((0, 0), (5, 0), (11, 11)):
        with_time(hers, frozen + timedelta(minutes=minutes))
        hers.refresh_from_db()
        assert hers.last_read_at == frozen + timedelta(minutes=noted)


def with_time(feed, moment):
    with time_machine.travel(moment, tick=False):
        assert read(feed).status_code == 200


def test_feed_is_for_looking(hers):
    assert Client().post(path_of(hers)).status_code == 405
    assert Client().head(path_of(hers)).status_code == 200


@pytest.mark.parametrize("whose", ["hers", "anas", "carlas"])
def test_questions_are_as_many_for_one_visit_as_for_thirty(request, clinic, alice, frozen, whose):
    feed = request.getfixturevalue(whose)

    def count():
        with CaptureQueriesContext(connection) as asked:
            assert read(feed).status_code == 200
        return len([q for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]])

    patient = alice.patients.get()
    AppointmentFactory(clinic=clinic, patient=patient)
    few = count()
    for n in range(30):
        AppointmentFactory(
            clinic=clinic, patient=patient, starts_at=datetime(2026, 12, 1 + n % 28, 15 + n // 28,
            tzinfo=UTC),
        )  # fmt: skip
    assert count() == few
    assert few <= 4
