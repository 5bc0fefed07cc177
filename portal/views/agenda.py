"""The desk's coming visits, day by day."""

from datetime import timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.desk import DeskRequest, desk_page

DAYS = 14


@require_safe
@desk_page
def agenda(request: DeskRequest) -> HttpResponse:
    """The next two weeks of all clinics as a list."""
    now = timezone.now()
    coming = request.desk.visits.upcoming(now).with_people()
    visits = list(coming.filter(starts_at__lt=now + timedelta(days=DAYS)))
    days = [
        list(group)
        for _day, group in groupby(
            visits, key=lambda v: v.starts_at.astimezone(ZoneInfo(v.zone)).date()
        )
    ]
    context = {"doctor": request.desk.doctor, "days": days, "now": now, "DAYS": DAYS}
    return render(request, "portal/agenda.html", context)
