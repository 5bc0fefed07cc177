"""Other calendars of a doctor: read again and again from a real server of this machine."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from appointments import refusals
from appointments.external_reading import Reading
from appointments.models import ExternalBusy, ExternalCalendar
from appointments.queries import is_offered
from appointments.services.external_calendars import (
    EVERY,
    LEASE,
    LONGEST_PAUSE,
    add_calendar,
    claim_due,
    keep_reading,
    question_of,
    read_due_calendars,
    read_soon,
    remove_calendar,
)
from appointments.services.locks import lock_doctor
from appointments.tasks import fetch_calendars
from clinics.models import Clinic
from core.models import LiveChange
from doctobooking.celery import app
from tests.appointments.ics import ics
from tests.core.web import a_web
from tests.factories import AppointmentFactory, DoctorFactory, ExternalCalendarFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ADDRESS = "https://calendario.ejemplo.test/secreto.ics"
HOUR = timedelta(hours=1)
TEN = "DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z\r\nSUMMARY:Peluquería"
ELEVEN = "DTSTART:20261124T160000Z\r\nDTEND:20261124T170000Z"


def span(*hours):
    """Busy hours of Tuesday 24 November, UTC."""
    day = datetime(2026, 11, 24, tzinfo=UTC)
    return [tuple(int((day + h * HOUR).timestamp()) for h in pair) for pair in hours]


@pytest.fixture
def web(settings):
    settings.EXTERNAL_CALENDARS_ON_LOOPBACK = True
    with a_web() as found:
        yield found


@pytest.fixture
def calendar(dr_chen, clinic, web, now):
    """Ana's, on the server."""
    found = ExternalCalendarFactory.build(doctor=dr_chen, next_fetch_at=now)
    found.address = web.serve("/a.ics", body=ics(TEN), ETag='"1"')
    found.save()
    return found


def read(at):
    read_due_calendars(clock=lambda: at)


def busy():
    return list(ExternalBusy.objects.order_by("starts_at").values_list("starts_at", "ends_at"))


def state(calendar):
    calendar.refresh_from_db()
    return calendar.trouble, calendar.failures


# Added and removed ---------------------------------------------------------------------------


def test_added_calendar_is_due_at_once(dr_chen, now):
    made = add_calendar(doctor=dr_chen, name="Personal", address=ADDRESS, now=now)
    made.refresh_from_db()
    assert (made.doctor, made.name, made.address) == (dr_chen, "Personal", ADDRESS)
    assert made.next_fetch_at == now
    assert b"secreto" not in bytes(made.address_sealed)


def test_five_and_no_more_and_each_once(dr_chen, dr_diaz, now, settings):
    for n in range(5):
        add_calendar(doctor=dr_chen, name=f"{n}", address=f"{ADDRESS}?{n}", now=now)
    with pytest.raises(refusals.CalendarThere):
        add_calendar(doctor=dr_chen, name="x", address=f"{ADDRESS}?3", now=now)
    with pytest.raises(refusals.TooManyCalendars):
        add_calendar(doctor=dr_chen, name="x", address=ADDRESS, now=now)
    add_calendar(doctor=dr_diaz, name="x", address=ADDRESS, now=now)
    with pytest.raises(refusals.OwnCalendar):
        add_calendar(doctor=dr_diaz, name="x", address=f"{settings.SITE_URL}/x.ics", now=now)


def test_removed_calendar_frees_its_times(frozen, clinic, calendar, slot):
    read(frozen)
    assert not is_offered(fresh(clinic), slot, now=frozen)
    remove_calendar(calendar=calendar)
    assert is_offered(fresh(clinic), slot, now=frozen)
    assert not ExternalBusy.objects.exists()
    calendar.pk = 0
    with pytest.raises(refusals.CalendarGone):
        remove_calendar(calendar=calendar)


def fresh(clinic):
    return Clinic.objects.with_schedule().get(pk=clinic.pk)


# Read ----------------------------------------------------------------------------------------


def test_busy_times_are_kept_without_words(frozen, calendar, clinic):
    read(frozen)
    assert busy() == [
        (datetime(2026, 11, 24, 15, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC))
    ]
    calendar.refresh_from_db()
    assert (calendar.trouble, calendar.failures, calendar.etag) == ("", 0, '"1"')
    assert (calendar.fetched_at, calendar.read_at, calendar.lease_until) == (frozen, frozen, None)
    assert EVERY * 0.9 <= calendar.next_fetch_at - frozen <= EVERY * 1.1
    with connection.cursor() as cursor:
        cursor.execute("SELECT b::text || c::text FROM appointments_externalbusy b, "
                       "appointments_externalcalendar c")  # fmt: skip
        assert "Peluquer" not in str(cursor.fetchall())


