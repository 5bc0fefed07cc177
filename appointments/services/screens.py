"""The screen of a waiting room: its address is made, made anew, and called back."""

from datetime import datetime

from django.db import models, transaction

from accounts.models import User
from appointments.models import WaitingScreen
from appointments.refusals import ServiceBusy
from clinics.models import Clinic
from core.db import once_more
from core.events import record


@once_more(ServiceBusy)
@transaction.atomic
def make_screen(*, clinic: Clinic, actor: User, now: datetime) -> WaitingScreen:
    """A new address; the one before opens nothing from then on. Raises ServiceBusy."""
    _lock(clinic)
    _live(clinic).update(revoked_at=now)
    screen = WaitingScreen.objects.create(clinic=clinic, created_by=actor, created_at=now)
    record("waiting_screen.made", subject_id=screen.public_id, actor=actor, at=now)
    return screen


@once_more(ServiceBusy)
@transaction.atomic
def stop_screen(*, clinic: Clinic, actor: User, now: datetime) -> None:
    """Stopped already, nothing changes. Raises ServiceBusy."""
    _lock(clinic)
    screen = _live(clinic).first()
    if screen is not None:
        screen.revoked_at = now
        screen.save(update_fields=["revoked_at"])
        record("waiting_screen.stopped", subject_id=screen.public_id, actor=actor, at=now)


def _lock(clinic: Clinic) -> None:
    Clinic.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=clinic.pk)


def _live(clinic: Clinic) -> models.QuerySet[WaitingScreen]:
    return WaitingScreen.objects.filter(clinic=clinic, revoked_at=None)
