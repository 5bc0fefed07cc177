"""The letter about several visits of a series, to which the same was done at once."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.calendar import calendars_of, last_change
from appointments.enums import ChangeKind, Status
from appointments.models import AppointmentChange, SeriesAct, SeriesLine
from core.templatetags.when import clock, day_long, money, zone_name
from notifications.enums import Audience
from notifications.letters.base import (
    Facts,
    Letter,
    about_link,
    button_url,
    other_side,
    page_of,
)
from notifications.letters.changes import notes_of
from notifications.models import Message
from notifications.readers import Reader


def act_of(message: Message) -> SeriesAct | None:
    """What the message's change was a part of, if of anything."""
    line: SeriesLine | None = getattr(message.change, "series_line", None)
    return line.act if line else None


def series_letter(message: Message, act: SeriesAct, _reader: Reader | None) -> Letter:
    """In the active language, times in the clinic's zone, as the act made them."""
    assert message.visit is not None
    visit, changes = message.visit, _changes(act)
    url = button_url(message, visit)
    return Letter(
        subject=series_subject(message, act),
        heading=_heading(act),
        intro=_intro(message, act),
        facts=_common(message, act),
        more=[_facts(change) for change in changes],
        button=_("Ver las citas"),
        url=url,
        notes=[*_exceptions(message, act), *notes_of(message, visit),
               *about_link(message, visit, url)],
        entries=_entries(message, changes),
        page=page_of(message, visit),
        clock=zone_name(visit.zone, changes[0].to_starts_at),
    )  # fmt: skip


def series_subject(message: Message, act: SeriesAct) -> str:
    assert message.change is not None
    assert message.visit is not None
    return _("%(what)s desde el %(when)s, %(who)s") % {
        "what": _heading(act),
        "when": _when(message.change.to_starts_at, message.visit.zone),
        "who": other_side(message, message.visit),
    }


def _changes(act: SeriesAct) -> list[AppointmentChange]:
    people = "change__appointment__"
    lines = act.lines.select_related(
        f"{people}doctor", f"{people}clinic__city", f"{people}patient"
    ).order_by("position")
    return [line.change for line in lines]


def _heading(act: SeriesAct) -> str:
    count = act.size
    if act.kind == ChangeKind.BOOKED:
        words = ngettext("%(count)d cita confirmada", "%(count)d citas confirmadas", count)
    elif act.kind == ChangeKind.RESCHEDULED:
        words = ngettext("%(count)d cita reprogramada", "%(count)d citas reprogramadas", count)
    else:
        words = ngettext("%(count)d cita cancelada", "%(count)d citas canceladas", count)
    return words % {"count": count}


def _intro(message: Message, act: SeriesAct) -> str:
    assert message.change is not None
    by_patient = message.change.to_status == Status.CANCELLED_BY_PATIENT
    if message.audience == Audience.PATIENT:
        return _to_patient(act, by_patient=by_patient)
    if act.kind == ChangeKind.BOOKED:
        return _("Hay una serie de citas nueva en la agenda.")
    if act.kind == ChangeKind.RESCHEDULED:
        return _("Estas citas de la agenda cambiaron de hora.")
    if by_patient:
        return _("El paciente canceló estas citas. Sus horas vuelven a estar libres.")
    return _("Estas citas se cancelaron. Sus horas vuelven a estar libres.")


def _to_patient(act: SeriesAct, *, by_patient: bool) -> str:
    if act.kind == ChangeKind.BOOKED:
        weeks = act.series.every_weeks
        every = ngettext("una cada semana", "una cada %(weeks)d semanas", weeks) % {"weeks": weeks}
        return _("El consultorio reservó estas citas para usted, %(every)s.") % {"every": every}
    if act.kind == ChangeKind.RESCHEDULED:
        return _(
            "El consultorio cambió la hora de estas citas. Si una no le sirve, puede cambiarla o "
            "cancelarla sin costo hasta que empiece."
        )
    if by_patient:
        return _("Cancelamos estas citas, como nos pidió.")
    return _("El consultorio canceló estas citas. Puede reservar otra hora cuando quiera.")


def _common(message: Message, act: SeriesAct) -> Facts:
    """What is the same of all of them. Never why the patient comes."""
    assert message.visit is not None
    assert message.visit.patient is not None
    visit, is_patients = message.visit, message.audience == Audience.PATIENT
    facts = [(_("Paciente"), message.visit.patient.full_name)]
    if is_patients:
        facts.append((_("Con"), visit.doctor.display_name))
    facts.append((_("Dónde"), f"{visit.clinic.name}, {visit.clinic.address}, {visit.clinic.city}"))
    if not is_patients and visit.phone:
        facts.append((_("Celular"), visit.phone.as_international))
    if is_patients and visit.price is not None and act.kind == ChangeKind.BOOKED:
        facts.append((_("Precio de cada una"), money(visit.price, visit.currency)))
    facts.append((_("Horario"), zone_name(visit.zone, visit.starts_at)))
    return facts


def _facts(change: AppointmentChange) -> Facts:
    visit, facts = change.appointment, []
    if change.from_starts_at and change.from_starts_at != change.to_starts_at:
        facts.append((_("Antes"), _when(change.from_starts_at, visit.zone)))
    facts.append((_("Cuándo"), _when(change.to_starts_at, visit.zone)))
    return [*facts, (_("Código"), visit.code or "")]


def _exceptions(message: Message, act: SeriesAct) -> list[str]:
    assert message.visit is not None
    if not act.skipped:
        return []
    dates = {"dates": "; ".join(_when(at, message.visit.zone) for at in act.skipped)}
    if act.kind == ChangeKind.RESCHEDULED:
        return [_("Estas citas se quedan a su hora de antes: %(dates)s.") % dates]
    return [_("En estas fechas no hay cita: %(dates)s.") % dates]


def _entries(message: Message, changes: list[AppointmentChange]) -> list[bytes]:
    """Of what each visit is now; a request is in no calendar."""
    return calendars_of(
        [
            (visit, page_of(message, visit), _changed_at(change))
            for change in changes
            if (visit := change.appointment).status != Status.REQUESTED
        ]
    )


def _when(at: datetime, zone: str) -> str:
    """With the year, where it is another one: a series is long."""
    return f"{day_long(at, zone)}, {clock(at, zone)}"


def _changed_at(change: AppointmentChange) -> datetime:
    visit = change.appointment
    return change.at if change.sequence == visit.sequence else last_change(visit)
