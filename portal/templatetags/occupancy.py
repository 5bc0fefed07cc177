"""Stretches of time and days as the page of occupancy says them."""

from collections.abc import Sequence

from django import template
from django.utils import dateformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from appointments import figures
from clinics.enums import Weekday
from clinics.timetables import Window
from clinics.weeks import minute
from core.templatetags.when import DECIMAL_POINT, NBSP, day, day_long, spoken_language
from portal.charts import Bar, Cell, HeatRow
from portal.periods import DAY, MONTH, Period
from portal.templatetags.agenda import span_of_days

register = template.Library()

MONTH_WORDS = {"es": r"F \d\e Y", "en": "F Y"}
SHORT = {"es": "j/n", "en": "M j"}
SHORT_MONTH = {"es": "n/Y", "en": "M Y"}
register.filter("minute", minute)


@register.filter
def hours(minutes: int) -> str:
    """«74 h 30 min», «40 min», «0 h»: for figures that stand side by side."""
    whole, rest = divmod(int(minutes), 60)
    parts = [f"{whole}{NBSP}h" if whole or not rest else "", f"{rest}{NBSP}min" if rest else ""]
    return NBSP.join(filter(None, parts))


@register.filter
def hours_about(minutes: int) -> str:
    """«74,5»: hours with one decimal, for the side of a chart."""
    tenths = round(int(minutes) / 6)
    whole, rest = divmod(tenths, 10)
    return f"{whole}{DECIMAL_POINT[spoken_language()]}{rest}" if rest else str(whole)


@register.filter
def weekday(number: int) -> str:
    return str(Weekday(number).label)


@register.filter
def weekday_short(number: int) -> str:
    """«lun»."""
    return weekday(number)[:3]


@register.filter
def window_words(window: Window) -> str:
    """«martes, 15:00–18:00»."""
    opens, closes = minute(window.starts_minute), minute(window.ends_minute)
    return f"{weekday(window.weekday)}, {opens}–{closes}"


@register.filter
def period_words(period: Period) -> str:
    """«Noviembre de 2026», «23 – 29 de noviembre de 2026», «Lunes 23 de noviembre»."""
    if period.kind == MONTH:
        return capfirst(dateformat.format(period.first, MONTH_WORDS[spoken_language()]))
    if period.kind == DAY or period.first == period.last:
        return capfirst(day_long(period.first))
    return span_of_days(period.days)


@register.filter
def bar_words(bar: Bar, part: str) -> str:
    """Which days a bar is of."""
    if part == figures.MONTH:
        return capfirst(dateformat.format(bar.first, MONTH_WORDS[spoken_language()]))
    if bar.first == bar.last:
        return capfirst(day(bar.first))
    return span_of_days((bar.first, bar.last))


@register.filter
def bar_short(bar: Bar, part: str) -> str:
    """The same in a few letters, for below the chart."""
    if part == figures.MONTH:
        return dateformat.format(bar.first, SHORT_MONTH[spoken_language()])
    return dateformat.format(bar.first, SHORT[spoken_language()])


@register.filter
def percent_words(value: int | None) -> str:
    return _("sin horas") if value is None else f"{value}{NBSP}%"


@register.simple_tag
def bar_rows(bars: Sequence[Bar], part: str) -> SafeString:
    """The rows of the table of a chart: as a template each cell would cost more than its figure."""
    cells = '<td class="number">{}</td>' * 5
    return format_html_join(
        "\n",
        f'<tr><th scope="row">{{}}</th>{cells}</tr>',
        (
            (
                bar_words(bar, part), hours(bar.offered), hours(bar.count.booked),
                percent_words(bar.percent), hours(bar.count.attended), hours(bar.count.missed),
            )
            for bar in bars
        ),
    )  # fmt: skip


@register.simple_tag
def heat_rows(rows: Sequence[HeatRow]) -> SafeString:
    closed = format_html(
        '<td class="heat-none"><span class="visually-hidden">{}</span></td>', _("cerrado")
    )
    return format_html_join(
        "\n",
        '<tr><th scope="row">{}:00</th>{}</tr>',
        (
            (row.hour, format_html_join("", "{}", ((_cell(c, closed),) for c in row.cells)))
            for row in rows
        ),
    )


def _cell(cell: Cell, closed: SafeString) -> SafeString:
    if cell.percent is None:
        return closed
    told = f"{hours(cell.booked)} / {hours(cell.offered)}"
    return format_html('<td class="heat-{}" title="{}">{}</td>', cell.level, told, cell.percent)
