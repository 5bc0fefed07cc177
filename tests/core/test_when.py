from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from core.templatetags import when

QUITO = "America/Guayaquil"
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
NBSP = "\u00a0"


@pytest.fixture(autouse=True)
def _on_a_tuesday_in_november(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _spanish():
    with translation.override("es"):
        yield


def at(text):
    return datetime.fromisoformat(text)


def test_day():
    assert when.day(at("2026-11-25T14:20Z"), QUITO) == "miércoles 25 de noviembre"


def test_day_is_the_clinics_not_utcs():
    assert when.day(at("2026-11-25T03:00Z"), QUITO) == "martes 24 de noviembre"
    assert when.day(at("2026-11-25T03:00Z"), ZoneInfo("Europe/Madrid")).startswith("miércoles 25")


def test_day_takes_a_date():
    assert when.day(date(2026, 11, 25)) == "miércoles 25 de noviembre"


def test_day_in_english(english):
    assert when.day(at("2026-11-25T14:20Z"), QUITO) == "Wednesday 25 November"


def test_day_long_names_the_year_only_when_it_is_another():
    assert when.day_long(at("2026-11-25T14:20Z"), QUITO) == "miércoles 25 de noviembre"
    assert when.day_long(at("2027-01-05T14:20Z"), QUITO) == "martes 5 de enero de 2027"


def test_day_long_at_the_turn_of_the_year(time_machine):
    time_machine.move_to(at("2027-01-01T02:00Z"))
    assert when.day_long(at("2026-12-31T20:00Z"), QUITO) == "jueves 31 de diciembre"
    assert when.day_long(at("2026-12-31T20:00Z"), "Asia/Tokyo") == "viernes 1 de enero"


@pytest.mark.parametrize(
    ("instant", "zone", "written"),
    [
        ("2026-11-25T14:20Z", QUITO, "9:20"),
        ("2026-11-25T20:05Z", QUITO, "15:05"),
        ("2026-11-25T05:00Z", QUITO, "0:00"),
        ("2026-11-25T14:20Z", "Europe/Madrid", "15:20"),
        ("2026-11-25T14:20-05:00", None, "14:20"),
    ],
)
def test_clock_has_24_hours(instant, zone, written):
    assert when.clock(at(instant), zone) == written


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        ("2026-11-24T20:00Z", "Hoy, martes 24 de noviembre"),
        ("2026-11-25T03:00Z", "Hoy, martes 24 de noviembre"),
        ("2026-11-25T20:00Z", "Mañana, miércoles 25 de noviembre"),
        ("2026-11-23T20:00Z", "Ayer, lunes 23 de noviembre"),
        ("2026-11-26T20:00Z", "Jueves 26 de noviembre"),
        ("2027-01-05T20:00Z", "Martes 5 de enero de 2027"),
    ],
)
def test_relative_day(instant, written):
    assert when.relative_day(at(instant), QUITO) == written


def test_relative_day_in_english(english):
    assert when.relative_day(at("2026-11-24T20:00Z"), QUITO) == "Today, Tuesday 24 November"
    assert when.relative_day(at("2026-11-25T20:00Z"), QUITO) == "Tomorrow, Wednesday 25 November"


@pytest.mark.parametrize(
    ("zone", "instant", "written"),
    [
        (QUITO, "2026-11-24T17:00Z", "GMT-5"),
        ("America/Santiago", "2026-07-01T17:00Z", "GMT-4"),
        ("America/Santiago", "2026-12-01T17:00Z", "GMT-3"),
        ("Europe/London", "2026-12-01T17:00Z", "GMT"),
        ("America/St_Johns", "2026-12-01T17:00Z", "GMT-3:30"),
        ("Asia/Kolkata", "2026-12-01T17:00Z", "GMT+5:30"),
    ],
)
def test_gmt_follows_summer_time(zone, instant, written):
    assert when.gmt(zone, at(instant)) == written


def test_zone_name():
    assert when.zone_name(QUITO, NOON) == "hora de Ecuador (GMT-5)"
    assert when.zone_name(ZoneInfo("America/Bogota"), NOON) == "hora de Bogotá (GMT-5)"
    assert when.zone_name("America/Argentina/Buenos_Aires") == "hora de Buenos Aires (GMT-3)"


def test_zone_name_in_english(english):
    assert when.zone_name("America/Mexico_City", NOON) == "Mexico City time (GMT-6)"


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (Decimal("45.00"), "USD", "USD 45"),
        (Decimal("45.50"), "EUR", "EUR 45,50"),
        (Decimal("1250.00"), "MXN", "MXN 1250"),
        (Decimal("180000.00"), "COP", f"COP 180{NBSP}000"),
        (Decimal("35990.40"), "CLP", f"CLP 35{NBSP}990"),
        (0, "USD", "USD 0"),
        (None, "USD", ""),
        (Decimal("12.5"), "", "12,50"),
    ],
)
def test_money(amount, currency, written):
    code, space, rest = written.partition(" ")
    assert when.money(amount, currency) == code + (NBSP if space else "") + rest


def test_money_in_english(english):
    assert when.money(Decimal("1250.50"), "MXN") == f"MXN{NBSP}1,250.50"


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (1, "1 minuto"),
        (30, "30 minutos"),
        (60, "1 hora"),
        (90, "1 hora y 30 minutos"),
        (120, "2 horas"),
        (1440, "1 día"),
        (2880, "2 días"),
        (1565, "1 día, 2 horas y 5 minutos"),
        (0, "0 minutos"),
    ],
)
def test_duration(minutes, written):
    assert when.duration(minutes) == written


def test_duration_in_english(english):
    assert when.duration(90) == "1 hour and 30 minutes"


def test_instant_comes_back_from_a_session():
    assert when.instant("2026-11-24T14:42:00-05:00") == at("2026-11-24T19:42Z")


def test_own_time_says_nothing_where_the_clocks_agree():
    start = at("2026-11-25T14:20Z")
    assert when.own_time(start, QUITO, "America/Lima") == ""


def test_own_time_says_nothing_to_those_who_never_chose_a_zone():
    assert when.own_time(at("2026-11-25T14:20Z"), QUITO, "UTC") == ""


def test_own_time_of_the_same_day():
    said = when.own_time(at("2026-11-25T14:20Z"), QUITO, "Europe/Madrid")
    assert said == "15:20, hora de Madrid (GMT+1)"


def test_own_time_of_another_day():
    said = when.own_time(at("2026-11-25T23:30Z"), QUITO, "Europe/Madrid")
    assert said == "jueves 26 de noviembre, 0:30, hora de Madrid (GMT+1)"
