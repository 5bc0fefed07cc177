"""What changed in an agenda, in words, for the person who sits at this desk.

The stream carries ids only; names and hours are read here, from what this desk may see.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import live
from appointments.enums import ChangeKind
from appointments.models import Absence, Appointment, AppointmentChange
from clinics.models import Clinic
from core.live.changes import Change, Position, latest_after
from core.templatetags.when import clock, day
from portal.desk import Desk

MOST_SHOWN = 200
# Asked by every agenda: as the ORM's it cost more to write than to answer.
UNSEEN = """
SELECT count(*)
FROM core_livechange told
JOIN appointments_appointmentchange line ON line.public_id = (told.data ->> 'line')::uuid
WHERE told.channel = %(channel)s AND told.xid >= %(xid)s
  AND (told.xid, told.id) > (%(xid)s, %(row)s)
  AND told.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  AND told.data ? 'line'
  AND line.actor_id IS DISTINCT FROM %(user)s
  AND (%(assistant)s::bigint IS NULL OR EXISTS (
    SELECT FROM appointments_appointment visit
    JOIN clinics_assistant_clinics own ON own.clinic_id = visit.clinic_id
    WHERE visit.id = line.appointment_id AND own.assistant_id = %(assistant)s
  ))
"""
# What pages show anew without a word.
SILENT = (live.VISIT, live.DAY)
# Of the moment: nobody asks afterwards who was on the way.
PASSING = (live.VISIT, live.HELD, live.RELEASED, live.ARRIVED, live.ON_THE_WAY, live.DAY)
WORDS = {
    live.ARRIVED: gettext_lazy("Está en la sala: %(who)s, cita %(when)s"),
    live.ON_THE_WAY: gettext_lazy("En camino: %(who)s, cita %(when)s"),
    live.HELD: gettext_lazy("Alguien está reservando: %(when)s"),
    live.RELEASED: gettext_lazy("Hora libre otra vez: %(when)s"),
    ChangeKind.BOOKED: gettext_lazy("Nueva cita: %(when)s, %(who)s"),
    ChangeKind.REQUESTED: gettext_lazy("Nueva solicitud: %(when)s, %(who)s"),
    ChangeKind.RESCHEDULED: gettext_lazy("Cita movida: %(who)s, de %(before)s a %(when)s"),
    ChangeKind.CANCELLED: gettext_lazy("Cita cancelada: %(when)s, %(who)s"),
    ChangeKind.ACCEPTED: gettext_lazy("Solicitud aceptada: %(when)s, %(who)s"),
    ChangeKind.DECLINED: gettext_lazy("Solicitud no aceptada: %(when)s, %(who)s"),
    ChangeKind.LAPSED: gettext_lazy("Solicitud sin respuesta a tiempo: %(when)s, %(who)s"),
    ChangeKind.WILL_ATTEND: gettext_lazy("Asistirá: %(when)s, %(who)s"),
    ChangeKind.KEPT: gettext_lazy("La cita se mantiene: %(when)s, %(who)s"),
    ChangeKind.ASKED: gettext_lazy("Se pidió elegir otra hora: %(when)s, %(who)s"),
    ChangeKind.ATTENDED: gettext_lazy("Asistió: %(when)s, %(who)s"),
    ChangeKind.NO_SHOW: gettext_lazy("No asistió: %(when)s, %(who)s"),
    ChangeKind.UNRECORDED: gettext_lazy("Sin registrar otra vez: %(when)s, %(who)s"),
    live.BLOCKED: gettext_lazy("Tiempo bloqueado: de %(since)s a %(until)s"),
    live.UNBLOCKED: gettext_lazy("Se quitó un bloqueo de la agenda"),
    live.CALENDARS: gettext_lazy("Cambiaron las horas ocupadas en otro calendario"),
    live.HOURS: gettext_lazy("Cambió el horario de %(clinic)s"),
    live.DATES: gettext_lazy("Cambiaron las fechas especiales de %(clinic)s"),
    live.CLINIC: gettext_lazy("Cambiaron los datos de %(clinic)s"),
    live.TRAVEL: gettext_lazy("Cambiaron los tiempos de traslado"),
    live.PROFILE: gettext_lazy("Cambió la publicación del perfil"),
}


@dataclass(frozen=True)
class News:
    """`path` is the page about it, "" where there is none."""

    text: str
    at: datetime
    path: str = ""
    visit: str = ""
    is_own: bool = False


def clinics_of(desk: Desk) -> set[int] | None:
    """The consultorios that this desk hears of; None means all of the doctor's."""
    return None if desk.is_doctor else set(desk.all_clinics.values_list("pk", flat=True))


def concerns(change: Change, clinics: set[int] | None) -> bool:
    return clinics is None or change.data.get("clinic") in (None, *clinics)


def news_of(desk: Desk, changes: Iterable[Change], *, now: datetime) -> list[News]:
    """One sentence a change, in their order; four queries at the most, whatever the number."""
    clinics = clinics_of(desk)
    heard = [c for c in changes if c.kind not in SILENT and concerns(c, clinics)]
    return list(filter(None, _Words(desk, heard, now).all())) if heard else []


