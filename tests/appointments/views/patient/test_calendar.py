"""The visit as an .ics file."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def address(visit):
    return reverse("appointments:calendar", args=[visit.public_id])


def entry_of(answer):
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")[0]


def test_calendar_says_when_and_where(frozen, as_, alice, visit):
    answer = as_(alice).get(address(visit))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="cita-{visit.code}.ics"'
    entry = entry_of(answer)
    assert entry["dtstart"].dt == visit.starts_at
    assert entry["dtstart"].dt.tzinfo == ZoneInfo("America/Guayaquil")
    assert entry["dtend"].dt - entry["dtstart"].dt == timedelta(minutes=30)
    assert entry["summary"] == "Cita con Dra. Ana Molina Paz"
    assert entry["location"] == "La Carolina, Av. República 123"
    assert entry["url"] == f"http://testserver/citas/{visit.public_id}/"
    assert b"BEGIN:VTIMEZONE" in answer.content


def test_calendar_tells_no_health(frozen, as_, alice, visit):
    visit.reason = "MOTIVO SECRETO"
    visit.save()
    text = as_(alice).get(address(visit)).content
    for word in (b"MOTIVO", b"Cardio", b"Alicia", b"+593"):
        assert word not in text


def test_calendar_of_a_cancelled_visit_takes_it_out(frozen, as_, alice, visit):
    visit.status, visit.cancelled_at, visit.sequence = "cancelled_doctor", frozen, 2
    visit.save()
    answer = as_(alice).get(address(visit))
    assert entry_of(answer)["status"] == "CANCELLED"
    assert entry_of(answer)["sequence"] == 2
    assert b"METHOD:CANCEL" in answer.content


def test_calendar_escapes_and_folds(frozen, as_, alice, visit, clinic):
    clinic.name = "Torre; A, B\\C " + "x" * 80
    clinic.address = "Calle 1\r\nBEGIN:VALARM"
    clinic.save()
    answer = as_(alice).get(address(visit))
    assert b"Torre\\; A\\, B\\\\C" in answer.content
    assert answer.content.count(b"\r\nBEGIN:VALARM") == 1
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))


def test_calendar_of_a_stranger_is_404(as_, bob, dr_chen, visit):
    for somebody in (bob, dr_chen.user):
        assert as_(somebody).get(address(visit)).status_code == 404


def test_calendar_of_anonymous_goes_to_log_in(client, visit):
    assert client.get(address(visit)).status_code == 302


def test_calendar_is_for_looking(as_, alice, visit):
    assert as_(alice).post(address(visit)).status_code == 405


def test_calendar_of_a_request_is_tentative(as_, alice, visit, frozen):
    visit.status, visit.answer_by = "requested", frozen
    visit.save()
    assert "STATUS:TENTATIVE" in as_(alice).get(address(visit)).content.decode()
