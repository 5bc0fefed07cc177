"""Instants, amounts and stretches of time as people read them.

Every instant is shown in the zone of the clinic, never in the server's or the browser's. The
grammar of a date is per language here, as in Django's own format modules; words go through the
catalogue.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.utils import dateformat
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.clock import current_time
from core.converters import InstantConverter
from core.money import exact

register = template.Library()

NBSP = "\u00a0"
DAY = {"es": r"l j \d\e F", "en": "l j F"}
DAY_LONG = {"es": r"l j \d\e F \d\e Y", "en": "l j F Y"}
THOUSANDS = {"es": NBSP, "en": ","}
DECIMAL_POINT = {"es": ",", "en": "."}

# What an account has until its owner chooses, and whose clock it is shown instead: the product is
# at home there.
NOT_CHOSEN, HOME_ZONE = "UTC", "America/Guayaquil"

# What people call the time of a zone where the zone's own name would mislead or lacks accents.
ZONE_NAMES = {
    "America/Argentina/Cordoba": "Córdoba",
    "America/Argentina/Tucuman": "Tucumán",
    "America/Asuncion": "Asunción",
    "America/Bogota": "Bogotá",
    "America/Cancun": "Cancún",
    "America/Guayaquil": "Ecuador",
    "America/Havana": "La Habana",
    "America/Mazatlan": "Mazatlán",
    "America/Merida": "Mérida",
    "America/Mexico_City": "Ciudad de México",
    "America/New_York": "Nueva York",
    "America/Panama": "Panamá",
    "America/Sao_Paulo": "São Paulo",
    "Atlantic/Canary": "Canarias",
    "Europe/London": "Londres",
    "Pacific/Easter": "Isla de Pascua",
    "Pacific/Galapagos": "Galápagos",
}
ENGLISH_ZONE_NAMES = {
    "Canarias": "Canary Islands",
    "Ciudad de México": "Mexico City",
    "Isla de Pascua": "Easter Island",
    "La Habana": "Havana",
    "Londres": "London",
    "Nueva York": "New York",
}


def spoken_language() -> str:
    """«es» or «en»: whose grammar the dates follow."""
    return "en" if (get_language() or "es").startswith("en") else "es"


def _zone(zone: str | tzinfo) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _local(value: datetime, zone: str | tzinfo | None) -> datetime:
    """The same instant on the wall of `zone`; without one, on the wall that it came with."""
    return value.astimezone(_zone(zone)) if zone else value


def _local_date(value: datetime | date, zone: str | tzinfo | None) -> date:
    return _local(value, zone).date() if isinstance(value, datetime) else value


def _today(value: datetime | date, zone: str | tzinfo | None) -> date:
    wall = _zone(zone) if zone else getattr(value, "tzinfo", None)
    return current_time().astimezone(wall or UTC).date()


@register.filter
def instant(text: str | datetime) -> datetime:
    """An aware instant from its ISO text, as sessions keep it."""
    return datetime.fromisoformat(text) if isinstance(text, str) else text


@register.filter
def instant_key(at: datetime) -> str:
    """As addresses and forms name it."""
    return InstantConverter().to_url(at)


@register.filter
def iso(at: datetime) -> str:
    """For the attribute of a <time>: HTML knows no more than thousandths of a second."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


@register.simple_tag
def now_iso() -> str:
    """Where a browser begins to count."""
    return current_time().isoformat()


@register.filter
def is_ahead(value: datetime) -> bool:
    return value > current_time()


@register.filter
def day(value: datetime | date, zone: str | tzinfo | None = None) -> str:
    """«miércoles 25 de noviembre»"""
    return _written(_local_date(value, zone), DAY[spoken_language()], get_language())


@register.filter
def day_long(value: datetime | date, zone: str | tzinfo | None = None) -> str:
    """«miércoles 25 de noviembre», and the year when it is not this one."""
    local = _local_date(value, zone)
    grammar = DAY if local.year == _today(value, zone).year else DAY_LONG
    return _written(local, grammar[spoken_language()], get_language())


