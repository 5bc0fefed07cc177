"""What the desk's pages read, in a fixed number of questions."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from accounts.models import Patient
from appointments.availability import floor_seconds
from appointments.enums import ChangeKind, Status
from appointments.models import (
    Absence,
    Appointment,
    AppointmentChange,
    AppointmentQuerySet,
    ExternalBusy,
)
from appointments.queries import (
    MARGIN,
    MAX_VISIT,
    Taken,
    away_around,
    busy_of,
    busy_window,
    explain_time,
    free_times,
    office_of,
    travel_times,
)
from clinics.models import Clinic
from portal.desk import Desk
from portal.grid import Canvas, Grid
from portal.looks import Look
from portal.reasons import Moment, acts_at, answers_to
from portal.stretches import closures, gone, opening, taken

# A window or a closure may reach over midnight, and other zones begin their days elsewhere.
ONE_DAY = timedelta(days=1)
# Visits of a person that the page of one shows besides it.
OTHERS = 8
# Unanswered visits on one page, and how much of what was recorded just now stands below them.
MOST_ASKED, MOST_RECENT = 50, 5
JUST_NOW = timedelta(hours=2)
# What lists and tables show of a visit; a telephone number takes its time to be read.
SHOWN = (
    "public_id", "doctor_id", "clinic_id", "starts_at", "ends_at", "status", "hold_expires_at",
    "answer_by", "is_outside_hours", "attendance_confirmed_at", "minutes_late",
    "no_show_fee", "currency", "patient__first_names", "patient__last_names",
    "day__on_the_way_at", "day__arrived_at", "day__started_at", "day__finished_at",
)  # fmt: skip
PHONES = ("phone", "patient__phone")


def clinics_of(desk: Desk, *, with_hours: bool = True) -> list[Clinic]:
    """Where this person works or worked."""
    wanted = desk.all_clinics.order_by("id")
    clinics = list(wanted.with_schedule() if with_hours else wanted)
    for clinic in clinics:
        clinic.doctor = desk.doctor
    return clinics


def visits_around(
    desk: Desk, since: datetime, until: datetime, now: datetime
) -> AppointmentQuerySet:
    """Everything that takes the doctor's time, in whichever clinic, holds too."""
    holding = desk.doctor.appointments.holding_slot(now)
    return holding.filter(
        starts_at__gt=since - MAX_VISIT, starts_at__lt=until, ends_at__gt=since
    ).order_by("starts_at", "id")


def _with_places(
    visits: AppointmentQuerySet, clinics: Iterable[Clinic], *more: str
) -> list[Appointment]:
    """With their patients' names; a visit has the clinic that was read already, if it is known."""
    known = {clinic.pk: clinic for clinic in clinics}
    found = list(visits.select_related("patient", "day").only(*SHOWN, *more))
    for visit in found:
        if visit.clinic_id in known:
            visit.clinic = known[visit.clinic_id]
    return found


def absences_around(desk: Desk, since: datetime, until: datetime) -> list[Absence]:
    found = Absence.objects.filter(doctor=desk.doctor, starts_at__lt=until, ends_at__gt=since)
    return list(found.order_by("starts_at", "id"))


def elsewhere_around(desk: Desk, since: datetime, until: datetime) -> list[ExternalBusy]:
    """When the doctor's other calendars are busy."""
    found = ExternalBusy.objects.filter(doctor=desk.doctor, starts_at__lt=until, ends_at__gt=since)
    return list(found.select_related("calendar").order_by("starts_at", "id"))


def book_of(desk: Desk, look: Look, now: datetime) -> tuple[list[Appointment], list[Appointment]]:
    """What takes the time of the look's days, and every request that waits for an answer."""
    since, until = busy_window(look.since, look.until)
    known = look.known.values()
    visits = _with_places(visits_around(desk, since, until, now), known)
    waiting = desk.visits.filter(status=Status.REQUESTED, answer_by__gt=now, starts_at__gt=now)
    requests = _with_places(waiting.order_by("starts_at", "id"), known)
    return visits, [v for v in requests if v.clinic_id in look.known]


def unrecorded_days(desk: Desk, now: datetime) -> tuple[int, list[list[Appointment]]]:
    """Visits of which nobody has said who came: how many, and the latest of them by day."""
    waiting = desk.visits.unanswered(now)
    visits = list(
        waiting.select_related("patient", "clinic", "day").only(
            *SHOWN, "clinic__name", "clinic__zone"
        ).order_by("-starts_at", "-id")[:MOST_ASKED]
    )  # fmt: skip
    days = [list(group)[::-1] for _day, group in groupby(visits, _local_date)]
    return (len(visits) if len(visits) < MOST_ASKED else waiting.count()), days


