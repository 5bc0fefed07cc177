"""The waiting list as its desk sees it, and the form that offers a time by hand."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from appointments.desk import desk_times
from appointments.models import FreedTime, WaitingEntry, WaitingOffer
from appointments.waiting import Time, Wish, offered_at, places_of, why_not
from appointments.waiting_enums import OfferState
from appointments.waiting_line import entries_for, wish_of
from clinics.models import Clinic
from core.forms import Form, RadioCards
from core.templatetags.when import clock, day
from portal.desk import Desk

# How far a desk looks for a time to offer, and how many it is shown.
AHEAD = timedelta(days=21)
SHOWN = 60


@dataclass(frozen=True)
class Waiter:
    """An entry of the desk's list. Whoever waits for a specialty is nobody's patient yet: they
    have no name here until they accept.
    """

    entry: WaitingEntry
    wish: Wish
    place: int
    offers: list[WaitingOffer]
    live: WaitingOffer | None

    @property
    def is_named(self) -> bool:
        return self.entry.doctor_id is not None


def waiters_of(desk: Desk, *, now: datetime) -> list[Waiter]:
    """In order; of reception those whom a time of their consultorios could fit. A fixed number of
    queries.
    """
    clinics = list(Clinic.objects.filter(doctor=desk.doctor).order_by("id"))
    entries = list(entries_for(desk.doctor))
    wishes = {entry.pk: wish_of(entry, clinics) for entry in entries}
    places = places_of(wishes.values())
    offers = _offers_of(desk, entries)
    mine = {clinic.pk for clinic in desk.clinics}
    return [
        Waiter(
            entry,
            wish,
            places[entry.pk],
            offers[entry.pk],
            next((offer for offer in offers[entry.pk] if offer.is_live(now)), None),
        )
        for entry in entries
        if _concerns(wish := wishes[entry.pk], mine, desk)
    ]


def _concerns(wish: Wish, mine: set[int], desk: Desk) -> bool:
    return desk.is_doctor or not wish.clinics or bool(wish.clinics & mine)


def _offers_of(desk: Desk, entries: Sequence[WaitingEntry]) -> dict[int, list[WaitingOffer]]:
    """Of this doctor's times: what other doctors offer them is not this desk's business."""
    found: dict[int, list[WaitingOffer]] = defaultdict(list)
    rows = WaitingOffer.objects.filter(entry__in=entries, doctor=desk.doctor)
    for offer in rows.with_people().order_by("-offered_at", "-pk"):
        found[offer.entry_id].append(offer)
    return found


def freed_times_of(desk: Desk) -> QuerySet[FreedTime]:
    """The history, the latest time first, with whom each was offered to."""
    freed = FreedTime.objects.filter(doctor=desk.doctor, clinic__in=desk.all_clinics)
    return (
        freed.select_related("clinic")
        .prefetch_related("offers__entry__patient")
        .order_by("-starts_at", "-pk")
    )


def times_for(desk: Desk, waiter: Waiter, *, now: datetime) -> list[tuple[Clinic, Time]]:
    """Free times of this desk's consultorios that the person waits for, the nearest first."""
    found = []
    for clinic in Clinic.objects.with_schedule().filter(pk__in=[c.pk for c in desk.clinics]):
        zone, length = ZoneInfo(clinic.zone), timedelta(minutes=clinic.slot_minutes)
        starts = desk_times(
            clinic, minutes=clinic.slot_minutes, now=now, since=now, until=now + AHEAD
        )
        times = [Time(clinic.pk, zone, start, start + length) for start in starts]
        found += [(clinic, time) for time in times if _fits(waiter.wish, time, now)]
    answered = {offer.starts_at for offer in waiter.offers if offer.state != OfferState.WITHDRAWN}
    fresh = [row for row in found if row[1].starts_at not in answered]
    return sorted(fresh, key=lambda row: row[1].starts_at)[:SHOWN]


def _fits(wish: Wish, time: Time, now: datetime) -> bool:
    return why_not(wish, time, now=offered_at(wish, time, now=now)) is None


class GiveForm(Form):
    """One of the times that fit."""

    time = forms.ChoiceField(
        label=_("¿Qué hora le ofrece?"),
        widget=RadioCards,
        error_messages={"invalid_choice": _("Esa hora ya no está libre. Elija otra.")},
    )

    def __init__(self, *args: Any, times: Sequence[tuple[Clinic, Time]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.times = {f"{clinic.public_id}|{t.starts_at:%Y%m%dT%H%MZ}": (clinic, t.starts_at)
                      for clinic, t in times}  # fmt: skip
        field: Any = self.fields["time"]
        field.choices = [(key, _label(*row)) for key, row in self.times.items()]
        field.widget.hints = {key: clinic.name for key, (clinic, _at) in self.times.items()}

    @property
    def chosen(self) -> tuple[Clinic, datetime]:
        return self.times[self.cleaned_data["time"]]


def _label(clinic: Clinic, at: datetime) -> str:
    words = day(at, clinic.zone)
    return f"{words[:1].upper()}{words[1:]}, {clock(at, clinic.zone)}"
