"""What pages show of the waiting list: places in line, and why nothing was offered yet."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models import FreedTime, WaitingEntry, WaitingOffer
from appointments.waiting import place_of, why_not
from appointments.waiting_enums import FreedState, Skip
from appointments.waiting_line import doctors_of, wish_of
from clinics.models import Clinic
from doctors.models import DoctorSpecialty

# How many freed times a page explains.
EXPLAINED = 100
# As the person who waits reads it.
WHY_NOT = {
    Skip.CLINIC: _("era en otro consultorio"),
    Skip.WEEKDAY: _("era otro día de la semana"),
    Skip.HOURS: _("no cabía en las horas que puede"),
    Skip.UNTIL: _("era después de su fecha"),
    Skip.NOT_EARLIER: _("no era antes de su cita"),
    Skip.NOTICE: _("se liberó con menos tiempo del que necesita"),
}
BECAME = {
    FreedState.OPEN: _("sigue libre"),
    FreedState.OFFERED: _("se ofreció a otra persona de la lista"),
    FreedState.FILLED: _("se ofreció a otra persona de la lista"),
    FreedState.BOOKED: _("la reservó otra persona"),
    FreedState.OVER: _("pasó sin ocuparse"),
}
TO_YOU = _("se le ofreció a usted")


@dataclass(frozen=True)
class Row:
    """An entry with its place among those whom the same time could be offered to."""

    entry: WaitingEntry
    place: int = 0
    offers: list[WaitingOffer] = field(default_factory=list)
    live: WaitingOffer | None = None


def entries_of(account: User) -> Any:
    return WaitingEntry.objects.filter(patient__account=account).with_people()


def offers_of(account: User) -> Any:
    return WaitingOffer.objects.filter(entry__patient__account=account).with_people()


def rows_of(entries: Sequence[WaitingEntry], *, now: datetime) -> list[Row]:
    """In the order given. A fixed number of queries."""
    line, areas = _line_of(entries)
    wishes = {other.pk: wish_of(other, []) for other in line}
    offers: dict[int, list[WaitingOffer]] = defaultdict(list)
    found = WaitingOffer.objects.filter(entry__in=entries).with_people()
    for offer in found.order_by("-offered_at", "-pk"):
        offers[offer.entry_id].append(offer)
    rows = []
    for entry in entries:
        rivals = (wishes[other.pk] for other in line if _competes(other, entry, areas))
        place = place_of(wish_of(entry, []), rivals) if entry.is_open else 0
        live = next((offer for offer in offers[entry.pk] if offer.is_live(now)), None)
        rows.append(Row(entry, place, offers[entry.pk], live))
    return rows


Area = tuple[int | None, int | None]
Areas = dict[int, set[Area]]


def _line_of(entries: Sequence[WaitingEntry]) -> tuple[list[WaitingEntry], Areas]:
    """Who else waits for the same doctors or in the same areas, and each doctor's areas."""
    doctors = {entry.doctor_id for entry in entries if entry.doctor_id}
    specialties: dict[int, set[int]] = defaultdict(set)
    practised = DoctorSpecialty.objects.filter(doctor__in=doctors)
    for doctor, practice in practised.values_list("doctor", "specialty"):
        specialties[doctor].add(practice)
    areas: Areas = defaultdict(set)
    for doctor, city in Clinic.objects.filter(doctor__in=doctors).values_list("doctor", "city"):
        areas[doctor] |= {(specialty, city) for specialty in specialties[doctor]}
    pairs: set[Area] = {(e.specialty_id, e.city_id) for e in entries if e.doctor_id is None}
    there = Q(doctor__in=doctors)
    for area in pairs.union(*areas.values()):
        there |= Q(doctor__isnull=True, specialty=area[0], city=area[1])
    return list(WaitingEntry.objects.open().filter(there).with_people()), areas


def _competes(other: WaitingEntry, entry: WaitingEntry, areas: Areas) -> bool:
    if other.pk == entry.pk:
        return False
    area = (other.specialty_id, other.city_id)
    if entry.doctor_id is None:
        return area == (entry.specialty_id, entry.city_id)
    return other.doctor_id == entry.doctor_id or area in areas[entry.doctor_id]


def why_nothing_yet(entry: WaitingEntry) -> list[tuple[int, Any]]:
    """What became of the times that were freed since they wait: how many, and the words."""
    doctors = doctors_of(entry)
    freed = FreedTime.objects.filter(doctor__in=doctors, freed_at__gte=entry.created_at)
    if entry.doctor_id is None:
        freed = freed.filter(clinic__city=entry.city_id)
    mine = set(entry.offers.values_list("freed", flat=True))
    wish = wish_of(entry, Clinic.objects.filter(doctor__in=doctors).order_by("id"))
    said: Counter[Any] = Counter()
    for time in freed.select_related("clinic").order_by("-freed_at")[:EXPLAINED]:
        skip = why_not(wish, time.time, now=time.freed_at)
        if time.pk in mine:
            said[TO_YOU] += 1
        else:
            said[WHY_NOT[skip] if skip else BECAME[FreedState(time.state)]] += 1
    return [(count, words) for words, count in said.most_common()]
