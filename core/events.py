"""The outbox's door: a change and its event are born in one transaction, or neither is."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from core.models import Event

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class OutsideTransaction(RuntimeError):
    """An event was recorded outside a transaction: it could outlive, or miss, its change."""


def record(
    name: str,
    *,
    subject_id: uuid.UUID,
    actor: "AbstractBaseUser | None",
    at: datetime,
    data: Mapping[str, object] | None = None,
) -> Event:
    """Write one event, e.g. `appointment.booked`. `data` takes ids only, no personal data.

    Raises OutsideTransaction when no transaction is open.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(name)
    return Event.objects.create(
        name=name,
        subject_id=subject_id,
        actor_id=actor.pk if actor else None,
        occurred_at=at,
        data=dict(data or {}),
    )
