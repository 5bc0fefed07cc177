"""Personas, and time as a fixture: Monday 23 November 2026, 9:00 in Quito."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

from accounts.roles import SUPPORT, group_of
from accounts.services import set_active
from tests.appointments.walking import Walk
from tests.client import StrictClient
from tests.emptying import by_deleting
from tests.factories import (
    AppointmentFactory,
    AssistantFactory,
    ClinicFactory,
    DoctorFactory,
    PatientFactory,
    UserFactory,
)
from tests.template_database import template

HERE = Path(__file__).parent
# Pages are many, and what they do is tested with the services too; the demo is made by them.
IN_THE_SECOND_RUN = {"views", "portal", "demo"}
# A minute or more: first, so that no worker waits for another one's at the end.
LONG = {
    "test_state_machine.py", "test_sixty_days.py", "test_hostile_portal.py", "test_access.py",
    "test_availability_property.py", "test_plans.py", "test_simulation.py", "test_addresses.py",
    "test_html.py", "test_migrations.py",
    "test_admin_access.py", "test_forgery.py", "test_trails.py",
    "test_foreign_names.py", "test_extra_fields.py", "test_every_form.py",
}  # fmt: skip
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
# Tuesday 24 November, 10:00 in Quito: free in the usual clinic.
SLOT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if IN_THE_SECOND_RUN & set(item.path.relative_to(HERE).parts):
            item.add_marker(pytest.mark.thorough)
    items.sort(key=lambda item: not is_long(item.path.name))


def is_long(name):
    return name in LONG or name.startswith("test_hostile_forms_")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Each worker's database is a copy of one that is migrated already."""
    connection.settings_dict["TEST"]["TEMPLATE"] = template()


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_quickly():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", by_deleting(DatabaseOperations.sql_flush))
        yield


@pytest.fixture(autouse=True)
def speaks_spanish():
    """Requests leave their language behind in the thread; no test may hear the one before."""
    translation.activate("es")


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def slot():
    return SLOT


@pytest.fixture
def frozen(now):
    """The clock stands at `now`."""
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture(scope="module")
def shared_db(django_db_setup, django_db_blocker):
    """For rows that one module's tests only look at: made once, at the usual hour. What a test
    changes of them is undone after it, as ever.
    """
    frame = transaction.atomic()
    frame._from_testcase = True
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), frame:
        translation.activate("es")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def alice(db):
    """A patient."""
    user = UserFactory(email="alice@ejemplo.test", first_names="Alicia", last_names="Vera")
    PatientFactory(account=user, first_names="Alicia", last_names="Vera")
    return user


@pytest.fixture
def bob(db):
    """Another patient."""
    user = UserFactory(email="bob@ejemplo.test", first_names="Bruno", last_names="Soto")
    PatientFactory(account=user, first_names="Bruno", last_names="Soto")
    return user


@pytest.fixture
def dr_chen(db):
    return DoctorFactory(slug="ana-molina-paz", user__email="chen@ejemplo.test")


@pytest.fixture
def dr_diaz(db):
    """Another doctor."""
    return DoctorFactory(
        slug="jose-diaz",
        title="dr",
        first_names="José",
        last_names="Díaz",
        user__email="diaz@ejemplo.test",
    )


@pytest.fixture
def erin(db):
    """Support."""
    return UserFactory(email="erin@ejemplo.test", is_staff=True, is_patient=False)


@pytest.fixture
def sofia(db):
    """Of the group of support, with all that it may do in the admin."""
    user = UserFactory(email="sofia@ejemplo.test", is_staff=True, is_patient=False)
    user.groups.add(group_of(SUPPORT))
    return user


@pytest.fixture
def root(db):
    """A superuser."""
    return UserFactory(email="root@ejemplo.test", is_staff=True, is_superuser=True)


@pytest.fixture
def stop(now, root):
    """`stop(person)`: the team stops the account; `stop(person, False)` opens it again."""
    return lambda person, is_stopped=True: set_active(
        person=person, is_active=not is_stopped, actor=root, now=now
    )


@pytest.fixture
def clinic(dr_chen):
    """Ana's consultorio: every day 9:00-17:00 in Quito, half-hour visits."""
    return ClinicFactory(doctor=dr_chen)


@pytest.fixture
def carla(clinic):
    """Reception of Ana's usual consultorio: the account."""
    assistant = AssistantFactory(
        doctor=clinic.doctor, clinics=[clinic], user__email="carla@ejemplo.test"
    )
    return assistant.user


@pytest.fixture
def visit(clinic, alice):
    """Alicia's visit with Ana, Wednesday 25 November 2026, 9:00 in Quito."""
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get())


@pytest.fixture
def walk(frozen, clinic, slot):
    """A browser that looks at the usual free time, at the usual hour."""
    return Walk(clinic, slot)


@pytest.fixture
def client():
    return StrictClient()


@pytest.fixture
def as_(client):
    """A strict client logged in as somebody: `as_(alice).get(...)`."""

    def log_in(user):
        other = StrictClient()
        other.force_login(user)
        return other

    return log_in