def test_it_is_asked_whether_there_is_something_new(frozen, calendar, web):
    read(frozen)
    web.serve("/a.ics", status=304)
    read(frozen + timedelta(minutes=20))
    assert web.asked[1][1]["If-None-Match"] == '"1"'
    calendar.refresh_from_db()
    assert (calendar.fetched_at, calendar.read_at) == (frozen + timedelta(minutes=20), frozen)
    assert len(busy()) == 1
    assert calendar.etag == '"1"'


def test_twice_a_day_all_of_it_is_read(frozen, calendar, web):
    read(frozen)
    read(frozen + timedelta(hours=13))
    assert "If-None-Match" not in web.asked[1][1]


def test_not_due_is_not_asked(frozen, calendar, web):
    read(frozen)
    read(frozen + timedelta(minutes=5))
    assert len(web.asked) == 1
    read_soon(calendar=calendar, now=frozen + timedelta(minutes=6))
    read(frozen + timedelta(minutes=6))
    assert len(web.asked) == 2


def test_closed_accounts_are_not_read(frozen, calendar, web, dr_chen):
    dr_chen.user.is_active = False
    dr_chen.user.save()
    read(frozen)
    assert web.asked == []


def test_only_what_differs_is_written(frozen, calendar, web):
    web.serve("/a.ics", body=ics(TEN, "DTSTART:20261125T150000Z\r\nDURATION:PT1H"))
    read(frozen)
    first = ExternalBusy.objects.order_by("starts_at").first().pk
    web.serve("/a.ics", body=ics(TEN, "DTSTART:20261126T150000Z\r\nDURATION:PT1H"))
    read(frozen + HOUR)
    assert [start.day for start, _end in busy()] == [24, 26]
    assert ExternalBusy.objects.order_by("starts_at").first().pk == first


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [(404, b"", "missing"), (401, b"", "denied"), (500, b"", "refused"),
     (200, b"<html>", "no_calendar"), (200, ics("DTSTART:ayer"), "broken")],
)  # fmt: skip
def test_troubles_keep_the_last_good_times(frozen, calendar, web, status, body, trouble):
    read(frozen)
    web.serve("/a.ics", status=status, body=body)
    read(frozen + HOUR)
    assert state(calendar) == (trouble, 1)
    assert len(busy()) == 1
    assert calendar.fetched_at == frozen
    web.serve("/a.ics", body=ics(ELEVEN))
    read(frozen + 2 * HOUR)
    assert state(calendar) == ("", 0)
    assert [start.hour for start, _end in busy()] == [16]


def test_pauses_grow_up_to_six_hours(frozen, calendar, web):
    web.serve("/a.ics", status=500)
    at, pauses = frozen, []
    for _n in range(8):
        read(at)
        calendar.refresh_from_db()
        pauses.append((calendar.next_fetch_at - at) / EVERY)
        at = calendar.next_fetch_at
    for pause, expected in zip(pauses, (1, 2, 4, 8, 16, 24, 24, 24), strict=True):
        assert expected * 0.9 <= pause <= expected * 1.1
    assert max(pauses) * EVERY <= LONGEST_PAUSE * 1.1
    assert state(calendar) == ("refused", 8)


def test_private_places_are_a_trouble(frozen, calendar, settings, web):
    settings.EXTERNAL_CALENDARS_ON_LOOPBACK = False
    read(frozen)
    assert state(calendar) == ("not_public", 1)
    assert web.asked == []


def test_many_are_read_in_one_tick(frozen, calendar, web, clinic):
    for n in range(6):
        more = ExternalCalendarFactory.build(doctor=DoctorFactory(), next_fetch_at=frozen)
        more.address = web.serve(f"/{n}.ics", body=ics(TEN))
        more.save()
    read(frozen)
    assert ExternalBusy.objects.count() == 7
    asked = sorted(path for path, _headers in web.asked)
    assert asked == [*(f"/{n}.ics" for n in range(6)), "/a.ics"]


def test_one_that_fails_takes_no_other_with_it(frozen, calendar, web, clinic, monkeypatch):
    """An address that no key opens, and busy times that the database refuses."""
    sealed = ExternalCalendarFactory(doctor=clinic.doctor)
    ExternalCalendar.objects.filter(pk=sealed.pk).update(address_sealed=b"x")
    odd = ExternalCalendarFactory.build(doctor=DoctorFactory(), next_fetch_at=frozen)
    odd.address = web.serve("/odd.ics", body=ics(TEN))
    odd.save()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_externalbusy ADD CONSTRAINT odd "
                       f"CHECK (doctor_id <> {odd.doctor_id}) NOT VALID")  # fmt: skip
    read(frozen)
    assert state(calendar) == ("", 0)
    assert state(sealed) == ("failed", 1)
    odd.refresh_from_db()
    assert (odd.fetched_at, odd.lease_until) == (None, frozen + LEASE)


