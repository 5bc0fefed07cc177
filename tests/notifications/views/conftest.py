"""Alicia's visit tomorrow at 10:00, and the reminder that she got of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from notifications.links import token_of
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory


def link(page, message, *more):
    return reverse(f"notifications:{page}", args=[token_of(message), *more])


@pytest.fixture
def reminder(visit):
    return MessageFactory(visit=visit, kind="reminder_1d")


@pytest.fixture
def rosa(frozen, clinic, dr_chen, slot):
    """A visit of somebody whom the consultorio wrote down, without account."""
    guest = PatientFactory(
        account=None, first_names="Rosa", last_names="Pinto", email="rosa@ejemplo.test"
    )
    return AppointmentFactory(
        clinic=clinic, patient=guest, booked_by=dr_chen.user, starts_at=slot + timedelta(hours=3)
    )


@pytest.fixture
def to_rosa(rosa):
    return MessageFactory(visit=rosa, kind="reminder_1d", address="rosa@ejemplo.test")


@pytest.fixture
def pair(reminder, clinic, visit):
    """One more visit on the same day, of which the same reminder told."""
    other = AppointmentFactory(
        clinic=clinic, patient=visit.patient, starts_at=visit.starts_at + timedelta(hours=2)
    )
    MessageFactory(
        visit=other, kind="reminder_1d", state="suppressed", why="joined", carrier=reminder
    )
    return other
