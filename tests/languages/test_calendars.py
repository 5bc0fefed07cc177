"""Pages about calendars, and feeds, speak one language."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.enums import CalendarTrouble
from appointments.models import ExternalBusy
from tests.factories import ExternalCalendarFactory
from tests.languages.browser import page

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
GOOD = {"name": "Personal", "address": "https://calendario.ejemplo.test/x.ics"}


def test_feeds_of_the_desk_speak_one_language(desk, clinic):
    for act in ("", "make", "make", "stop"):
        desk.post(page("calendars"), {"act": act, "clinic": clinic.public_id})
        desk.get(page("calendars"))


def test_own_feed_speaks_one_language(her_reader):
    path = reverse("appointments:calendar_feed")
    for act in ("", "make", "make", "stop"):
        her_reader.post(path, {"act": act})
        her_reader.get(path)


def test_new_calendars_speak_one_language(ana, settings):
    new = page("calendar_new")
    ana.get(new)
    for address in ("", "x", "https://a:b@c.test/", settings.SITE_URL, "https://c.test/" * 200):
        ana.post(new, {**GOOD, "address": address})
    for n in range(6):
        ana.post(new, {**GOOD, "address": f"{GOOD['address']}?{n // 2 * 2 if n == 3 else n}"})
        ana.get(page("calendars"))


def test_states_of_calendars_speak_one_language(ana, dr_chen, clinic, frozen):
    calendar = ExternalCalendarFactory(doctor=dr_chen, address="http://ejemplo.test/x")
    ExternalBusy.objects.create(
        calendar=calendar, doctor=dr_chen, starts_at=frozen, ends_at=frozen + timedelta(hours=1)
    )
    ana.get(page("calendars"))
    for minutes, length in ((0, 1), (1, 1), (70, 3), (9000, 0)):
        calendar.fetched_at = frozen - timedelta(minutes=minutes)
        calendar.next_fetch_at = frozen + timedelta(minutes=1)
        calendar.save()
        calendar.busy.update(ends_at=frozen + timedelta(hours=length or 1))
        if not length:
            calendar.busy.all().delete()
        ana.get(page("calendars"))
    for trouble in CalendarTrouble.values:
        calendar.trouble, calendar.failures = trouble, 1
        calendar.save()
        ana.get(page("calendars"))
    ana.post(page("calendar_read", calendar), {})
    ana.get(page("calendars"))
    ana.get(page("calendar_remove", calendar))
    ana.post(page("calendar_remove", calendar), {})
    ana.get(page("calendars"))


def test_busy_elsewhere_speaks_one_language(desk, clinic, dr_chen, slot):
    calendar = ExternalCalendarFactory(doctor=dr_chen)
    ExternalBusy.objects.create(
        calendar=calendar, doctor=dr_chen, starts_at=slot, ends_at=slot + timedelta(hours=1)
    )
    for query in ({}, {"vista": "dia", "fecha": "2026-11-24"}):
        desk.get(page("agenda"), query)
    minute = {"consultorio": clinic.public_id, "inicio": "20261124T150000Z"}
    desk.get(page("why"), minute)
