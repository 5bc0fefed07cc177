"""Consultorios as the portal's pages show and load them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from appointments.queries import free_times
from clinics.models import Clinic
from clinics.services.schedule import State
from clinics.weeks import week_in_words
from portal.desk import DeskRequest

LOOK_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class ClinicCard:
    """A consultorio in the list: its state, its week in words, the next time one could book."""

    clinic: Clinic
    state: str
    week: Sequence[str]
    next_free: datetime | None


def cards_of(clinics: Sequence[Clinic], *, now: datetime) -> list[ClinicCard]:
    """One query for any number of clinics that came `with_schedule()`."""
    times = free_times(clinics, now=now, since=now, until=now + LOOK_AHEAD)
    return [
        ClinicCard(
            clinic=clinic,
            state=State.of(clinic),
            week=week_in_words(clinic.week),
            next_free=next(iter(times[clinic.pk]), None),
        )
        for clinic in clinics
    ]


def own_clinic(request: DeskRequest, public_id: uuid.UUID) -> Clinic:
    """One's own that is not archived; 404 for foreign and absent alike."""
    mine = request.desk.all_clinics.current().with_schedule()
    return get_object_or_404(mine, public_id=public_id)


def posted(request: HttpRequest) -> QueryDict | None:
    """An empty POST is one too."""
    return request.POST if request.method == "POST" else None


def status_of(form: BaseForm) -> int:
    """Of the page that shows the form: 422 with errors."""
    return 422 if form.errors else 200
