"""Vital signs: units, the limits of what can be, and what is usual in an adult. Pure.

Outside the hard limits a number is a slip and is refused; outside the usual ones it is shown with a
word, and kept. The usual ranges are of adults at rest (saturation: up to some 3000 m of altitude),
so children get no word. Names in LOINC: 8480-6 systolic, 8462-4 diastolic, 8867-4 heart rate,
9279-1 respiratory rate, 8310-5 body temperature, 59408-5 oxygen saturation by pulse oximetry,
29463-7 weight, 8302-2 height; 39156-5 is the body mass index, which is reckoned and not kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

ADULT_YEARS = 18
NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?", re.ASCII)
TENTH = Decimal("0.1")


class NotANumber(ValueError):
    """Nothing that can be such a sign."""


@dataclass(frozen=True)
class Vital:
    """`least` and `most` are what can be; `low` and `high`, where there are any, what is usual."""

    name: str
    label: Any
    unit: str
    least: Decimal
    most: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    places: int = 0

    def read(self, typed: str) -> Decimal:
        """«36,5», «36.5». Raises NotANumber."""
        if not NUMBER.fullmatch(typed):
            raise NotANumber(typed)
        value = Decimal(typed.replace(",", "."))
        exponent = value.normalize().as_tuple().exponent
        if not self.least <= value <= self.most or -int(exponent) > self.places:
            raise NotANumber(typed)
        return value

    def is_unusual(self, value: Decimal) -> bool:
        too_low = self.low is not None and value < self.low
        return too_low or (self.high is not None and value > self.high)


def _vital(name: str, label: Any, unit: str, *limits: str, places: int = 0) -> Vital:
    least, most, *usual = (Decimal(limit) for limit in limits)
    low, high = usual or (None, None)
    return Vital(name, label, unit, least, most, low, high, places)


VITALS = (
    _vital("systolic", _("Presión sistólica"), "mmHg", "40", "300", "90", "139"),
    _vital("diastolic", _("Presión diastólica"), "mmHg", "20", "200", "60", "89"),
    _vital("heart_rate", _("Frecuencia cardíaca"), "lpm", "20", "300", "50", "100"),
    _vital("respiratory_rate", _("Frecuencia respiratoria"), "rpm", "4", "90", "10", "20"),
    _vital("temperature", _("Temperatura"), "°C", "30", "45", "35.5", "37.7", places=1),
    _vital("saturation", _("Saturación de oxígeno"), "%", "30", "100", "90", "100"),
    _vital("weight", _("Peso"), "kg", "0.3", "400", places=2),
    _vital("height", _("Estatura"), "cm", "20", "250", places=1),
)
INDEX = _("Índice de masa corporal")
BY_NAME = {vital.name: vital for vital in VITALS}


@dataclass(frozen=True)
class Sign:
    """One sign as a page shows it."""

    label: Any
    value: Decimal
    unit: str
    is_unusual: bool = False


def body_mass_index(values: Mapping[str, str]) -> Decimal | None:
    """kg/m², of weight (kg) and height (cm)."""
    if not values.get("weight") or not values.get("height"):
        return None
    metres = Decimal(values["height"]) / 100
    index = Decimal(values["weight"]) / (metres * metres)
    return index.quantize(TENTH, ROUND_HALF_UP)


def is_adult(born: date | None, on: date) -> bool:
    """Whoever gave no date of birth counts as one."""
    if born is None:
        return True
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) >= ADULT_YEARS


def signs_of(values: Mapping[str, str], *, of_adult: bool) -> list[Sign]:
    """What was measured, in the order of the form, and the body mass index."""
    signs = []
    for vital in VITALS:
        if values.get(vital.name):
            value = Decimal(values[vital.name])
            unusual = of_adult and vital.is_unusual(value)
            signs.append(Sign(vital.label, value, vital.unit, unusual))
    index = body_mass_index(values)
    return signs if index is None else [*signs, Sign(INDEX, index, "kg/m²")]
