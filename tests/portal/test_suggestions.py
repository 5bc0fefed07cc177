"""What the figures speak for, and where its link leads."""

import pytest
from django.urls import reverse

from clinics.forms.proposals import is_proposal, proposed
from clinics.models import OpeningHours
from clinics.timetables import Window
from portal.suggestions import CLOSE, MOVE, OPEN, Hours, suggestions
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db
TUESDAY = 2
MORNING, AFTERNOON = Window(TUESDAY, 540, 780), Window(TUESDAY, 900, 1080)


def office(doctor, *windows, **values):
    clinic = ClinicFactory(doctor=doctor, hours=[w[:3] for w in windows], **values)
    return type(clinic).objects.with_schedule().get(pk=clinic.pk)


def hours(window, percent, times=8):
    """Of `times` weeks, each hour of the window as full as `percent` says."""
    offered = [0] * 24
    for hour in range(window.starts_minute // 60, window.ends_minute // 60):
        offered[hour] = 60 * times
    return Hours(offered, [one * percent // 100 for one in offered])


def test_empty_hours_are_to_be_closed(dr_chen):
    clinic = office(dr_chen, MORNING)
    (one,) = suggestions([clinic], {(clinic.pk, TUESDAY): hours(MORNING, 20)})
    assert (one.kind, one.window, one.percent) == (CLOSE, MORNING, 20)
    assert one.address == (f"{reverse('portal:hours', args=[clinic.public_id])}?cerrar=2-540-780")


def test_full_hours_ask_for_one_more(dr_chen):
    clinic = office(dr_chen, MORNING)
    (one,) = suggestions([clinic], {(clinic.pk, TUESDAY): hours(MORNING, 95)})
    assert (one.kind, one.more) == (OPEN, Window(TUESDAY, 780, 840))


def test_full_hours_that_another_clinic_follows_ask_for_nothing(dr_chen):
    clinic = office(dr_chen, MORNING)
    other = office(dr_chen, Window(TUESDAY, 810, 900), name="Cumbayá")
    assert suggestions([clinic, other], {(clinic.pk, TUESDAY): hours(MORNING, 95)}) == []


def test_empty_hours_go_to_the_fuller_clinic(dr_chen):
    clinic = office(dr_chen, AFTERNOON)
    fuller = office(dr_chen, MORNING, name="Cumbayá")
    weeks = {
        (clinic.pk, TUESDAY): hours(AFTERNOON, 10),
        (fuller.pk, TUESDAY): hours(MORNING, 85),
    }
    (one,) = suggestions([clinic, fuller], weeks)
    assert (one.kind, one.to, one.to_percent) == (MOVE, fuller, 85)
    assert one.other_address.endswith("?abrir=2-900-1080")


@pytest.mark.parametrize("percent", [40, 60, 89])
def test_hours_in_between_are_let_be(dr_chen, percent):
    clinic = office(dr_chen, MORNING)
    assert suggestions([clinic], {(clinic.pk, TUESDAY): hours(MORNING, percent)}) == []


def test_three_weeks_tell_nothing_yet(dr_chen):
    clinic = office(dr_chen, MORNING)
    assert suggestions([clinic], {(clinic.pk, TUESDAY): hours(MORNING, 0, times=3)}) == []


def test_paused_clinics_are_let_be(dr_chen):
    clinic = office(dr_chen, MORNING, is_active=False)
    assert suggestions([clinic], {(clinic.pk, TUESDAY): hours(MORNING, 0)}) == []


@pytest.mark.parametrize(
    ("query", "week"),
    [
        ({"cerrar": "2-540-780"}, []),
        ({"cerrar": "2-600-660"}, [Window(2, 540, 600), Window(2, 660, 780)]),
        ({"cerrar": "3-540-780"}, [MORNING]),
        ({"abrir": "2-780-840"}, [Window(2, 540, 840)]),
        ({"abrir": "2-900-960"}, [MORNING, Window(2, 900, 960)]),
        ({"abrir": "4-0-1440"}, [MORNING, Window(4, 0, 1440)]),
        ({"abrir": "2-900-800"}, [MORNING]),
        ({"abrir": "9-1-2"}, [MORNING]),
        ({"abrir": "2-1-99999", "cerrar": "x"}, [MORNING]),
        ({"cerrar": "２-540-780"}, [MORNING]),
    ],
)
def test_proposals_of_an_address(query, week):
    assert proposed([MORNING], query) == week
    assert is_proposal([MORNING], query) == (week != [MORNING])


def test_proposal_shows_and_saves_nothing(as_, dr_chen):
    clinic = office(dr_chen, MORNING)
    page = as_(dr_chen.user).get(
        reverse("portal:hours", args=[clinic.public_id]), {"abrir": "2-780-840"}
    )
    text = page.content.decode()
    assert "Este es un horario propuesto" in text
    assert 'value="14:00"' in text
    assert OpeningHours.objects.get(clinic=clinic).ends_minute == 780