def test_the_address_is_in_no_log(frozen, calendar, web, caplog, capfd):
    web.serve("/a.ics", status=500)
    read(frozen)
    said = "".join((caplog.text, *capfd.readouterr()))
    assert "a.ics" not in said
    assert str(web.port) not in said


def test_task_is_ticked_each_minute(frozen, calendar):
    [entry] = [e for e in app.conf.beat_schedule.values() if e["task"] == fetch_calendars.name]
    assert entry["schedule"] == timedelta(minutes=1)
    fetch_calendars()
    assert len(busy()) == 1


# Claimed -------------------------------------------------------------------------------------


def test_claimed_calendars_are_nobody_elses_until_the_lease_ends(calendar, now):
    assert claim_due(now=now, most=4) == [calendar]
    assert claim_due(now=now, most=4) == []
    assert claim_due(now=now + LEASE, most=4) == [calendar]


def test_no_more_are_claimed_than_asked_for(calendar, now):
    ExternalCalendarFactory(doctor=calendar.doctor)
    assert len(claim_due(now=now, most=1)) == 1
    assert claim_due(now=now, most=0) == []
    assert len(claim_due(now=now, most=9)) == 1


def test_whoever_comes_after_the_lease_writes_nothing(calendar, now):
    [late] = claim_due(now=now, most=1)
    [other] = claim_due(now=now + LEASE, most=1)
    keep_reading(calendar=late, reading=Reading(busy=span((15, 16))), now=now)
    assert busy() == []
    keep_reading(calendar=other, reading=Reading(busy=span((16, 17))), now=now)
    assert [start.hour for start, _end in busy()] == [16]
    keep_reading(calendar=other, reading=Reading("broken"), now=now)
    assert state(calendar) == ("", 0)


def test_removed_meanwhile(calendar, now):
    [claimed] = claim_due(now=now, most=1)
    remove_calendar(calendar=calendar)
    keep_reading(calendar=claimed, reading=Reading(busy=span((15, 16))), now=now)
    assert busy() == []
    assert not ExternalCalendar.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_different_ones(calendar, now):
    ExternalCalendarFactory(doctor=calendar.doctor)

    def take():
        try:
            return [c.pk for c in claim_due(now=now, most=1)]
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        mine = [c.pk for c in claim_due(now=now, most=1)]
        theirs = pool.submit(take).result(10)
    assert len(mine) == len(theirs) == 1
    assert mine != theirs


@pytest.mark.django_db(transaction=True)
def test_busy_doctor_is_left_for_later(calendar, now, clinic):
    """Whoever books has the doctor's row: the reading waits, and then leaves its lease to end."""
    [claimed] = claim_due(now=now, most=1)

    def keep():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            with pytest.raises(refusals.ServiceBusy):
                keep_reading(calendar=claimed, reading=Reading(busy=span((15, 16))), now=now)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        lock_doctor(clinic.doctor_id)
        pool.submit(keep).result(10)
    assert busy() == []


def test_question_is_about_the_doctors_zone_and_a_year_ahead(calendar, now, clinic):
    question = question_of(calendar, now)
    assert (question.zone, question.since) == ("America/Guayaquil", "2026-11-22T00:00:00+00:00")
    assert question.until == "2027-12-28T00:00:00+00:00"
    clinic.archived_at, clinic.is_active = now, False
    clinic.save()
    assert question_of(calendar, now).zone == "UTC"


# What follows from it ------------------------------------------------------------------------


def test_visits_that_stand_there_stay(frozen, clinic, calendar):
    visit = AppointmentFactory(clinic=clinic, starts_at=datetime(2026, 11, 24, 15, tzinfo=UTC))
    read(frozen)
    visit.refresh_from_db()
    assert (visit.status, len(busy())) == ("booked", 1)


def test_open_pages_are_told_once_and_only_of_changes(calendar, now):
    def told():
        rows = LiveChange.objects.filter(channel=f"doctor:{calendar.doctor_id}", kind="calendars")
        found = [(row.data, row.is_about_times) for row in rows]
        rows.delete()
        return found

    def keep(*hours):
        read_soon(calendar=calendar, now=now)
        [claimed] = claim_due(now=now, most=1)
        keep_reading(calendar=claimed, reading=Reading(busy=span(*hours)), now=now)

    keep((15, 16), (17, 18), (19, 20))
    assert told() == [({}, True)]
    keep((15, 16), (17, 18), (19, 20))
    assert told() == []
    keep((15, 16), (21, 22))
    assert told() == [({}, True)]
    remove_calendar(calendar=calendar)
    assert told() == [({}, True)]
