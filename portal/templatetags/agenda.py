"""Dates, ages and acts as the desk's pages say them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import render_to_string
from django.utils import dateformat
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.attendance import may_miss, may_record
from appointments.models import Appointment, AppointmentChange
from core.clock import current_time
from core.templatetags.when import clock, spoken_language
from portal.attendance import fee_words
from portal.cells import Group, Shown, attendance_stem, visit_stem, will_attend
from portal.desk import Desk
from portal.stretches import Kind

register = template.Library()

A_DAY = timedelta(days=1)

MONTH = {"es": r"j \d\e F", "en": "j F"}
YEAR = {"es": r"j \d\e F \d\e Y", "en": "j F Y"}


@register.filter
def span_of_days(days: Sequence[date]) -> str:
    """«23 – 29 de noviembre de 2026», «30 de noviembre – 6 de diciembre de 2026»."""
    first, last, language = days[0], days[-1], spoken_language()
    if first.year != last.year:
        start = YEAR[language]
    elif first.month != last.month:
        start = MONTH[language]
    else:
        start = "j"
    return f"{dateformat.format(first, start)} – {dateformat.format(last, YEAR[language])}"


@register.simple_tag
def done_by(change: AppointmentChange, visit: Appointment, desk: Desk) -> str:
    """Who did it, as the person at the desk would say."""
    actor, patient = change.actor, visit.patient
    if actor is None:
        return _("automáticamente")
    if actor == desk.user:
        return _("usted")
    if actor.pk == desk.doctor.user_id:
        return desk.doctor.display_name
    if change.by_desk:
        return _("%(name)s, recepción") % {"name": actor.full_name}
    if patient is not None and actor.pk == patient.account_id:
        return _("el paciente") if patient.is_self else actor.full_name
    return _("el equipo de Doctobooking")


@register.filter
def local_date(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


@register.simple_tag
def agenda_cells(cells: Sequence[Shown]) -> SafeString:
    """Cells of the agenda's table. Two hundred of them are a week: a template takes too long."""
    return mark_safe("".join(map(_cell, cells)))  # nosec B308 B703 -- escaped there


def _cell(cell: Shown) -> str:
    """Everything that people wrote is escaped here."""
    css = f"is-{cell.kind}{' is-over' if cell.is_past else ''}"
    if cell.mark:
        css += f" mark-{cell.mark}"
    rows = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    name, title = escape(cell.name), escape(cell.title)
    if cell.url:
        said = f"<b>{title}</b> <span>{cell.clock}</span>" if title else f"<i>{cell.clock}</i>"
        said += f" <small>{escape(cell.detail)}</small>" if cell.detail else ""
        moves = f' data-db-move="{cell.movable}"' if cell.movable else ""
        inside = (
            f'<a href="{escape(cell.url)}" aria-label="{name}" data-db-cell="{cell.key}"'
            f' data-db-panel="{escape(cell.panel)}"{moves}>{said}</a>'
        )
        key = ""
    else:
        word = f'<span class="agenda-word" aria-hidden="true">{title}</span>' if title else ""
        inside = f'<span class="visually-hidden">{name}</span>{word}'
        key = f' data-db-cell="{cell.key}"'
    return f'<td class="{css}"{rows}{key}>{inside}</td>'


@register.simple_tag
def agenda_chips(cells: Sequence[Shown]) -> SafeString:
    """Times of a day's list that can be booked."""
    return mark_safe("".join(map(_chip, cells)))  # nosec B308 B703 -- escaped there


def _chip(cell: Shown) -> str:
    css = "chip chip--plain" if cell.kind == Kind.OPEN else "chip"
    return (
        f'<li><a class="{css}" href="{escape(cell.url)}" aria-label="{escape(cell.name)}"'
        f' data-db-cell="dia-{cell.key}" data-db-panel="{cell.panel}">{cell.clock}</a></li>'
    )


