from celery import shared_task

from appointments.services.drafts import sweep_drafts as sweep
from appointments.services.external_calendars import read_due_calendars
from appointments.services.indexing import renew_due
from appointments.services.relocating import lapse_relocations
from appointments.services.requests import lapse_requests as lapse
from appointments.services.sweeping import release_run_out_holds
from appointments.services.tallying import tally_due
from appointments.services.waiting_entries import close_entries, warn_of_end
from appointments.services.waiting_offers import offer_due
from core.clock import current_time


@shared_task(name="appointments.tasks.sweep_drafts")
def sweep_drafts(**_kwargs: object) -> None:
    sweep(now=current_time())


@shared_task(name="appointments.tasks.lapse_requests")
def lapse_requests(**_kwargs: object) -> None:
    """Who did not answer: doctors a request, patients the question for another time."""
    lapse(now=current_time())
    lapse_relocations(now=current_time())


@shared_task(name="appointments.tasks.release_holds")
def release_holds(**_kwargs: object) -> None:
    release_run_out_holds(now=current_time())


@shared_task(name="appointments.tasks.fetch_calendars")
def fetch_calendars(**_kwargs: object) -> None:
    read_due_calendars(clock=current_time)


@shared_task(name="appointments.tasks.renew_index")
def renew_index(**_kwargs: object) -> None:
    renew_due(clock=current_time)


@shared_task(name="appointments.tasks.tally_occupancy")
def tally_occupancy(**_kwargs: object) -> None:
    tally_due(clock=current_time)


@shared_task(name="appointments.tasks.offer_waiting")
def offer_waiting(**_kwargs: object) -> None:
    offer_due(now=current_time())


@shared_task(name="appointments.tasks.tidy_waiting")
def tidy_waiting(**_kwargs: object) -> None:
    now = current_time()
    close_entries(now=now)
    warn_of_end(now=now)
