"""Dates that differ from the week."""

from datetime import date

import pytest

from clinics.forms.dates import DatesForm, DropForm, HolidaysForm
from clinics.holidays import Holiday, holidays_of
from clinics.services.schedule import SpecialDate

TODAY = date(2026, 11, 23)
GOOD = {"kind": "closed", "since": "2026-12-24", "until": "", "opens": "", "closes": "",
        "note": "Congreso"}  # fmt: skip


def form_of(**changed):
    form = DatesForm({**GOOD, **changed}, today=TODAY)
    form.is_valid()
    return form


def test_a_closed_day():
    assert form_of().dates == {SpecialDate(day=date(2026, 12, 24), kind="closed"): "Congreso"}


def test_days_in_a_row():
    days = form_of(until="2026-12-26").dates
    assert [d.day.day for d in days] == [24, 25, 26]


def test_a_closed_stretch_and_an_extra_opening():
    stretch = form_of(opens="10", closes="10:30")
    assert list(stretch.dates) == [
        SpecialDate(day=date(2026, 12, 24), kind="closed", starts_minute=600, ends_minute=630)
    ]
    extra = form_of(kind="extra", opens="20", closes="0:00")
    assert list(extra.dates) == [
        SpecialDate(day=date(2026, 12, 24), kind="extra", starts_minute=1200, ends_minute=1440)
    ]


BACKWARDS = "La fecha final no puede ser anterior a la inicial."
BOTH = "Escriba las dos horas; deje las dos vacías para todo el día."
LIMITS = "Escriba una fecha entre el 23/11/2026 y el 23/11/2028."


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"kind": "other"}, {"kind": ["Elija una de las opciones de la lista."]}),
        ({"since": ""}, {"since": ["Complete «Fecha»."]}),
        ({"since": "2026-11-22"}, {"since": [LIMITS]}),
        ({"until": "9999-12-31"}, {"until": [LIMITS]}),
        ({"until": "2026-12-23"}, {"until": [BACKWARDS]}),
        ({"until": "2027-12-25"}, {"until": ["Escriba como máximo un año seguido."]}),
        ({"kind": "extra"}, {"opens": ["Escriba desde y hasta qué hora atiende."]}),
        ({"opens": "9"}, {"closes": [BOTH]}),
        ({"closes": "9"}, {"opens": [BOTH]}),
        ({"opens": "9", "closes": "9"}, {"closes": ["Escriba una hora de fin distinta."]}),
        ({"opens": "24:00", "closes": "9"}, {"opens": ["Para empezar a medianoche escriba 0:00."]}),
    ],
)  # fmt: skip
def test_dates_refuse(changed, error):
    assert form_of(**changed).errors == error


def test_holidays_of_a_country():
    known = holidays_of("EC", 2026)
    assert Holiday(date(2026, 12, 25), "Navidad") in known
    assert [h.day for h in known] == sorted(h.day for h in known)
    assert holidays_of("XX", 2026) == ()
    assert Holiday(date(2026, 12, 25), "Christmas Day") in holidays_of("EC", 2026, "en")


@pytest.mark.parametrize(
    "country",
    ["AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GT", "HN", "MX", "NI", "PA", "PE",
     "PR", "PY", "SV", "UY", "VE"],
)  # fmt: skip
def test_every_country_of_the_gazetteer_has_holidays(country):
    assert date(2027, 1, 1) in {h.day for h in holidays_of(country, 2027)}


def test_holidays_that_are_ticked():
    offered = [Holiday(date(2026, 12, 25), "Navidad"), Holiday(date(2027, 1, 1), "Año Nuevo")]
    form = HolidaysForm({"days": ["2026-12-25"]}, offered=offered)
    assert form.is_valid()
    assert form.dates == {SpecialDate(day=date(2026, 12, 25), kind="closed"): "Navidad"}
    assert HolidaysForm({}, offered=offered).errors == {"days": ["Marque al menos un feriado."]}
    assert not HolidaysForm({"days": ["2026-07-14"]}, offered=offered).is_valid()


def test_entry_to_drop():
    posted = {"kind": "closed", "since": "2026-12-24", "until": "2026-12-26", "opens": "0",
              "closes": "60"}  # fmt: skip
    form = DropForm(posted)
    assert form.is_valid()
    assert form.like == SpecialDate(
        day=date(2026, 12, 24), kind="closed", starts_minute=0, ends_minute=60
    )
    assert not DropForm({**posted, "opens": "9" * 400}).is_valid()
    assert not DropForm({**posted, "since": "hoy"}).is_valid()
