"""Make static/map/outlines.json, once, from npm's world-atlas (README.md beside this file).

What a map shows where no tile server answers: the outlines of countries and their bigger towns.
Not part of the product.
"""

import csv
import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "static" / "map" / "outlines.json"
# ISO 3166-1 numbers: the gazetteer's countries, and the neighbours that stand around them.
OURS = """032 068 152 170 188 192 214 218 222 320 340 484 558 591 600 604 630 724 858 862"""
NEIGHBOURS = """076 328 740 254 084 388 332 840 620 250 504 020 012 292 780 044 136 533 531"""
TOLERANCE = 0.015  # degrees, some 1.5 km
NEIGHBOURS_TOLERANCE = 0.06
SMALLEST_ISLAND = 0.004  # square degrees
TOWN = 100_000
# The part of the world that is drawn: no Alaska, no Réunion.
WEST, SOUTH, EAST, NORTH = -120.0, -57.0, 12.0, 50.0
Point = tuple[float, float]


def arcs_of(topology: dict[str, Any], tolerances: dict[int, float]) -> list[list[Point]]:
    """Arcs as degrees, thinned out: borders that two countries share stay shared."""
    (x_scale, y_scale), (x0, y0) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for number, deltas in enumerate(topology["arcs"]):
        x = y = 0
        line = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            line.append((x * x_scale + x0, y * y_scale + y0))
        arcs.append(thin(line, tolerances.get(number, NEIGHBOURS_TOLERANCE)))
    return arcs


def thin(line: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker's way: keep the points that stand out."""
    keep, stack = {0, len(line) - 1}, [(0, len(line) - 1)]
    if line[0] == line[-1]:  # a ring has no direction to stand out from: keep its far side
        far = max(range(len(line)), key=lambda i: _square(line[i], line[0]))
        keep, stack = {0, far, len(line) - 1}, [(0, far), (far, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        middle = range(first + 1, last)
        if not middle:
            continue
        out = max(middle, key=lambda i: _distance(line[i], line[first], line[last]))
        if _distance(line[out], line[first], line[last]) > tolerance:
            keep.add(out)
            stack += [(first, out), (out, last)]
    return [line[i] for i in sorted(keep)]


def _square(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _distance(point: Point, start: Point, end: Point) -> float:
    length = _square(start, end)
    if not length:
        return _square(point, start) ** 0.5
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    along = min(1, max(0, along))
    return _square(point, (start[0] + along * dx, start[1] + along * dy)) ** 0.5


def polygons_of(shape: dict[str, Any]) -> list[list[list[int]]]:
    return {"Polygon": [shape["arcs"]], "MultiPolygon": shape["arcs"]}[shape["type"]]


def ring_of(numbers: Iterable[int], arcs: list[list[Point]]) -> list[Point]:
    ring: list[Point] = []
    for number in numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += line[1:] if ring else line
    return [(round(x, 2), round(y, 2)) for x, y in ring]


def area(ring: list[Point]) -> float:
    pairs = pairwise(ring)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def is_drawn(ring: list[Point]) -> bool:
    inside = any(WEST <= x <= EAST and SOUTH <= y <= NORTH for x, y in ring)
    return inside and area(ring) >= SMALLEST_ISLAND


def features(topology: dict[str, Any]) -> Iterator[dict[str, Any]]:
    wanted = [s for s in topology["objects"]["countries"]["geometries"]
              if s.get("id") in (OURS + " " + NEIGHBOURS).split()]  # fmt: skip
    fine = {number if number >= 0 else ~number: TOLERANCE
            for shape in wanted if shape["id"] in OURS.split()
            for polygon in polygons_of(shape) for ring in polygon for number in ring}  # fmt: skip
    arcs = arcs_of(topology, fine)
    for shape in sorted(wanted, key=lambda s: s["id"]):
        rings = ([ring_of(r, arcs) for r in polygon] for polygon in polygons_of(shape))
        kept = [polygon for polygon in rings if is_drawn(polygon[0])]
        if kept:
            geometry = {"type": "MultiPolygon", "coordinates": kept}
            home = int(shape["id"] in OURS.split())
            yield {"type": "Feature", "properties": {"home": home}, "geometry": geometry}


def towns() -> list[list[Any]]:
    """The biggest first: those that are drawn where there is little room."""
    with gzip.open(HERE / "cities.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["population"]) >= TOWN]
    rows.sort(key=lambda row: -int(row["population"]))
    return [[round(float(row["latitude"]), 2), round(float(row["longitude"]), 2), row["name"]]
            for row in rows]  # fmt: skip


def main() -> None:
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    drawing = {"type": "FeatureCollection", "features": list(features(topology))}
    text = json.dumps(
        {"land": drawing, "towns": towns()}, ensure_ascii=False, separators=(",", ":")
    )
    TARGET.write_text(text + "\n", encoding="utf-8")
    size, count = len(text.encode()), len(drawing["features"])
    sys.stdout.write(f"{TARGET.name}: {size} bytes, {count} countries\n")


if __name__ == "__main__":
    main()