def just_recorded(desk: Desk, now: datetime) -> list[AppointmentChange]:
    """What this person said within the last hours of who came, and is still so."""
    lines = AppointmentChange.objects.filter(
        appointment__in=desk.visits,
        actor=desk.user,
        kind__in=(ChangeKind.ATTENDED, ChangeKind.NO_SHOW),
        appointment__status=F("to_status"),
        at__gt=now - JUST_NOW,
    )
    related = lines.select_related("appointment__patient", "appointment__clinic")
    latest = {line.appointment_id: line for line in related.order_by("id")}
    return list(latest.values())[: -MOST_RECENT - 1 : -1]


def grid_of(desk: Desk, look: Look, visits: list[Appointment], now: datetime) -> Grid:
    """The days of a look, every clinic's hours and all that is in them; `visits` are its book."""
    first, last = look.days[0] - ONE_DAY, look.days[-1] + ONE_DAY
    away = away_around(desk.doctor, *busy_window(look.since, look.until))
    known = Taken(busy_of(visits, away), travel_times(look.shown))
    free = free_times(look.shown, now=now, since=look.since, until=look.until, taken=known)
    canvas = Canvas(look.days, look.zone)
    offices = [(clinic, office_of(clinic)) for clinic in look.shown]
    for clinic, office in offices:
        offered = {floor_seconds(start) for start in free[clinic.pk]}
        canvas.paint(opening(clinic, office, offered, first, last, now))
    for clinic, office in offices:
        canvas.paint(closures(clinic, office, first, last))
    canvas.paint(gone(away, with_notes=desk.is_doctor))
    canvas.paint(taken(visits, look.known))
    return canvas.grid(now, hidden=look.days[5:] if look.is_week else ())


def listed_days(look: Look, visits: list[Appointment]) -> list[list[Appointment]]:
    """The visits of a look by day, each on the calendar of its clinic; no holds."""
    wished = {look.clinic.pk} if look.clinic else set(look.known)
    found = [
        v
        for v in visits
        if v.status != Status.HELD
        and v.clinic_id in wished
        and look.days[0] <= _local_date(v) <= look.days[-1]
    ]
    return [list(group) for _day, group in groupby(sorted(found, key=_local_date), _local_date)]


def _local_date(visit: Appointment) -> date:
    return visit.starts_at.astimezone(ZoneInfo(visit.zone)).date()


def changes_of(visit: Appointment) -> list[AppointmentChange]:
    """The visit's timeline, the latest line first."""
    return list(visit.changes.select_related("actor").order_by("-id"))


def other_visits(desk: Desk, visit: Appointment) -> list[Appointment]:
    """What else the same person has had, or will have, with this doctor; the latest first."""
    found = desk.visits.filter(patient=visit.patient_id).exclude(pk=visit.pk)
    place = getattr(visit, "in_series", None)
    if place is not None:
        # The page lists those by themselves.
        found = found.exclude(in_series__series=place.series_id)
    return list(found.select_related("clinic").order_by("-starts_at", "-id")[:OTHERS])


def visits_on(desk: Desk, look: Look, now: datetime) -> list[Appointment]:
    """The visits of the chosen day, each on the calendar of its clinic."""
    day = look.of_one_day()
    around = visits_around(desk, day.since - ONE_DAY, day.until + ONE_DAY, now)
    days = listed_days(day, _with_places(around, look.known.values(), *PHONES))
    return days[0] if days else []


def explained(
    desk: Desk, clinic: Clinic, at: datetime, now: datetime, clinics: list[Clinic]
) -> dict[str, object]:
    """Why the clinic offers a time or does not, and what may be done with it."""
    since, until = at - MARGIN, at + timedelta(minutes=clinic.slot_minutes) + MARGIN
    moment = Moment(
        desk, clinic, at, now,
        visits=_with_places(visits_around(desk, since, until, now), clinics),
        absences=absences_around(desk, since, until),
        elsewhere=elsewhere_around(desk, since, until),
        own=frozenset(c.pk for c in clinics),
    )  # fmt: skip
    reasons = explain_time(clinic, at, now=now)
    return {
        "moment": moment,
        "answers": answers_to(moment, reasons),
        "acts": acts_at(moment, reasons),
        "is_offered": not reasons,
    }


def patients_of(desk: Desk) -> QuerySet[Patient]:
    """Whoever has or had a visit at this desk."""
    return Patient.objects.filter(pk__in=desk.visits.values("patient"))
