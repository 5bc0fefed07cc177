from datetime import date, timedelta

import pytest
from django.utils import translation

from accounts.models import User
from appointments.enums import Status
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory
from tests.languages.browser import LANGUAGES, Reader


@pytest.fixture(params=LANGUAGES)
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def reader(frozen, language):
    browser = Reader(language)
    yield browser
    assert browser.found == []


@pytest.fixture
def her_reader(frozen, language, alice):
    User.objects.filter(pk=alice.pk).update(language=language)
    browser = Reader(language, alice)
    yield browser
    assert browser.found == []


@pytest.fixture
def ana(frozen, language, dr_chen, clinic):
    """A doctor with a consultorio."""
    browser = Reader(language, dr_chen.user)
    yield browser
    assert browser.found == []


@pytest.fixture(params=["doctor", "reception"])
def desk(request, frozen, language, dr_chen, carla):
    """Either who sits at the agenda."""
    browser = Reader(language, dr_chen.user if request.param == "doctor" else carla)
    yield browser
    assert browser.found == []


@pytest.fixture
def other(dr_chen):
    return ClinicFactory(doctor=dr_chen, name="Cumbayá")


@pytest.fixture
def visits(frozen, clinic, alice):
    """A visit in each state; the last is one that the desk wrote down."""
    hers = {"clinic": clinic, "patient": alice.patients.get()}
    coming = (
        (Status.BOOKED, 48, {}),
        (Status.BOOKED, 33, {"is_outside_hours": True, "reason": "dolor de pecho"}),
        (Status.REQUESTED, 2, {}),
        (Status.CANCELLED_BY_DOCTOR, 3, {"cancelled_at": frozen}),
        (Status.DECLINED, 4, {"cancelled_at": frozen}),
        (Status.ATTENDED, -21, {}),
        (Status.NO_SHOW, -22, {}),
        (Status.BOOKED, -23, {}),
    )
    made = [
        AppointmentFactory(**hers, status=s, starts_at=frozen + timedelta(hours=n), **more)
        for s, n, more in coming
    ]
    nobody = PatientFactory(account=None, first_names="Eva", last_names="Ruiz",
                            email="nadie@ejemplo.test", birth_date=date(2026, 2, 1))  # fmt: skip
    return [*made, AppointmentFactory(clinic=clinic, patient=nobody, booked_by=clinic.doctor.user,
                                      starts_at=frozen + timedelta(hours=50))]  # fmt: skip
