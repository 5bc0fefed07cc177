"""The desk's pages of the waiting list."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import FreedTime, WaitingOffer
from appointments.services.waiting_answers import refuse_offer
from appointments.services.waiting_offers import offer_due
from tests.appointments.waiting.conftest import (  # noqa: F401 -- fixtures
    HOUR,
    WEDNESDAY,
    free,
    offered,
    wait,
)
from tests.client import StrictClient
from tests.factories import ClinicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
LIST, TIMES = reverse("portal:waiting_list"), reverse("portal:waiting_times")


def give(entry):
    return reverse("portal:waiting_give", args=[entry.public_id])


def at(clinic, moment=WEDNESDAY):
    return f"{clinic.public_id}|{moment:%Y%m%dT%H%MZ}"


@pytest.fixture
def ana(as_, dr_chen):
    return as_(dr_chen.user)


def test_who_waits_in_order(ana, wait, alice, bob, now):  # noqa: F811
    assert "Nadie espera" in ana.get(LIST).text
    wait(alice, phone="+593991234567", weekdays=[1, 3])
    wait(bob, now=now - HOUR)
    text = " ".join(ana.get(LIST).text.split())
    assert "2 personas esperan" in text
    assert text.index("1. Bruno Soto") < text.index("2. Alicia Vera")
    assert "Lunes, miércoles, a cualquier hora" in text


def test_who_waits_for_a_specialty_has_no_name(ana, wait, clinic, alice):  # noqa: F811
    specialty = clinic.doctor.doctor_specialties.get().specialty
    entry = wait(alice, specialty=specialty, city=clinic.city, phone="+593987654321")
    for address in (LIST, give(entry)):
        text = ana.get(address).text
        assert "Alguien que busca Cardiología en Quito" in text
        assert "Alicia" not in text
        assert "98 765 4321" not in text


def test_offer_by_hand(ana, wait, clinic, alice, dr_chen):  # noqa: F811
    entry = wait(alice)
    assert "Miércoles 25 de noviembre, 9:00" in ana.get(give(entry)).text
    answer = ana.post(give(entry), {"time": at(clinic)})
    assert answer["Location"] == LIST
    offer = WaitingOffer.objects.get()
    assert (offer.entry, offer.starts_at, offer.offered_by) == (entry, WEDNESDAY, dr_chen.user)
    assert "Tiene ofrecida la hora del miércoles 25 de noviembre, 9:00" in ana.get(LIST).text
    assert ana.post(give(entry), {"time": at(clinic)}).status_code in (200, 422)
    assert WaitingOffer.objects.count() == 1


def test_only_times_that_fit(ana, wait, clinic, alice):  # noqa: F811
    entry = wait(alice, weekdays=[2])
    answer = ana.post(give(entry), {"time": at(clinic)})
    assert answer.status_code == 422
    assert "Esa hora ya no está libre. Elija otra." in answer.text
    assert WaitingOffer.objects.count() == 0


def test_nothing_that_fits(ana, wait, alice):  # noqa: F811
    entry = wait(alice, from_minute=1200)
    assert "No hay horas libres que le sirvan" in ana.get(give(entry)).text


def test_history_says_what_became_of_each(ana, wait, offered, alice, bob, now):  # noqa: F811
    assert "Todavía no se ha liberado ninguna hora" in ana.get(TIMES).text
    wait(bob, weekdays=[1])
    wait(alice)
    offer = offered()
    refuse_offer(offer=offer, actor=alice, now=now)
    offer_due(now=now)
    text = ana.get(TIMES).text
    assert "Alicia Vera: Rechazada" in text
    assert "1: no puede ese día de la semana" in text
    assert "La canceló el paciente" in text


def test_reception_sees_those_of_its_clinics(as_, carla, wait, clinic, alice, bob):  # noqa: F811
    other = ClinicFactory(doctor=clinic.doctor, name="Cumbayá")
    wait(alice, clinics=[other])
    entry = wait(bob)
    hers = as_(carla)
    text = hers.get(LIST).text
    assert ("Bruno" in text, "Alicia" in text) == (True, False)
    assert at(other) not in hers.get(give(entry)).text
    hers.post(give(entry), {"time": at(other)})
    assert WaitingOffer.objects.count() == 0
    hers.post(give(entry), {"time": at(clinic)})
    assert WaitingOffer.objects.count() == 1


def test_freed_times_of_other_clinics_are_not_receptions(
    as_, carla, wait, free, clinic,  # noqa: F811
):  # fmt: skip
    other = ClinicFactory(doctor=clinic.doctor, name="Cumbayá")
    free(WEDNESDAY + timedelta(days=1), clinic=other)
    free(WEDNESDAY)
    text = as_(carla).get(TIMES).text
    assert ("Miércoles 25" in text, "Jueves 26" in text) == (True, False)


def test_time_that_is_opened_is_offered(ana, wait, clinic, alice, now):  # noqa: F811
    entry = wait(alice)
    clinic.opening_hours.all().delete()
    data = {"clinic": str(clinic.public_id), "day": "2026-11-25", "opens": "9", "closes": "10:30"}
    ana.post(reverse("portal:opening"), data)
    assert FreedTime.objects.filter(cause="opening").count() == 3
    offer_due(now=now)
    offer = WaitingOffer.objects.get()
    assert (offer.entry, offer.starts_at) == (entry, WEDNESDAY)


def test_strangers(as_, alice, dr_diaz, wait):  # noqa: F811
    entry = wait(alice)
    diaz = as_(dr_diaz.user)
    assert "Alicia" not in diaz.get(LIST).text
    assert diaz.get(give(entry)).status_code == 404
    assert diaz.post(give(entry), {"time": "x"}).status_code == 404
    assert as_(alice).get(LIST).status_code == 404
    assert StrictClient().get(LIST).status_code == 302
    assert diaz.post(LIST).status_code == 405
