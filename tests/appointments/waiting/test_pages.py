"""The patient's pages of the waiting list."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.consents import missing
from accounts.legal import FOR_HEALTH
from appointments.enums import Status
from appointments.models import Appointment, WaitingEntry
from appointments.no_shows import Way
from appointments.services.waiting_answers import terms_of_offer
from appointments.services.waiting_entries import leave_waiting
from appointments.waiting_enums import Closing, OfferState
from tests.appointments.waiting.conftest import HOUR, WEDNESDAY
from tests.client import StrictClient
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough, pytest.mark.usefixtures("frozen")]
LIST = reverse("appointments:waiting")
JOIN = reverse("appointments:waiting_join")
GOOD = {"until_date": "2026-12-31", "notice": "120", "phone": "0991234567"}


def page(name, thing):
    return reverse(f"appointments:{name}", args=[thing.public_id])


@pytest.fixture
def hers(as_, alice):
    return as_(alice)


@pytest.fixture
def offer(wait, offered, alice):
    wait(alice)
    return offered()


def yes(offer, **changes):
    return {"answer": "accept", "terms": terms_of_offer(offer.clinic, Way.AT_ONCE)} | changes


def test_join_for_a_doctor(hers, clinic, alice, now):
    answer = hers.get(JOIN, {"medico": clinic.doctor.slug})
    assert "Dra. Ana Molina Paz" in answer.text
    data = {**GOOD, "weekdays": ["1", "3"], "opens": "9", "closes": "13:30"}
    answer = hers.post(f"{JOIN}?medico={clinic.doctor.slug}", data)
    entry = WaitingEntry.objects.get()
    assert answer["Location"] == page("waiting_entry", entry)
    assert (entry.doctor, entry.patient, entry.created_at) == (
        clinic.doctor, alice.patients.get(), now,
    )  # fmt: skip
    assert (entry.weekdays, entry.from_minute, entry.until_minute) == ([1, 3], 540, 810)
    assert (entry.until_date, entry.notice_minutes) == (date(2026, 12, 31), 120)
    assert str(entry.phone) == "+593991234567"


def test_join_asks_for_the_agreement_first(as_, clinic):
    """That somebody waits for a doctor says something of their health, too."""
    user = UserFactory(agreed=False)
    PatientFactory(account=user)
    browser, address = as_(user), f"{JOIN}?medico={clinic.doctor.slug}"
    answer = browser.post(address, GOOD)
    assert (answer.status_code, WaitingEntry.objects.count()) == (422, 0)
    assert "Marque la casilla para continuar" in answer.text
    assert user.consents.count() == 0
    assert browser.post(address, {**GOOD, "accepts": "on"}).status_code == 302
    assert (WaitingEntry.objects.count(), missing(user, FOR_HEALTH)) == (1, [])


def test_join_twice_is_once(hers, clinic):
    for _ in range(2):
        answer = hers.post(f"{JOIN}?medico={clinic.doctor.slug}", GOOD)
    assert answer["Location"] == LIST
    assert WaitingEntry.objects.count() == 1


def test_join_in_a_city(hers, clinic):
    specialty = clinic.doctor.doctor_specialties.get().specialty
    address = f"{JOIN}?especialidad={specialty.slug}&ciudad={clinic.city.slug}"
    assert "Cardiología en Quito" in hers.get(address).text
    hers.post(address, GOOD)
    entry = WaitingEntry.objects.get()
    assert (entry.doctor, entry.specialty, entry.city) == (None, specialty, clinic.city)


def test_join_to_have_a_visit_earlier(hers, visit):
    address = f"{JOIN}?cita={visit.public_id}"
    assert "Quiero una hora antes" in hers.get(address).text
    hers.post(address, GOOD)
    assert WaitingEntry.objects.get().visit == visit


def test_join_for_a_child(hers, alice, clinic):
    child = alice.patients.create(
        first_names="Sofía", last_names="Vera", relationship="child", birth_date=date(2019, 5, 1)
    )
    address = f"{JOIN}?medico={clinic.doctor.slug}"
    assert "Sofía Vera" in hers.get(address).text
    hers.post(address, {**GOOD, "who": str(child.public_id)})
    assert WaitingEntry.objects.get().patient == child


def test_join_at_one_of_two_clinics(hers, clinic):
    other = ClinicFactory(doctor=clinic.doctor, name="Cumbayá")
    data = {**GOOD, "clinics": [str(other.public_id)]}
    hers.post(f"{JOIN}?medico={clinic.doctor.slug}", data)
    assert list(WaitingEntry.objects.get().clinics.all()) == [other]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"until_date": ""}, "Complete «Espero hasta el día»."),
        ({"until_date": "2026-11-22"}, "Escriba una fecha entre"),
        ({"until_date": "2099-01-01"}, "Escriba una fecha entre"),
        ({"opens": "14", "closes": "9"}, "La hora final debe ser posterior a la inicial."),
        ({"opens": "24"}, "La hora final debe ser posterior a la inicial."),
        ({"opens": "99"}, "Escriba una hora entre 0:00 y 24:00"),
        ({"weekdays": ["9"]}, "Elija una de las opciones de la lista."),
        ({"notice": "5"}, "Elija una de las opciones de la lista."),
        ({"phone": "12"}, "Escriba un celular completo"),
    ],
)
def test_join_refuses_and_keeps_what_was_typed(hers, clinic, changes, sentence):
    answer = hers.post(f"{JOIN}?medico={clinic.doctor.slug}", {**GOOD, **changes})
    assert (answer.status_code, WaitingEntry.objects.count()) == (422, 0)
    assert sentence in answer.text
    assert 'value="0991234567"' in answer.text or "phone" in changes


@pytest.mark.parametrize("query", ["", "medico=nadie", "cita=x", "especialidad=cardiologia",
                                   "medico=" + "x" * 300, "medico=a/b"])  # fmt: skip
def test_join_what_is_not_there(hers, clinic, query):
    assert hers.get(f"{JOIN}?{query}").status_code == 404


def test_join_by_somebody_elses_visit(as_, bob, visit):
    assert as_(bob).get(f"{JOIN}?cita={visit.public_id}").status_code == 404


def test_join_without_a_profile_goes_to_make_one(as_, clinic):
    answer = as_(UserFactory()).get(JOIN, {"medico": clinic.doctor.slug})
    assert answer["Location"] == reverse("accounts:profile")


def test_list_says_place_and_offer(hers, wait, bob, alice, offered, now):
    assert "No espera en ninguna lista" in hers.get(LIST).text
    wait(bob, now=now - HOUR)
    entry = wait(alice)
    assert "Persona 2 de la lista" in hers.get(LIST).text
    offered()
    assert "Se liberó una hora para usted" not in hers.get(LIST).text
    leave_waiting(entry=entry, actor=alice, now=now)
    assert str(Closing.LEFT.label) in hers.get(LIST).text


def test_entry_says_why_nothing_was_offered_yet(hers, wait, offered, alice, bob, now):
    wait(bob, now=now - HOUR)
    mine = wait(alice, weekdays=[3])
    address = page("waiting_entry", mine)
    assert "Todavía no se ha liberado ninguna hora." in hers.get(address).text
    offered()
    offered(WEDNESDAY + timedelta(days=1))
    text = hers.get(address).text
    assert "Usted es la persona número 2" in text
    assert "1: se ofreció a otra persona de la lista" in text
    assert "1: era otro día de la semana" in text


def test_entry_is_changed_and_keeps_its_place(hers, wait, alice, now):
    entry = wait(alice)
    address = page("waiting_entry", entry)
    answer = hers.post(address, {**GOOD, "weekdays": ["2"], "notice": "1440"})
    assert answer["Location"] == address
    changed = WaitingEntry.objects.get()
    assert (changed.weekdays, changed.notice_minutes, changed.created_at) == ([2], 1440, now)


def test_entry_that_is_over_is_not_changed(hers, wait, alice, now):
    entry = wait(alice)
    leave_waiting(entry=entry, actor=alice, now=now)
    answer = hers.post(page("waiting_entry", entry), GOOD)
    assert (answer.status_code, "Esa espera ya terminó." in answer.text) == (409, True)


def test_leave_asks_first(hers, wait, alice):
    entry = wait(alice)
    address = page("waiting_leave", entry)
    assert "¿Dejar esta lista de espera?" in hers.get(address).text
    assert WaitingEntry.objects.get().is_open
    for _ in range(2):
        assert hers.post(address)["Location"] == LIST
    assert WaitingEntry.objects.get().closed_as == Closing.LEFT
    assert hers.get(address)["Location"] == LIST


def test_offer_is_accepted_with_one_button(hers, offer):
    address = page("waiting_offer", offer)
    text = hers.get(address).text
    assert "Se la guardamos solo a usted hasta el lunes 23 de noviembre, 13:00." in text
    assert "USD" in text or "45" in text
    assert Appointment.objects.standing().count() == 0
    for _ in range(2):
        answer = hers.post(address, yes(offer))
        assert answer["Location"] == page("appointment", Appointment.objects.standing().get())
    assert hers.get(address).status_code == 302


def test_offer_that_moves_a_visit_says_so(hers, wait, offered, clinic, alice):
    later = WEDNESDAY + timedelta(days=2)
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=later)
    wait(alice, visit=visit)
    address = page("waiting_offer", offered())
    assert "Su cita de ahora" in hers.get(address).text
    assert hers.post(address, {"answer": "accept"})["Location"] == page("appointment", visit)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.status) == (WEDNESDAY, Status.BOOKED)


def test_offer_is_refused(hers, offer):
    for _ in range(2):
        answer = hers.post(page("waiting_offer", offer), {"answer": "refuse"})
        assert answer["Location"] == LIST
    offer.refresh_from_db()
    assert offer.state == OfferState.REFUSED
    assert "Rechazada" in hers.get(page("waiting_offer", offer)).text


def test_offer_with_types_of_visit(hers, offer, clinic):
    clinic.visit_types, clinic.visit_prices, clinic.price = ["Control"], [20], None
    clinic.save()
    offer.clinic.refresh_from_db()
    address = page("waiting_offer", offer)
    assert "Control" in hers.get(address).text
    assert hers.post(address, yes(offer)).status_code == 422
    hers.post(address, yes(offer, visit_type="Control"))
    assert Appointment.objects.standing().get().visit_type == "Control"


@pytest.mark.parametrize("data", [{}, {"answer": "maybe"}, {"answer": "accept\x00"}])
def test_offer_with_another_answer(hers, offer, data):
    assert hers.post(page("waiting_offer", offer), data).status_code == 422


def test_offer_at_another_price_is_shown_again(hers, offer):
    answer = hers.post(page("waiting_offer", offer), yes(offer, terms="old"))
    assert (answer.status_code, "El precio o las condiciones cambiaron" in answer.text) == (
        409, True,
    )  # fmt: skip
    assert "Aceptar esta hora" in answer.text


def test_offer_that_ran_out(hers, offer, now, time_machine):
    time_machine.move_to(offer.expires_at, tick=False)
    address = page("waiting_offer", offer)
    assert "Esta hora ya no está reservada para usted." in hers.get(address).text
    answer = hers.post(address, yes(offer))
    assert (answer.status_code, "Aceptar esta hora" in answer.text) == (409, False)


@pytest.mark.parametrize("name", ["waiting_entry", "waiting_leave", "waiting_offer"])
def test_strangers_and_anonymous(as_, bob, offer, name):
    thing = offer if name == "waiting_offer" else offer.entry
    address = page(name, thing)
    assert as_(bob).get(address).status_code == 404
    assert as_(bob).post(address, {"answer": "accept"}).status_code == 404
    assert as_(bob).delete(address).status_code == 405
    assert StrictClient().get(address).status_code == 302
    assert Appointment.objects.standing().count() == 0