def latest_of(news: Sequence[News]) -> list[News]:
    """The last word on each visit: what was held and then booked is a booking."""
    last = {piece.visit: number for number, piece in enumerate(news) if piece.visit}
    return [p for number, p in enumerate(news) if last.get(p.visit, number) == number]


def unseen_lines(desk: Desk, since: Position) -> int:
    """How many times others changed a visit of this desk after `since`. One question."""
    with connection.cursor() as cursor:
        cursor.execute(
            UNSEEN,
            {
                "channel": live.channel_of(desk.doctor),
                "xid": since.xid,
                "row": since.row,
                "user": desk.user.pk,
                "assistant": desk.assistant.pk if desk.assistant else None,
            },
        )
        return int(cursor.fetchone()[0])


def unseen_news(desk: Desk, since: Position, *, now: datetime) -> list[News]:
    """The same as a list, the latest first; holds come and go, and one's own acts are known."""
    channel = live.channel_of(desk.doctor)
    changes = latest_after(channel, since, without=PASSING, most=MOST_SHOWN)
    return [n for n in news_of(desk, changes, now=now) if not n.is_own]


class _Words:
    def __init__(self, desk: Desk, changes: Sequence[Change], now: datetime) -> None:
        self.desk, self.changes, self.now = desk, changes, now
        visits = Appointment.objects.filter(
            doctor=desk.doctor, public_id__in=_ids(changes, "visit")
        ).with_people()
        self.visits = {str(v.public_id): v for v in visits}
        lines = AppointmentChange.objects.filter(public_id__in=_ids(changes, "line"))
        self.lines = {str(line.public_id): line for line in lines}
        self.absences = {str(a.public_id): a for a in self._absences()}
        self.clinics = {c.pk: c for c in desk.all_clinics}

    def _absences(self) -> Iterable[Absence]:
        ids = _ids(self.changes, "absence")
        return self.desk.doctor.absences.filter(public_id__in=ids) if ids else ()

    def all(self) -> Iterable[News | None]:
        return (self._of(change) for change in self.changes)

    def _of(self, change: Change) -> News | None:
        if "visit" in change.data:
            return self._of_visit(change)
        if "absence" in change.data:
            return self._of_absence(change)
        return self._of_schedule(change)

    def _of_visit(self, change: Change) -> News | None:
        visit = self.visits.get(change.data["visit"])
        if visit is None:
            return None
        if change.kind in (live.HELD, live.RELEASED):
            text = WORDS[change.kind] % {"when": self.when(visit.starts_at, visit.clinic)}
            return News(text, change.at, visit=change.data["visit"])
        if change.kind in (live.ARRIVED, live.ON_THE_WAY) and visit.patient:
            return self._of_day(change, visit, visit.patient.full_name)
        line = self.lines.get(change.data.get("line", ""))
        if line is None or visit.patient is None:
            return None
        values = {"when": self.when(line.to_starts_at, visit.clinic)}
        values["who"] = visit.patient.full_name
        if line.from_starts_at:
            values["before"] = self.when(line.from_starts_at, visit.clinic)
        path = reverse("portal:visit", args=[visit.public_id])
        is_own = line.actor_id == self.desk.user.pk
        return News(WORDS[line.kind] % values, change.at, path, change.data["visit"], is_own)

    def _of_day(self, change: Change, visit: Appointment, who: str) -> News:
        values = {"when": self.when(visit.starts_at, visit.clinic), "who": who}
        return News(WORDS[change.kind] % values, change.at, reverse("portal:room"))

    def _of_absence(self, change: Change) -> News:
        absence = self.absences.get(change.data["absence"])
        if change.kind == live.UNBLOCKED or absence is None:
            return News(str(WORDS[live.UNBLOCKED]), change.at)
        zone = next(iter(self.clinics.values()), None)
        text = WORDS[live.BLOCKED] % {
            "since": self.when(absence.starts_at, zone),
            "until": self.when(absence.ends_at, zone),
        }
        return News(text, change.at, is_own=absence.created_by_id == self.desk.user.pk)

    def _of_schedule(self, change: Change) -> News | None:
        if "clinic" in change.data and change.data["clinic"] not in self.clinics:
            return None
        clinic = self.clinics.get(change.data.get("clinic", 0))
        text = WORDS[change.kind] % {"clinic": clinic}
        # Only the doctor in person changes these.
        return News(text, change.at, is_own=self.desk.is_doctor)

    def when(self, at: datetime, clinic: Clinic | None) -> str:
        """«hoy 15:20», «mañana 9:00», or the day and the hour."""
        zone = ZoneInfo(clinic.zone) if clinic else None
        local, today = at.astimezone(zone), self.now.astimezone(zone).date()
        words = {today: _("hoy"), today + timedelta(days=1): _("mañana")}
        word = words.get(local.date())
        return f"{word} {clock(local)}" if word else f"{day(local)}, {clock(local)}"


def _ids(changes: Iterable[Change], name: str) -> set[uuid.UUID]:
    return {uuid.UUID(c.data[name]) for c in changes if name in c.data}