@register.simple_tag
def agenda_card(group: Group) -> SafeString:
    """What takes a stretch of a day's list: a visit is a link, a closed stretch only says so."""
    cell = group.cells[0]
    detail = f" · {escape(cell.detail)}" if cell.detail else ""
    said = f"<b>{escape(cell.title)}</b><small>{group.clock}–{group.until}{detail}</small>"
    if not cell.url:
        return mark_safe(f'<span class="day-card">{said}</span>')  # nosec B308 B703 -- escaped above
    css = f"day-card{' is-over' if cell.is_past else ''}"
    if cell.mark:
        css += f" mark-{cell.mark}"
    return mark_safe(  # nosec B308 B703 -- escaped above
        f'<a class="{css}" href="{escape(cell.url)}" data-db-panel="{cell.panel}"'
        f' data-db-cell="dia-{cell.key}">{said}</a>'
    )


@register.simple_tag
def agenda_rows(visits: Sequence[Appointment], now: datetime, back: str) -> SafeString:
    """Visits of a list, each in the hours of its clinic, with the buttons that say who came:
    those go to the form of `portal/_answers_form.html`. `back` is the page of the list.
    """
    return mark_safe("".join(_row(visit, now, back) for visit in visits))  # nosec B308 B703 -- there


def _row(visit: Appointment, now: datetime, back: str) -> str:
    zone = ZoneInfo(visit.zone)
    times = f"{clock(visit.starts_at, zone)}–{clock(visit.ends_at, zone)}"
    name = visit.patient.full_name if visit.patient else ""
    url = str(visit.public_id).join(visit_stem())
    pill = str(_pill(visit.status, visit.ends_at <= now, spoken_language()))
    if will_attend(visit, now):
        pill += _coming(spoken_language())
    if visit.minutes_late:
        pill += f' <span class="hint small">{_late(visit.minutes_late)}</span>'
    if may_record(visit, now):
        pill += _answers(visit, f"{name}, {times}", now, back)
    return (
        f'<tr><th scope="row">{times}</th><td><a href="{url}" data-db-panel'
        f' data-db-cell="lista-{visit.public_id}">{escape(name)}</a></td>'
        f"<td>{escape(visit.clinic.name)}</td><td>{pill}</td></tr>"
    )


def _late(minutes: int) -> str:
    return ngettext("%(n)s minuto tarde", "%(n)s minutos tarde", minutes) % {"n": minutes}


def _answers(visit: Appointment, whose: str, now: datetime, back: str) -> str:
    """One tap each; how late somebody came is asked on a page."""
    url = str(visit.public_id).join(attendance_stem())
    said = [("attended", _("Asistió")), ("no_show", _("No asistió"))][: 1 + may_miss(visit, now)]
    spoken = f'<span class="visually-hidden"> {escape(whose)}</span>'
    buttons = "".join(
        f'<button class="button button--secondary" type="submit" form="asistencia"'
        f' formaction="{url}" name="said" value="{value}"'
        f' data-db-cell="{value}-{visit.public_id}">{word}{spoken}</button>'
        for value, word in said
    )
    late = ""
    if may_miss(visit, now):
        late = f'<a href="{url}?volver={quote(back)}">{_("Llegó tarde")}{spoken}</a>'
    costs = fee_words(visit) if may_miss(visit, now) else ""
    told = _("No asistir cuesta %(fee)s.") % {"fee": costs}
    hint = f'<span class="hint small">{told}</span>' if costs else ""
    return f'<span class="answers no-print">{buttons}{late}{hint}</span>'


@lru_cache(maxsize=64)
def _pill(status: str, is_over: bool, language: str) -> SafeString:
    now = current_time()
    visit = Appointment(status=status, ends_at=now - A_DAY if is_over else now + A_DAY)
    return render_to_string(
        "appointments/_status.html", {"visit": visit, "now": now, "for_desk": True}
    )


@lru_cache(maxsize=8)
def _coming(_language: str) -> SafeString:
    context = {"label": _("Asistirá"), "kind": "success", "icon": "hand-thumb-up"}
    return mark_safe(f" {render_to_string('components/pill.html', context)}")  # nosec B308 B703 -- ours


@register.filter
def will_come(visit: Appointment, now: datetime) -> bool:
    return will_attend(visit, now)
