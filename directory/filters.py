"""What a search may be narrowed and ordered by; every state is a link that can be shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from appointments.services.indexing import PARTS

# "Near me" is within an hour's way; rounded so that a link tells the quarter, not the house.
NEAR_KM = 50
COORDINATE_PLACES = 2


class When(StrEnum):
    ANY = ""
    TODAY = "hoy"
    WEEK = "semana"


class Order(StrEnum):
    SOONEST = "antes"
    NEAREST = "cerca"
    CHEAPEST = "precio"
    BEST_RATED = "opiniones"


@dataclass(frozen=True)
class Point:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Box:
    """A rectangle of the map, degrees: `west` <= `east`."""

    west: float
    south: float
    east: float
    north: float


# Parts of a day as links name them -> as the index does.
MOMENTS = dict(zip(("manana", "tarde", "noche"), PARTS, strict=True))


@dataclass(frozen=True)
class Filters:
    """`since` is a local date of each clinic; prices are in each clinic's currency."""

    when: When = When.ANY
    since: date | None = None
    moments: tuple[str, ...] = ()
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    language: str = ""
    sex: str = ""
    payment: str = ""
    agreement: str = ""
    children: bool = False
    accessible: bool = False
    telehealth: bool = False
    # Of the opinions that patients gave, in stars; who has none is left out.
    rating_min: Decimal | None = None
    near: Point | None = None
    box: Box | None = None
    order: Order = Order.SOONEST

    @property
    def is_about_days(self) -> bool:
        return bool(self.when or self.since or self.moments)

    @property
    def parts(self) -> tuple[str, ...]:
        """Columns of the index."""
        return tuple(MOMENTS[name] for name in self.moments) or tuple(PARTS)


def filters_of(data: Mapping[str, Any]) -> Filters:
    """From a clean `ResultsForm`. A place in words goes before one on the map."""
    lat, lng = data["lat"], data["lng"]
    has_point = lat is not None and lng is not None and not data["lugar"]
    return Filters(
        when=When(data["cuando"] if data["desde"] is None else ""),
        since=data["desde"],
        moments=tuple(name for name in MOMENTS if name in data["momento"]),
        price_min=data["precio_min"],
        price_max=data["precio_max"],
        language=data["idioma"],
        sex=data["sexo"],
        payment=data["pago"],
        agreement=data["seguro"],
        children=data["ninos"],
        accessible=data["acceso"],
        telehealth=data["video"],
        rating_min=Decimal(data["estrellas"]) if data["estrellas"] else None,
        near=Point(lat, lng) if has_point else None,
        box=None if data["lugar"] else data["bbox"],
        order=Order(data["orden"] or Order.SOONEST),
    )
