"""The words and places of `data/` (README.md there), read once."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Country:
    code: str
    names: str
    weight: int
    currency: str
    price_low: Decimal
    price_high: Decimal
    price_step: Decimal
    mobile: str
    landline: str
    licence: str
    address: str
    surnames: int


@dataclass(frozen=True)
class District:
    city: str
    weight: int
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Practice:
    """How a specialty is practised: with whom it is alike, how long a visit takes, its price."""

    slug: str
    group: str
    weight: int
    title: str
    slot_minutes: tuple[int, ...]
    price_factor: Decimal

    @property
    def is_physician(self) -> bool:
        return self.title == "dr"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def countries() -> dict[str, Country]:
    return {
        row["country"]: Country(
            code=row["country"],
            names=row["names"],
            weight=int(row["weight"]),
            currency=row["currency"],
            price_low=Decimal(row["price_low"]),
            price_high=Decimal(row["price_high"]),
            price_step=Decimal(row["price_step"]),
            mobile=row["mobile"],
            landline=row["landline"],
            licence=row["licence"],
            address=row["address"],
            surnames=int(row["surnames"]),
        )
        for row in _rows("countries.csv")
    }


@cache
def districts() -> list[District]:
    return [
        District(
            city=row["city"],
            weight=int(row["weight"]),
            name=row["district"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
        )
        for row in _rows("districts.csv")
    ]


@cache
def practices() -> dict[str, Practice]:
    return {
        row["specialty"]: Practice(
            slug=row["specialty"],
            group=row["group"],
            weight=int(row["weight"]),
            title=row["title"],
            slot_minutes=tuple(int(minutes) for minutes in row["slot_minutes"].split("|")),
            price_factor=Decimal(row["price_factor"]),
        )
        for row in _rows("practices.csv")
    }


@cache
def first_names(names: str, sex: str) -> list[str]:
    return next(
        row["list"].split("|")
        for row in _rows("first_names.csv")
        if (row["names"], row["sex"]) == (names, sex)
    )


@cache
def listed(name: str, key: str) -> list[str]:
    """The list of `key` (a country, a pool of names, a group) in a file of lists."""
    return next(row["list"].split("|") for row in _rows(name) if key in row.values())


@cache
def sentences(group: str, part: str) -> list[str]:
    return [
        row["text"]
        for row in _rows("biographies.csv")
        if (row["group"], row["part"]) == (group, part)
    ]


@cache
def texts(kind: str) -> list[str]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for row in _rows("practice_texts.csv"):
        by_kind[row["kind"]].append(row["text"])
    return by_kind[kind]


@cache
def opinions(kind: str) -> list[str]:
    """What people write: "high", "mid", "low"; and answers, "thanks" and "sorry"."""
    return [row["text"] for row in _rows("opinions.csv") if row["kind"] == kind]
