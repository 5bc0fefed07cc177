"""What the preview lists is what is found, minute by minute, on the data after the change."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import serializers
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from appointments.models import Absence, Appointment, AppointmentChange
from appointments.services.schedule import preview_change
from clinics.models import Clinic, OpeningHours, ScheduleException
from core.models import Event
from tests.appointments.brute_force import MINUTE, MarkedMinutes
from tests.appointments.rewriting import Rewrite, dated, window
from tests.conftest import NOW
from tests.factories import AppointmentFactory, ClinicFactory, DoctorFactory, PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# Clocks go back in Havana on 1 November, forward in Asunción's old law; both inside the fortnight
# that is drawn below when `now` is moved there.
ZONES = ["America/Guayaquil", "America/Havana", "Europe/Madrid", "America/Santiago"]
STARTS = {"America/Havana": datetime(2026, 10, 25, 12, tzinfo=UTC),
          "Europe/Madrid": datetime(2026, 10, 19, 12, tzinfo=UTC),
          "America/Santiago": datetime(2026, 9, 1, 12, tzinfo=UTC)}  # fmt: skip
DAYS = 14
QUARTER = 15
ALWAYS = [(day, 0, 1440) for day in range(1, 8)]
KEPT = (Absence, Appointment, AppointmentChange, Clinic, Event, OpeningHours, ScheduleException)

quarters = st.integers(0, 95).map(lambda n: n * QUARTER)
ends = st.integers(0, 96).map(lambda n: n * QUARTER)
windows = st.lists(
    st.tuples(st.integers(1, 7), quarters, ends).filter(lambda w: w[1] != w[2]),
    max_size=9,
    unique_by=lambda w: w[0],  # one a day: the constraint on overlaps is not what is asked here
)
stretches = st.one_of(
    st.just(("closed", None, None)),
    st.tuples(st.sampled_from(["closed", "extra"]), quarters, ends).filter(lambda s: s[1] != s[2]),
)
specials = st.lists(st.tuples(st.integers(-1, DAYS), stretches), max_size=4)
visits = st.lists(
    st.tuples(st.integers(0, DAYS * 96), st.sampled_from([15, 30, 45, 60, 600])),
    min_size=1,
    max_size=12,
)


@st.composite
def worlds(draw):
    zone = draw(st.sampled_from(ZONES))
    return {
        "zone": zone,
        "now": STARTS.get(zone, NOW),
        "before": (draw(windows), draw(specials)),
        "after": (draw(windows), draw(specials)),
        "visits": draw(visits),
        "other_zone": draw(st.sampled_from([None, None, "America/Bogota", "America/New_York"])),
        "absence": draw(
            st.one_of(st.none(), st.tuples(st.integers(0, DAYS * 96), st.integers(1, 200)))
        ),
        "is_archived": draw(st.sampled_from([False] * 6 + [True])),
    }


QUIET = {
    "zone": ZONES[0], "now": NOW, "before": ([(d, 0, 1440) for d in range(1, 8)], []),
    "visits": [(8, 30), (50, 600), (400, 45)], "other_zone": None, "absence": None,
    "is_archived": False,
}  # fmt: skip


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=worlds())
@example(world={**QUIET, "after": ([], [])})
@example(world={**QUIET, "after": ([(d, 0, 1440) for d in range(1, 8)], []),
                "other_zone": "America/Bogota"})  # the same clock: nobody is touched  # fmt: skip
@example(world={**QUIET, "after": QUIET["before"], "absence": (9, 1)})
def test_preview_lists_exactly_what_is_found_on_the_data_after_the_change(world):
    with transaction.atomic():
        clinic, change = build(world)
        kept = everything()
        preview = preview_change(change=change, actor=clinic.doctor.user, now=world["now"])
        assert everything() == kept  # and what asked is all that happened
        shown = {one.visit.pk for one in preview.affected}
        before, clocks = found(clinic, world["now"])
        change.apply(actor=None, now=world["now"])
        after, clocks_after = found(clinic, world["now"])
        stranded = {pk for pk in after if after[pk] - before[pk]}
        assert shown == stranded | {pk for pk in clocks if clocks[pk] != clocks_after[pk]}
        transaction.set_rollback(True)


def build(world):
    """The clinic with its visits, and the change."""
    now = world["now"]
    clinic = ClinicFactory(doctor=DoctorFactory(), zone=world["zone"], hours=[])
    today = now.astimezone(ZoneInfo(world["zone"])).date()
    day = timedelta(days=1)
    rows, dates = world["before"]
    OpeningHours.objects.bulk_create(window(clinic, *row) for row in rows)
    ScheduleException.objects.bulk_create(dated(clinic, today + n * day, *s) for n, s in dates)
    midnight, until = now.replace(hour=0, minute=0), now
    patient = PatientFactory()
    for quarter, minutes in sorted(world["visits"]):
        starts_at = midnight + quarter * QUARTER * MINUTE
        if starts_at >= until:
            until = starts_at + minutes * MINUTE
            AppointmentFactory(clinic=clinic, patient=patient, starts_at=starts_at, ends_at=until)
    absence = None
    if world["absence"]:
        begins = midnight + world["absence"][0] * QUARTER * MINUTE
        absence = (begins, begins + world["absence"][1] * QUARTER * MINUTE)
    rows, dates = world["after"]
    return clinic, Rewrite(
        clinic,
        hours=rows,
        dates=[(today + n * day, *s) for n, s in dates],
        zone=world["other_zone"],
        absence=absence,
        archived_at=now if world["is_archived"] else None,
    )


def everything():
    return {
        model: Counter(serializers.serialize("json", model.objects.order_by("pk")).split("}, {"))
        for model in KEPT
    }


def found(clinic, now):
    """What keeps each coming visit from the rows that are there now; and its wall time."""
    clinic = Clinic.objects.get(pk=clinic.pk)
    coming = Appointment.objects.filter(clinic=clinic, starts_at__gt=now)
    absences = list(Absence.objects.filter(doctor=clinic.doctor))
    troubles, clocks = {}, {}
    if not coming:
        return troubles, clocks
    span = min(v.starts_at for v in coming), max(v.ends_at for v in coming)
    exceptions = list(clinic.exceptions.all())
    blocks = [e for e in exceptions if e.kind == "closed" and e.starts_minute is not None]
    hours = [(h.weekday, h.starts_minute, h.ends_minute) for h in clinic.opening_hours.all()]
    opened = MarkedMinutes(
        question(clinic, hours, [e for e in exceptions if e not in blocks]), *span
    )
    unblocked = MarkedMinutes(question(clinic, ALWAYS, blocks), *span)
    for visit in coming:
        shown = visit.starts_at.astimezone(ZoneInfo(clinic.zone))
        clocks[visit.pk] = shown.replace(tzinfo=None)
        is_shut = any(
            e.kind == "closed" and e.starts_minute is None and e.date == shown.date()
            for e in exceptions
        )
        is_outside, is_blocked = (not holds(marked, visit) for marked in (opened, unblocked))
        reasons = {
            "outside": is_outside,
            "shut": is_outside and is_shut,
            "blocked": is_blocked,
            "away": any(a.starts_at < visit.ends_at and a.ends_at > visit.starts_at
                        for a in absences),
            "archived": clinic.archived_at is not None,
        }  # fmt: skip
        troubles[visit.pk] = {name for name, is_so in reasons.items() if is_so}
    return troubles, clocks


def holds(marked, visit):
    marked.length = (visit.ends_at - visit.starts_at) // MINUTE
    return marked.fits((visit.starts_at - marked.origin) // MINUTE)


def question(clinic, hours, exceptions):
    return {
        "tz": clinic.zone,
        "slot_minutes": 600,
        "rules": [
            {"weekday": weekday, "start": clock(start), "end": clock(end)}
            for weekday, start, end in hours
        ],
        "exceptions": [
            {"date": e.date.isoformat(), "type": e.kind,
             **({} if e.starts_minute is None else
                {"start": clock(e.starts_minute), "end": clock(e.ends_minute)})}
            for e in exceptions
        ],
    }  # fmt: skip


def clock(minute):
    return f"{minute // 60:02d}:{minute % 60:02d}"
