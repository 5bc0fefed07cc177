"""Why a time is, or is not, offered: each closing rule in words, with the page that changes it.

The engine names the rules (appointments.queries.explain_time); nothing is decided here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.availability import Obstacle
from appointments.enums import Status
from appointments.models import Absence, Appointment, ExternalBusy
from appointments.queries import ABSENCE, EXTERNAL, NOT_TAKING_PATIENTS, TRAVEL, Reason
from clinics.models import Clinic
from core.converters import FORMAT
from core.templatetags.when import clock, day_long, duration
from portal.desk import Desk

NO_HOURS = (Obstacle.OUTSIDE_HOURS, Obstacle.DAY_CLOSED)


@dataclass(frozen=True)
class Answer:
    text: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Moment:
    """A minute of a clinic, and what stands around it in the doctor's time."""

    desk: Desk
    clinic: Clinic
    at: datetime
    now: datetime
    visits: list[Appointment]
    absences: list[Absence]
    elsewhere: list[ExternalBusy]
    own: frozenset[int]

    @property
    def until(self) -> datetime:
        return self.at + timedelta(minutes=self.clinic.slot_minutes)

    def within(self, before: int = 0, after: int = 0) -> list[Appointment]:
        """Visits and holds that meet the time, or the minutes around it."""
        since, until = self.at - timedelta(minutes=before), self.until + timedelta(minutes=after)
        return [v for v in self.visits if v.starts_at < until and v.ends_at > since]


def answers_to(moment: Moment, reasons: list[Reason]) -> list[Answer]:
    """One sentence for each thing that closes the time, in the engine's order."""
    found: list[Answer] = []
    for reason in reasons:
        for answer in _SAYS[reason.obstacle](moment, reason):
            if answer not in found:
                found.append(answer)
    return found


def link(desk: Desk, route: str, *args: object, query: str = "") -> str:
    """A page of the doctor's; reception is told the reason, and changes no hours."""
    return reverse(route, args=args) + query if desk.is_doctor else ""


def _settings(moment: Moment, route: str, text: str, action: str) -> Iterator[Answer]:
    url = link(moment.desk, route, moment.clinic.public_id)
    yield Answer(text, url, action)


def _not_taking(moment: Moment, reason: Reason) -> Iterator[Answer]:
    clinic, desk = moment.clinic, moment.desk
    if not clinic.is_active:
        text = _("El consultorio está en pausa: nadie puede reservar en él.")
        yield from _settings(moment, "portal:clinic_state", text, _("Reanudar el consultorio"))
    if not clinic.doctor.is_published:
        text = _("El perfil todavía no está publicado.")
        yield Answer(text, link(desk, "portal:setup"), _("Publicar el perfil"))
    if not clinic.doctor.takes_new_patients:
        text = _("El perfil dice que no recibe pacientes nuevos.")
        yield Answer(text, link(desk, "portal:profile"), _("Cambiar el perfil"))


def _outside(moment: Moment, reason: Reason) -> Iterator[Answer]:
    text = _("Está fuera del horario, o la cita de %(length)s no cabe antes del cierre.")
    said = text % {"length": duration(moment.clinic.slot_minutes)}
    yield from _settings(moment, "portal:hours", said, _("Cambiar los horarios"))


def _day_closed(moment: Moment, reason: Reason) -> Iterator[Answer]:
    local = moment.at.astimezone(ZoneInfo(moment.clinic.zone)).date()
    notes = [
        e.note for e in moment.clinic.special_days
        if e.date == local and e.kind == "closed" and e.note
    ]  # fmt: skip
    text = _("El consultorio está cerrado ese día") + "".join(f": {n}" for n in notes[:1]) + "."
    yield from _settings(moment, "portal:dates", text, _("Cambiar las fechas especiales"))


def _blocked(moment: Moment, reason: Reason) -> Iterator[Answer]:
    text = _("Hay un cierre de unas horas en esa fecha.")
    yield from _settings(moment, "portal:dates", text, _("Cambiar las fechas especiales"))


def _off_grid(moment: Moment, reason: Reason) -> Iterator[Answer]:
    clinic = moment.clinic
    text = _("Las citas empiezan cada %(step)s desde la apertura, y esta no es una de esas horas.")
    said = text % {"step": duration(clinic.step_minutes or clinic.slot_minutes)}
    action = _("Cambiar la duración o el paso")
    yield from _settings(moment, "portal:booking_rules", said, action)


def _notice(moment: Moment, reason: Reason) -> Iterator[Answer]:
    if moment.at < moment.now:
        yield Answer(_("Esa hora ya pasó."))
        return
    text = _("Se reserva con al menos %(notice)s de antelación.")
    said = text % {"notice": duration(moment.clinic.min_notice_minutes)}
    yield from _settings(moment, "portal:booking_rules", said, _("Cambiar la antelación"))


def _horizon(moment: Moment, reason: Reason) -> Iterator[Answer]:
    days = duration((moment.clinic.horizon_days or 0) * 24 * 60)
    said = _("Se reserva hasta %(days)s antes, no con más tiempo.") % {"days": days}
    action = _("Cambiar hasta cuándo se reserva")
    yield from _settings(moment, "portal:booking_rules", said, action)