@lru_cache(maxsize=1000)
def _written(date_there: date, grammar: str, _language: str | None) -> str:
    return dateformat.format(date_there, grammar)


@register.filter
def clock(value: datetime, zone: str | tzinfo | None = None) -> str:
    """«9:20», always of 24 hours."""
    local = _local(value, zone)
    return f"{local.hour}:{local.minute:02d}"


@register.filter
def relative_day(value: datetime | date, zone: str | tzinfo | None = None) -> str:
    """«Hoy, martes 24 de noviembre», «Mañana, ...», «Ayer, ...», or the capitalised day."""
    away = (_local_date(value, zone) - _today(value, zone)).days
    written = day_long(value, zone)
    if abs(away) > 1:
        return written[:1].upper() + written[1:]
    return f"{(_('Hoy'), _('Mañana'), _('Ayer'))[away]}, {written}"


@register.filter
def gmt(zone: str | tzinfo, at: datetime | None = None) -> str:
    """«GMT-5»: how far a zone is from Greenwich at an instant."""
    offset = (at or current_time()).astimezone(_zone(zone)).utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return "GMT"
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


@register.filter
def zone_name(zone: str | tzinfo, at: datetime | None = None) -> str:
    """«hora de Bogotá (GMT-5)»"""
    key = getattr(zone, "key", str(zone))
    place = ZONE_NAMES.get(key) or key.rpartition("/")[2].replace("_", " ")
    if spoken_language() == "en":
        place = ENGLISH_ZONE_NAMES.get(place, place)
    return _("hora de %(place)s (%(offset)s)") % {"place": place, "offset": gmt(zone, at)}


@register.filter
def or_home(zone: str) -> str:
    """The zone that somebody chose; without one the product's own, whose name is to be said."""
    return HOME_ZONE if zone in ("", NOT_CHOSEN) else zone


@register.simple_tag
def own_time(at: datetime, zone: str, own: str) -> str:
    """What the reader's clock says at that instant; nothing where it agrees with the clinic's."""
    if own == NOT_CHOSEN or _local(at, own).utcoffset() == _local(at, zone).utcoffset():
        return ""
    parts = [] if _local_date(at, own) == _local_date(at, zone) else [day(at, own)]
    return ", ".join([*parts, clock(at, own), zone_name(own, at)])


@register.filter
def money(amount: Decimal | int | float | str | None, currency: str = "") -> str:
    """«USD 45», «EUR 45,50», «COP 180 000»: whole amounts without decimals."""
    if amount is None or amount == "":
        return ""
    cents = exact(Decimal(str(amount)), currency)
    whole, _point, fraction = str(abs(cents)).partition(".")
    language = spoken_language()
    # From five figures on, as the Spanish academies ask; English groups from four.
    if len(whole) > (4 if language == "es" else 3):
        whole = f"{int(whole):,}".replace(",", THOUSANDS[language])
    if fraction.strip("0"):
        whole += DECIMAL_POINT[language] + fraction
    return f"{currency}{NBSP}{'-' if cents < 0 else ''}{whole}".lstrip(NBSP)


@register.filter
def duration(minutes: int) -> str:
    """«30 minutos», «2 horas», «1 hora y 30 minutos», «1 día»."""
    days, rest = divmod(int(minutes), 24 * 60)
    hours, rest = divmod(rest, 60)
    parts = [
        ngettext("%(n)s día", "%(n)s días", days) % {"n": days} if days else "",
        ngettext("%(n)s hora", "%(n)s horas", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s minuto", "%(n)s minutos", rest) % {"n": rest}
        if rest or not (days or hours)
        else "",
    ]
    *first, last = filter(None, parts)
    if not first:
        return last
    return _("%(first)s y %(last)s") % {"first": ", ".join(first), "last": last}


@register.filter
def age_on(born: date, on: date) -> str:
    """«41 años»; of small children «7 meses»."""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 24:
        return ngettext("%(n)s mes", "%(n)s meses", max(months, 0)) % {"n": max(months, 0)}
    return _("%(n)s años") % {"n": months // 12}
