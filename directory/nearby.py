"""Where the nearest doctors are when a city has none."""

from dataclasses import dataclass, replace
from datetime import datetime

from clinics.models import City, Clinic
from directory.filters import Order
from directory.finding import Search
from directory.queries import Wanted

FARTHEST_KM = 400


@dataclass(frozen=True)
class Nearest:
    city: City
    kilometres: float


def nearest_with(wanted: Wanted, *, now: datetime) -> Nearest | None:
    """The city of the doctor who fits and is nearest to the middle of the one asked for."""
    if wanted.city is None:
        return None
    filters = replace(wanted.filters, order=Order.NEAREST, box=None)
    origin = replace(wanted, filters=filters, is_anywhere=True)
    hits = Search(origin, now)[0:1]
    if not hits or hits[0].kilometres is None or hits[0].kilometres > FARTHEST_KM:
        return None
    clinic = Clinic.objects.select_related("city").filter(pk=hits[0].clinic_id).first()
    return Nearest(clinic.city, hits[0].kilometres) if clinic else None
