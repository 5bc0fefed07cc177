"""Bad input at the pages of the waiting list: a sentence and 4xx, nothing stored."""

import pytest
from django.urls import reverse

from appointments.models import Appointment, WaitingEntry, WaitingOffer
from tests.appointments.waiting.conftest import free, offered, wait  # noqa: F401 -- fixtures
from tests.test_hostile import VALUES, logged_in, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough, pytest.mark.usefixtures("frozen")]
GOOD = {"until_date": "2026-12-31", "notice": "120", "phone": "0991234567"}
FIELDS = ("who", "clinics", "weekdays", "opens", "closes", *GOOD)
MORE = ("doctor", "patient", "created_at", "closed_as", "visit", "entry", "state")
LONG = ("x" * 100_000, "👩🏽‍⚕️" * 3000, "\u202e" * 5000)


def pages(offer, clinic):
    """Each with a form, and the name of what refuses it."""
    entry = offer.entry
    return (
        (f"{reverse('appointments:waiting_join')}?medico={clinic.doctor.slug}", "alice"),
        (reverse("appointments:waiting_entry", args=[entry.public_id]), "alice"),
        (reverse("appointments:waiting_offer", args=[offer.public_id]), "alice"),
        (reverse("portal:waiting_give", args=[entry.public_id]), "ana"),
    )


def test_forms(wait, offered, clinic, alice, dr_chen):  # noqa: F811
    wait(alice)
    offer = offered()
    people = {"alice": logged_in(alice)(), "ana": logged_in(dr_chen.user)()}
    before = list(WaitingEntry.objects.values())
    for path, who in pages(offer, clinic):
        for value in [*VALUES.values(), *LONG]:
            everything = dict.fromkeys((*FIELDS, *MORE, "answer", "terms", "visit_type", "time"),
                                       value)  # fmt: skip
            for data in (everything, {**GOOD, "until_date": value}, {**GOOD, "opens": value,
                         "notice": value}, {"answer": value}, {"time": value}):  # fmt: skip
                answer = people[who].post(path, data)
                show(answer)
                assert answer.status_code in (400, 422)
    assert list(WaitingEntry.objects.values()) == before
    assert (Appointment.objects.standing().count(), WaitingOffer.objects.count()) == (0, 1)


def test_addresses(alice, dr_chen, clinic):
    hers, ana = logged_in(alice)(), logged_in(dr_chen.user)()
    for value in [*VALUES.values(), *LONG[1:]]:
        for name in ("cita", "medico", "especialidad", "ciudad"):
            answer = hers.get(reverse("appointments:waiting_join"), {name: value})
            show(answer)
            assert answer.status_code in (400, 404)
        for name in ("waiting_list", "waiting_times"):
            answer = ana.get(reverse(f"portal:{name}"), {"pagina": value})
            show(answer)
            assert answer.status_code in (200, 400)


def test_extra_fields_change_nothing(clinic, alice, bob):
    path = f"{reverse('appointments:waiting_join')}?medico={clinic.doctor.slug}"
    other = bob.patients.get()
    extra = {"patient": other.pk, "who": str(other.public_id), "created_at": "2020-01-01",
             "doctor": "1"}  # fmt: skip
    logged_in(alice)().post(path, {**GOOD, **extra})
    entry = WaitingEntry.objects.get()
    assert (entry.patient, entry.doctor) == (alice.patients.get(), clinic.doctor)
    assert entry.created_at.year == 2026
