"""Pages and letters of the waiting list speak one language."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from appointments.models import WaitingEntry
from appointments.no_shows import Way
from appointments.services.waiting_answers import terms_of_offer
from appointments.services.waiting_offers import offer_due
from appointments.waiting_enums import Closing
from tests.appointments.waiting.conftest import free, offered, wait  # noqa: F401 -- fixtures
from tests.factories import AppointmentFactory, ClinicFactory
from tests.languages.browser import page

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
GOOD = {"until_date": "2026-12-31", "notice": "120", "phone": "0991234567"}
BAD = ({}, {**GOOD, "opens": "14", "closes": "9"}, {**GOOD, "opens": "99"}, {**GOOD, "phone": "1"},
       {**GOOD, "until_date": "2020-01-01"}, {**GOOD, "weekdays": ["9"]})  # fmt: skip


@pytest.fixture
def her():
    return lambda: User.objects.get(email="alice@ejemplo.test")


def of(name, thing):
    return reverse(f"appointments:{name}", args=[thing.public_id])


def test_joining_and_leaving(her_reader, clinic, her):
    her_reader.get(reverse("appointments:waiting"))
    ClinicFactory(doctor=clinic.doctor, name="La Carolina")
    join = f"{reverse('appointments:waiting_join')}?medico={clinic.doctor.slug}"
    visit = AppointmentFactory(clinic=clinic, patient=her().patients.get())
    her_reader.get(of("appointment", visit))
    for address in (join, f"{reverse('appointments:waiting_join')}?cita={visit.public_id}"):
        her_reader.get(address)
        for data in BAD:
            her_reader.post(address, data)
    her_reader.post(join, {**GOOD, "weekdays": ["1", "3"], "opens": "9", "closes": "13"})
    her_reader.post(join, GOOD)
    entry = WaitingEntry.objects.get()
    for data in (*BAD, {**GOOD, "weekdays": ["2"]}):
        her_reader.post(of("waiting_entry", entry), data)
    her_reader.get(reverse("appointments:waiting"))
    her_reader.get(of("waiting_leave", entry))
    her_reader.post(of("waiting_leave", entry))
    for closing in Closing.values:
        WaitingEntry.objects.update(closed_as=closing)
        her_reader.get(reverse("appointments:waiting"))
        her_reader.get(of("waiting_entry", entry))


def test_offers(her_reader, wait, offered, free, clinic, her, bob, frozen):  # noqa: F811
    entry = wait(her(), weekdays=[3, 4])
    for days in (1, 7, 3):
        free(frozen.replace(day=25) + timedelta(days=days))
    offer = offered()
    for address in (reverse("appointments:waiting"), of("waiting_entry", entry),
                    of("waiting_offer", offer)):  # fmt: skip
        her_reader.get(address)
    for data in ({}, {"answer": "accept"}, {"answer": "refuse"}, {"answer": "refuse"},
                 {"answer": "accept", "terms": terms_of_offer(clinic, Way.AT_ONCE)}):  # fmt: skip
        her_reader.post(of("waiting_offer", offer), data)
    her_reader.get(of("waiting_offer", offer))
    her_reader.get(of("waiting_entry", entry))


def test_desk(ana, wait, free, clinic, alice, bob, frozen):  # noqa: F811
    for name in ("waiting_list", "waiting_times"):
        ana.get(page(name))
    entry = wait(alice, phone="+593991234567", weekdays=[2, 3])
    wait(alice, specialty=clinic.doctor.doctor_specialties.get().specialty, city=clinic.city)
    for one in WaitingEntry.objects.all():
        ana.get(page("waiting_give", one))
    ana.post(page("waiting_give", entry), {"time": "x"})
    free()
    wait(alice, now=frozen, patient=alice.patients.create(
        first_names="Alicia", last_names="Vera", relationship="other",
        birth_date=date(1990, 1, 1)), until_date=date(2026, 11, 24))  # fmt: skip
    offer_due(now=frozen)
    for name in ("waiting_list", "waiting_times"):
        ana.get(page(name))
    ana.get(page("waiting_give", entry))
    ana.post(page("waiting_give", entry), {"time": "x"})
