"""Every named constraint of series."""

import pytest

from appointments.models import (
    AppointmentChange,
    Series,
    SeriesAct,
    SeriesLine,
    SeriesVisit,
)
from appointments.models.series import LONGEST
from tests.appointments.serial import written
from tests.breaches import Breach, check
from tests.conftest import NOW
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db


def series(world):
    return world["series"]


def act(world):
    return world["act"]


def another_visit(world):
    return AppointmentFactory(clinic=world["clinic"], starts_at=NOW)


def another_line(world):
    return AppointmentChange.objects.create(
        appointment=another_visit(world), kind="booked", at=NOW, to_status="booked",
        to_starts_at=NOW, sequence=0,
    )  # fmt: skip


def ana(world):
    return world["clinic"].doctor.user


BREACHES = {
    "series_every_weeks": Breach(Series, {"every_weeks": 53, "created_by": ana, "created_at": NOW}),
    "seriesvisit_number_once": Breach(
        SeriesVisit, {"series": series, "appointment": another_visit, "number": 2}
    ),
    "seriesvisit_number_known": Breach(
        SeriesVisit, {"series": series, "appointment": another_visit, "number": LONGEST + 1}
    ),
    "seriesact_kind_known": Breach(SeriesAct, {"series": series, "kind": "attended", "size": 2}),
    "seriesact_size": Breach(SeriesAct, {"series": series, "kind": "booked", "size": 0}),
    "seriesline_position_once": Breach(
        SeriesLine, {"act": act, "change": another_line, "position": 0}
    ),
}


@pytest.fixture
def world(visit, clinic):
    made, visits = written(visit)
    line = AppointmentChange.objects.create(
        appointment=visits[1], kind="booked", at=NOW, to_status="booked",
        to_starts_at=visits[1].starts_at, sequence=0,
    )  # fmt: skip
    deed = SeriesAct.objects.create(series=made, kind="booked", size=2)
    SeriesLine.objects.create(act=deed, change=line, position=0)
    return {"series": made, "act": deed, "clinic": clinic}


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(world, name):
    check(name, BREACHES[name], world)
