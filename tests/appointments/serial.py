"""Series for tests: the usual visit, repeated every four weeks."""

import uuid
from datetime import timedelta

from appointments.models import Appointment, Series, SeriesVisit
from appointments.series import Wish, next_dates, shifted_dates
from appointments.services.series import SeriesPlan, make_series
from tests.factories import AppointmentFactory

WEEK = timedelta(weeks=1)


def wishes_of(visit, now, *, every=4, count=3, changes=None):
    """By number; `changes` are a Wish's other fields, by number."""
    minutes = int((visit.ends_at - visit.starts_at).total_seconds()) // 60
    return tuple(
        Wish(**{"key": str(n), "wished": at, "starts_at": at, "minutes": minutes}
             | (changes or {}).get(n, {}))
        for n, at in enumerate(next_dates(visit, every, count, now), start=1)
    )  # fmt: skip


def plan_of(visit, now, *, actor=None, every=4, key=None, **dates):
    return SeriesPlan(
        actor=actor or visit.doctor.user,
        appointment=visit,
        every_weeks=every,
        wishes=wishes_of(visit, now, every=every, **dates),
        key=key or uuid.uuid4(),
    )


def repeat(visit, now, **wish):
    return make_series(plan=plan_of(visit, now, **wish), now=now)


def of_series(series):
    """Its visits by number."""
    return list(Appointment.objects.filter(in_series__series=series).order_by("in_series__number"))


def written(visit, *, every=4, count=2, **fields):
    """A series without its services: the visit and `count` more."""
    series = Series.objects.create(
        every_weeks=every, created_by=visit.doctor.user, created_at=visit.booked_at
    )
    more = [
        AppointmentFactory(
            clinic=visit.clinic, patient=visit.patient, booked_by=visit.booked_by,
            starts_at=visit.starts_at + n * every * WEEK, **fields,
        )
        for n in range(1, count + 1)
    ]  # fmt: skip
    SeriesVisit.objects.bulk_create(
        SeriesVisit(series=series, appointment=one, number=n)
        for n, one in enumerate([visit, *more], start=1)
    )
    return series, [visit, *more]


def moves_of(visit, starts_at, visits, changes=None):
    """Wishes that move the visits as far as `visit` goes; `changes` by place in the list."""
    dates = shifted_dates(visit, starts_at, visits)
    return [
        Wish(**{"key": str(one.public_id), "wished": at, "starts_at": at, "minutes": 30,
                "before": one.starts_at} | (changes or {}).get(n, {}))
        for n, (one, at) in enumerate(zip(visits, dates, strict=True))
    ]  # fmt: skip
