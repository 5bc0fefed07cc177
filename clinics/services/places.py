"""From a point to the place and zone that it most likely is in."""

from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from django.db.models import ExpressionWrapper, F, FloatField
from django.db.models.functions import Cos, Power, Radians

from clinics.models import City

# Half a degree is some 55 km: farther away the next place tells little about the zone.
NEAR_DEGREES = Decimal("0.5")
FAR_DEGREES = Decimal(5)
EARTH_KM = 6371
Point = tuple[Decimal, Decimal]


def nearest_city(*, latitude: Decimal, longitude: Decimal) -> City | None:
    """The gazetteer's place nearest to a point on the map, None where there is none near.

    Distances are compared on a flat map with shrunken longitudes: exact enough for neighbours.
    """
    for reach in (NEAR_DEGREES, FAR_DEGREES):
        box = City.objects.filter(
            latitude__range=(latitude - reach, latitude + reach),
            longitude__range=(longitude - reach, longitude + reach),
        )
        distance = ExpressionWrapper(
            Power(F("latitude") - latitude, 2)
            + Power((F("longitude") - longitude) * Cos(Radians(F("latitude"))), 2),
            output_field=FloatField(),
        )
        city = box.order_by(distance).first()
        if city is not None:
            return city
    return None


def kilometres(one: Point, other: Point) -> float:
    """The way of the crow between two points, (latitude, longitude) each."""
    (lat1, lng1), (lat2, lng2) = ((radians(a), radians(b)) for a, b in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lng2 - lng1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))
