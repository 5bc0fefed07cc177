"""Every named constraint of our models is broken once by a test."""

from itertools import chain

from django.apps import apps

from tests.accounts import test_audit as audit
from tests.accounts import test_consents as consents
from tests.accounts import test_models as accounts
from tests.accounts import test_sessions as sessions
from tests.appointments import test_calendar_models as calendars
from tests.appointments import test_day_models as days
from tests.appointments import test_models as appointments
from tests.appointments import test_occupancy_models as occupancy
from tests.appointments import test_online_models as online
from tests.appointments import test_payment_models as payments
from tests.appointments import test_relocation_models as relocations
from tests.appointments import test_series_models as series
from tests.appointments.services import test_indexing as indexing
from tests.appointments.waiting import test_models as waiting
from tests.clinics import test_models as clinics
from tests.core import test_models as core
from tests.doctors import test_models as doctors
from tests.notifications import test_models as notifications
from tests.prescriptions import test_models as prescriptions
from tests.privacy import test_models as privacy
from tests.records import test_models as records
from tests.reviews import test_models as reviews
from tests.support import test_models as support

OURS = {"core", "accounts", "doctors", "clinics", "appointments", "records", "reviews",
        "prescriptions", "notifications", "support", "privacy"}  # fmt: skip


def names():
    models = (m for m in apps.get_models() if m._meta.app_label in OURS)
    return sorted(c.name for c in chain.from_iterable(m._meta.constraints for m in models))


def test_every_constraint_is_broken_once():
    rooms = (
        core, accounts, audit, sessions, consents, doctors, clinics, appointments, payments, online,
        calendars, days, occupancy, relocations, series, waiting, indexing, notifications,
        prescriptions, records, reviews, support, privacy,
    )  # fmt: skip
    assert names() == sorted(chain.from_iterable(room.BREACHES for room in rooms))


def test_names_fit_postgres():
    assert [name for name in names() if len(name) > 63] == []
