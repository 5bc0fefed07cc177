"""What a calendar program makes of our entries: one for each visit, whatever becomes of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from appointments.calendar import calendar_of
from appointments.enums import Status
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_moving import move_visit
from appointments.services.rescheduling import reschedule_appointment
from appointments.zones import vtimezone
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
URL = "https://doctobooking.test/citas/1/"
HOUR = timedelta(hours=1)
YEAR = range(2026, 2028)
ZONES = ["America/Santiago", "Europe/Madrid", "America/Guayaquil", "America/Asuncion"]


class Program:
    """What calendar programs do with .ics files in mails (RFC 5546): an entry is known by its UID,
    the higher SEQUENCE wins, then the later DTSTAMP, and CANCEL withdraws.
    """

    def __init__(self):
        self.entries = {}

    def receive(self, content):
        calendar = icalendar.Calendar.from_ical(content)
        for entry in calendar.walk("VEVENT"):
            known = self.entries.get(entry["uid"])
            if known is None or self._age(entry) > self._age(known):
                self.entries[entry["uid"]] = entry
                entry.is_withdrawn = calendar["method"] == "CANCEL"

    @staticmethod
    def _age(entry):
        return entry["sequence"], entry["dtstamp"].dt

    @property
    def shown(self):
        return [(e["dtstart"].dt, e["dtend"].dt) for e in self.entries.values()
                if not e.is_withdrawn]  # fmt: skip


def letter(visit):
    visit.refresh_from_db()
    return calendar_of(visit, url=URL)


@pytest.mark.parametrize("zone", ["America/Santiago", "Europe/Madrid", "America/Guayaquil"])
def test_book_move_move_cancel_is_one_entry_that_ends_withdrawn(dr_chen, alice, now, slot, zone):
    clinic = ClinicFactory(doctor=dr_chen, zone=zone, hours=[(d, 0, 1440) for d in range(1, 8)])
    program, files = Program(), []

    def receive(visit):
        files.append(letter(visit))
        program.receive(files[-1])

    visit = book_appointment(request=wish_of(alice, clinic, slot), now=now)
    receive(visit)
    assert program.shown == [(slot, slot + HOUR / 2)]
    reschedule_appointment(
        appointment=visit, starts_at=slot + HOUR, actor=alice, now=now + timedelta(seconds=20)
    )
    receive(visit)
    assert program.shown == [(slot + HOUR, slot + 1.5 * HOUR)]
    move_visit(
        appointment=visit, starts_at=slot + 3 * HOUR, minutes=30, actor=dr_chen.user,
        now=now + timedelta(seconds=40),
    )  # fmt: skip
    receive(visit)
    [(starts_at, _ends_at)] = program.shown
    assert starts_at == slot + 3 * HOUR
    assert starts_at.tzinfo == ZoneInfo(zone)
    cancel_appointment(
        appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT,
        now=now + timedelta(seconds=60),
    )  # fmt: skip
    receive(visit)
    assert program.shown == []
    assert len(program.entries) == 1
    # The mails may come in any order, and twice.
    late = Program()
    for content in (files[3], files[1], files[0], files[2], files[1], files[3]):
        late.receive(content)
    assert (late.shown, len(late.entries)) == ([], 1)


def test_stamps_and_sequence_rise_with_each_change(clinic, alice, now, slot):
    visit = book_appointment(request=wish_of(alice, clinic, slot), now=now)
    seen = []
    for step in range(3):
        entry = icalendar.Calendar.from_ical(letter(visit)).walk("VEVENT")[0]
        assert entry["dtstamp"].dt == entry["last-modified"].dt
        seen.append((int(entry["sequence"]), entry["dtstamp"].dt))
        at = now + timedelta(minutes=step + 1)
        reschedule_appointment(
            appointment=visit, starts_at=visit.starts_at + HOUR, actor=alice, now=at
        )
        visit.refresh_from_db()
    assert seen == [(n, now + timedelta(minutes=n)) for n in range(3)]


@pytest.mark.parametrize("key", ZONES)
def test_zone_component_says_what_the_zone_says(key):
    """Read by its own lines, not by its name: before, at and after each change of the clocks."""
    component = icalendar.Timezone.from_ical(vtimezone(key, YEAR.start, YEAR.stop - 1))
    zone, rules = ZoneInfo(key), rules_of(component)
    at = datetime(YEAR.start, 1, 2, tzinfo=UTC)
    while at.year < YEAR.stop:
        assert offset_by(rules, at) == at.astimezone(zone).utcoffset(), at
        at += timedelta(minutes=30)


def rules_of(component):
    """(instant, offset from then on), by RFC 5545: onsets are in the local time before them."""
    return sorted(
        (onset.replace(tzinfo=UTC) - part["tzoffsetfrom"].td, part["tzoffsetto"].td)
        for part in component.subcomponents
        for onset in [part["dtstart"].dt, *rdates(part)]
    )


def rdates(part):
    rows = part.get("rdate", [])
    return [d.dt for row in (rows if isinstance(rows, list) else [rows]) for d in row.dts]


def offset_by(rules, at):
    return [offset for since, offset in rules if since <= at][-1]


def test_hostile_names_stay_text(visit, clinic):
    clinic.name = "A\r\nBEGIN:VEVENT\nUID:x\r\nEND:VEVENT; b, c\\n \x07 " + "ñ🙂" * 60
    clinic.address = 'Calle "7";TZID=x:1\r\n SUMMARY:otra'
    clinic.doctor.first_names = "Ana\r\nMETHOD:CANCEL"
    visit.clinic, visit.doctor = clinic, clinic.doctor
    content = calendar_of(visit, url=URL)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    content.decode()  # no letter is cut in two that a reader could not join again
    assert content.count(b"\n") == content.count(b"\r\n")
    calendar = icalendar.Calendar.from_ical(content)
    [entry] = calendar.walk("VEVENT")
    assert entry["uid"] == f"{visit.public_id}@doctobooking"
    assert (calendar["method"], entry["status"]) == ("PUBLISH", "CONFIRMED")
    assert entry["location"].startswith("A\nBEGIN:VEVENT\nUID:x\nEND:VEVENT; b, c\\n ")
    assert entry["location"].endswith('🙂, Calle "7";TZID=x:1\n SUMMARY:otra')


def test_zone_is_made_once(clinic, alice):
    visits = [
        AppointmentFactory(
            clinic=clinic, starts_at=datetime(2026, 12, 1 + n, 15, tzinfo=UTC), code=f"Z{n}"
        )
        for n in range(20)
    ]
    vtimezone.cache_clear()
    for visit in visits:
        calendar_of(visit, url=URL, changed_at=visit.booked_at)
    assert vtimezone.cache_info().misses == 1


def test_last_change_costs_one_question_and_none_when_it_is_known(visit, django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar_of(visit, url=URL)
    with django_assert_num_queries(0):
        calendar_of(visit, url=URL, changed_at=visit.booked_at)