def _busy(moment: Moment, reason: Reason) -> Iterator[Answer]:
    if reason.kind == ABSENCE:
        yield from _away(moment)
    if reason.kind == EXTERNAL:
        yield from _elsewhere(moment)
    for visit in moment.within():
        if visit.status == reason.kind:
            yield _in_the_way(moment, visit)


def _away(moment: Moment) -> Iterator[Answer]:
    zone = moment.clinic.zone
    for absence in moment.absences:
        if absence.starts_at < moment.until and absence.ends_at > moment.at:
            text = _("Está bloqueado desde el %(since)s hasta el %(until)s.") % {
                "since": f"{day_long(absence.starts_at, zone)}, {clock(absence.starts_at, zone)}",
                "until": f"{day_long(absence.ends_at, zone)}, {clock(absence.ends_at, zone)}",
            }
            url = link(moment.desk, "portal:unblock", absence.public_id)
            yield Answer(text, url, _("Quitar el bloqueo"))


def _elsewhere(moment: Moment) -> Iterator[Answer]:
    """Reception learns that, and when, but not by which calendar."""
    zone, desk = moment.clinic.zone, moment.desk
    for row in moment.elsewhere:
        if row.starts_at < moment.until and row.ends_at > moment.at:
            times = {
                "since": f"{day_long(row.starts_at, zone)}, {clock(row.starts_at, zone)}",
                "until": f"{day_long(row.ends_at, zone)}, {clock(row.ends_at, zone)}",
            }
            text = _("El médico está ocupado en su otro calendario desde el %(since)s hasta el "
                     "%(until)s.") % times  # fmt: skip
            if desk.is_doctor:
                text = f"{text} ({row.calendar.name})"
            yield Answer(text, link(desk, "portal:calendars"), _("Ver sus calendarios"))


def _in_the_way(moment: Moment, visit: Appointment) -> Answer:
    zone = moment.clinic.zone
    times = {"start": clock(visit.starts_at, zone), "end": clock(visit.ends_at, zone)}
    if visit.clinic_id not in moment.own:
        return Answer(_("El médico está ocupado de %(start)s a %(end)s.") % times)
    if visit.status == Status.HELD or visit.patient is None:
        times["until"] = clock(visit.hold_expires_at or visit.ends_at, zone)
        return Answer(
            _("Un paciente está reservando la hora de %(start)s a %(end)s; se le guarda hasta "
              "las %(until)s.") % times
        )  # fmt: skip
    text = _("Hay una cita de %(start)s a %(end)s: %(name)s.") % {
        **times, "name": visit.patient.full_name
    }  # fmt: skip
    return Answer(text, reverse("portal:visit", args=[visit.public_id]), _("Ver la cita"))


def _buffer(moment: Moment, reason: Reason) -> Iterator[Answer]:
    clinic = moment.clinic
    text = _(
        "No quedan libres los minutos que pide alrededor de cada cita: %(before)s antes y "
        "%(after)s después."
    ) % {"before": duration(clinic.buffer_before), "after": duration(clinic.buffer_after)}
    yield from _settings(moment, "portal:booking_rules", text, _("Cambiar esos minutos"))


def _travel(moment: Moment, reason: Reason) -> Iterator[Answer]:
    text = _("No alcanza el tiempo de traslado desde otro consultorio, o hacia él.")
    yield Answer(text, link(moment.desk, "portal:travel"), _("Cambiar los traslados"))


_SAYS: dict[str, Callable[[Moment, Reason], Iterator[Answer]]] = {
    NOT_TAKING_PATIENTS: _not_taking,
    TRAVEL: _travel,
    Obstacle.OUTSIDE_HOURS: _outside,
    Obstacle.DAY_CLOSED: _day_closed,
    Obstacle.OFF_GRID: _off_grid,
    Obstacle.BLOCKED: _blocked,
    Obstacle.BUSY: _busy,
    Obstacle.BUFFER: _buffer,
    Obstacle.NOTICE: _notice,
    Obstacle.HORIZON: _horizon,
}


def acts_at(moment: Moment, reasons: list[Reason]) -> list[Answer]:
    """What the desk may do with the time, the main thing first."""
    if moment.at < moment.now or any(v.ends_at > moment.at for v in moment.within()):
        return []
    desk, start = moment.desk, moment.at.strftime(FORMAT)
    place = f"?consultorio={moment.clinic.public_id}"
    stretch = f"{place}&desde={start}&hasta={moment.until.strftime(FORMAT)}"
    book = reverse("portal:new_visit") + f"{place}&inicio={start}"
    ways = [Answer(_("Reservar para un paciente"), book)]
    if not any(reason.kind == ABSENCE for reason in reasons):
        url = link(desk, "portal:block", query=stretch)
        ways.append(Answer(_("Bloquear este tiempo"), url))
    if any(reason.obstacle in NO_HOURS for reason in reasons):
        url = link(desk, "portal:opening", query=f"{place}&desde={start}")
        ways.append(Answer(_("Agregar espacios ese día"), url))
    return [way for way in ways if way.url]
