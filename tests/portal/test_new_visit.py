"""The desk books for a patient."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Invitation, Patient
from appointments.models import Absence, Appointment
from tests.appointments.walking import hidden
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
NEW_VISIT = reverse("portal:new_visit")
EVA = {"who": "new", "first_names": "Eva", "last_names": "Ruiz", "phone": "099 888 7766"}


def typed(clinic, **changed):
    usual = {
        "clinic": clinic.public_id,
        "day": "2026-11-24",
        "clock": "10:00",
        "minutes": "30",
        "key": uuid.uuid4(),
        **EVA,
    }
    return {**usual, **changed}


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def booked(slot):
    return Appointment.objects.get(starts_at=slot)


@pytest.mark.parametrize("who", ["doctor", "reception"])
def test_new_visit_for_somebody_new(frozen, as_, dr_chen, carla, clinic, slot, who):
    actor = dr_chen.user if who == "doctor" else carla
    answer = as_(actor).post(NEW_VISIT, typed(clinic, email="eva@ejemplo.test"), follow=True)
    visit = booked(slot)
    assert answer.redirect_chain == [(reverse("portal:visit", args=[visit.public_id]), 302)]
    assert "Reservamos la cita. Le escribimos al paciente." in text_of(answer)
    assert (visit.patient.full_name, str(visit.patient.phone)) == ("Eva Ruiz", "+593998887766")
    assert (visit.booked_by, visit.status) == (actor, "booked")
    assert Invitation.objects.get(purpose="patient").email == "eva@ejemplo.test"


def test_new_visit_that_is_to_be_repeated(frozen, as_, carla, clinic, slot):
    answer = as_(carla).post(NEW_VISIT, typed(clinic, repeat="1"))
    assert answer.url == reverse("portal:series", args=[booked(slot).public_id])


def test_new_visit_says_when_nobody_is_written_to(frozen, as_, carla, clinic):
    answer = as_(carla).post(NEW_VISIT, typed(clinic), follow=True)
    assert "El paciente no tiene correo: avísele usted." in text_of(answer)


def test_new_visit_for_a_known_patient(frozen, as_, dr_chen, visit, clinic, slot, alice):
    wish = typed(clinic, who="known", patient=visit.patient.public_id, reason="control")
    answer = as_(dr_chen.user).post(NEW_VISIT, wish)
    assert answer.url == reverse("portal:visit", args=[booked(slot).public_id])
    assert (booked(slot).patient, booked(slot).reason) == (alice.patients.get(), "control")


def test_new_visit_from_the_agenda_and_from_a_visit(frozen, as_, dr_chen, visit, clinic):
    query = {"consultorio": clinic.public_id, "inicio": "20261124T152000Z",
             "paciente": visit.patient.public_id}  # fmt: skip
    html = text_of(as_(dr_chen.user).get(NEW_VISIT, query))
    assert 'name="day" value="2026-11-24"' in html
    assert 'name="clock" value="10:20"' in html
    assert re.search(rf'value="{visit.patient.public_id}"[^>]* checked', html)
    assert "Alicia Vera" in html


def test_new_visit_offers_the_clinics_free_times(frozen, as_, carla, clinic, slot):
    AppointmentFactory(clinic=clinic, starts_at=slot)
    html = text_of(as_(carla).get(NEW_VISIT))
    assert 'value="20261123T140000Z"' in html
    assert 'value="20261124T143000Z"' in html
    assert 'value="20261124T150000Z"' not in html


def test_a_time_that_is_picked_is_typed_and_nothing_else_is_lost(frozen, as_, carla, clinic):
    client = as_(carla)
    html = text_of(client.post(NEW_VISIT, typed(clinic, pick="20261125T210000Z", clock="x")))
    assert 'name="clock" value="16:00"' in html
    assert 'name="day" value="2026-11-25"' in html
    assert 'value="Ruiz"' in html
    assert "chip--chosen" in html
    assert "Hay un problema" not in html
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("stamp", ["", "x", "99999999T999999Z", "00010101T000000Z", "20261124"])
def test_a_time_that_is_none_changes_nothing(frozen, as_, carla, clinic, stamp):
    html = text_of(as_(carla).post(NEW_VISIT, typed(clinic, pick=stamp)))
    assert 'name="clock" value="10:00"' in html
    assert as_(carla).get(NEW_VISIT, {"inicio": stamp}).status_code == 200


def test_other_days(frozen, as_, carla, clinic):
    html = text_of(as_(carla).post(NEW_VISIT, typed(clinic, go="2026-12-20")))
    assert 'value="20261220T140000Z"' in html
    assert 'name="day" value="2026-12-20"' in html


def test_the_next_free_day_when_these_have_none(frozen, as_, carla, clinic, dr_chen):
    Absence.objects.create(doctor=dr_chen, starts_at=frozen, ends_at=frozen + timedelta(days=10))
    html = text_of(as_(carla).post(NEW_VISIT, typed(clinic, go="")))
    assert "Próxima: jueves 3 de diciembre, 9:00" in html


@pytest.mark.parametrize(
    "text",
    ["ali", "VERA", "alicia vera", "Álicia", "099 123", "+593 99 123 4567", "t-77", "vera a"],
)
def test_a_patient_is_found(frozen, as_, carla, visit, text):
    Appointment.objects.update(code="T-77")
    html = text_of(
        as_(carla).post(NEW_VISIT, typed(visit.clinic, who="known", find=1, search=text))
    )
    assert "Alicia Vera · +593 99 123 4567" in html
    assert re.search(rf'value="{visit.patient.public_id}"[^>]* checked', html)


@pytest.mark.parametrize("text", ["a", "", "  ", "zzz", "%", "_", "'; --", "123", "DB-", "ali\x00"])
def test_a_patient_is_not_found(frozen, as_, carla, visit, text):
    html = text_of(
        as_(carla).post(NEW_VISIT, typed(visit.clinic, who="known", find=1, search=text))
    )
    assert "Alicia" not in html


def test_reception_finds_only_those_of_its_clinics(frozen, as_, carla, dr_chen, clinic):
    other = ClinicFactory(doctor=dr_chen, name="Norte")
    theirs = PatientFactory(first_names="Zoila")
    AppointmentFactory(clinic=other, patient=theirs)
    found = typed(clinic, who="known", find=1, search="zoila")
    assert "Zoila" in text_of(as_(dr_chen.user).post(NEW_VISIT, found)).replace('value="zoila"', "")
    assert "Zoila" not in text_of(as_(carla).post(NEW_VISIT, found))
    wish = typed(clinic, who="known", patient=theirs.public_id)
    assert as_(carla).post(NEW_VISIT, wish).status_code == 422
    assert as_(carla).get(NEW_VISIT, {"paciente": theirs.public_id}).status_code == 404
    assert as_(carla).get(NEW_VISIT, {"consultorio": other.public_id}).status_code == 404
    assert as_(carla).post(NEW_VISIT, typed(other)).status_code == 422


def test_patients_of_other_doctors_are_as_absent(frozen, as_, dr_chen, clinic, alice):
    own = alice.patients.get()
    for somebody in (own.public_id, uuid.uuid4()):
        wish = typed(clinic, who="known", patient=somebody)
        answer = as_(dr_chen.user).post(NEW_VISIT, wish)
        assert answer.status_code == 422
        assert "Alicia" not in text_of(answer)
        assert as_(dr_chen.user).get(NEW_VISIT, {"paciente": somebody}).status_code == 404


def test_reception_neither_types_nor_sees_a_reason(frozen, as_, carla, clinic, slot):
    assert 'name="reason"' not in text_of(as_(carla).get(NEW_VISIT))
    as_(carla).post(NEW_VISIT, typed(clinic, reason="x"))
    assert booked(slot).reason == ""


def test_outside_hours_is_a_second_step(frozen, as_, carla, clinic, slot):
    client, wish = as_(carla), typed(clinic, clock="7:10")
    answer = client.post(NEW_VISIT, wish)
    html = text_of(answer)
    assert answer.status_code == 409
    assert "Está fuera del horario de atención." in html
    assert 'value="Ruiz"' in html
    assert not Appointment.objects.exists()
    told = re.search(r'name="override" value="([^"]+)"', html)[1]
    assert client.post(NEW_VISIT, {**wish, "clock": "7:20", "override": told}).status_code == 409
    visit_page = client.post(NEW_VISIT, {**wish, "override": told}, follow=True)
    assert "Fuera de horario" in text_of(visit_page)
    visit = Appointment.objects.get()
    assert (visit.is_outside_hours, visit.changes.get().is_override) == (True, True)


def test_an_override_cannot_be_guessed_for_another_time(frozen, as_, carla, clinic):
    for told in ("1", "on", f"{clinic.public_id}/20261124T000000Z/30"):
        wish = typed(clinic, clock="7:10", override=told)
        assert as_(carla).post(NEW_VISIT, wish).status_code == 409
    assert not Appointment.objects.exists()


def test_refusals_are_sentences(frozen, as_, carla, clinic, slot, walk):
    AppointmentFactory(clinic=clinic, starts_at=slot + timedelta(hours=1))
    walk.hold()
    Absence.objects.create(
        doctor=clinic.doctor, starts_at=slot + timedelta(hours=2),
        ends_at=slot + timedelta(hours=3),
    )  # fmt: skip
    for clock, sentence in (
        ("10:00", "Un paciente está reservando esa hora."),
        ("11:00", "A esa hora ya tiene una cita."),
        ("12:00", "Esa hora está bloqueada por una ausencia."),
    ):
        answer = as_(carla).post(NEW_VISIT, typed(clinic, clock=clock))
        assert answer.status_code == 409
        assert sentence in text_of(answer)
        assert 'value="Ruiz"' in text_of(answer)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"clock": "25:00"}, "Escriba una hora entre 0:00 y 24:00"),
        ({"clock": "24:00"}, "La última hora de un día es 23:59."),
        ({"day": "2026-11-22"}, "Escriba una fecha entre"),
        ({"day": "9999-12-31"}, "Escriba una fecha entre"),
        ({"minutes": "1"}, "5"),
        ({"minutes": "9" * 40}, "720"),
        ({"who": "known"}, "Busque al paciente y elíjalo de la lista."),
        ({"first_names": ""}, "Escriba los nombres del paciente."),
        ({"last_names": ""}, "Escriba los apellidos del paciente."),
        ({"phone": ""}, "Escriba un celular o un correo del paciente."),
        ({"phone": "12"}, "Escriba un celular completo"),
        ({"email": "x"}, "Escriba el correo completo"),
        ({"key": "x"}, "Hay un problema"),
    ],
)
def test_bad_input_is_refused_and_kept(frozen, as_, carla, clinic, changed, sentence):
    answer = as_(carla).post(NEW_VISIT, typed(clinic, **changed))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Appointment.objects.exists()


def test_the_same_form_twice_books_once(frozen, as_, carla, clinic):
    client = as_(carla)
    form = typed(clinic, key=hidden(client.get(NEW_VISIT).content.decode(), "key"))
    first, second = client.post(NEW_VISIT, form), client.post(NEW_VISIT, form)
    assert first.url == second.url
    assert (Appointment.objects.count(), Patient.objects.count()) == (1, 1)


def test_without_a_clinic_there_is_a_way_to_one(frozen, as_, dr_diaz):
    html = text_of(as_(dr_diaz.user).get(NEW_VISIT))
    assert reverse("portal:clinic_new") in html


def test_new_visit_is_for_the_desk(frozen, client, as_, alice, erin):
    assert client.get(NEW_VISIT).url == f"/cuenta/login/?next={NEW_VISIT}"
    for somebody in (alice, erin):
        assert as_(somebody).get(NEW_VISIT).status_code == 404


def test_new_visit_takes_no_other_method(frozen, as_, carla):
    assert as_(carla).put(NEW_VISIT).status_code == 405


# What each type of visit costs -----------------------------------------------------


@pytest.fixture
def listed(clinic):
    clinic.visit_types, clinic.visit_prices = ["Primera consulta", "Control"], [60, 30]
    clinic.save()
    return clinic


@pytest.mark.parametrize(("chosen", "price"), [("Control", 30), ("", 45)])
def test_new_visit_of_a_type(frozen, as_, carla, listed, slot, chosen, price):
    html = text_of(as_(carla).get(NEW_VISIT))
    assert '<option value="Control">Control · USD 30</option>' in html
    assert "Sin tipo: USD 45" in html
    answer = as_(carla).post(NEW_VISIT, typed(listed, visit_type=chosen), follow=True)
    visit = booked(slot)
    assert (visit.visit_type, visit.price) == (chosen, price)
    assert ("<dt>Tipo de consulta</dt><dd>Control</dd>" in text_of(answer)) == bool(chosen)


def test_new_visit_of_no_such_type(frozen, as_, carla, listed):
    answer = as_(carla).post(NEW_VISIT, typed(listed, visit_type="Otra"))
    assert answer.status_code == 422
    assert "Elija una de las opciones de la lista." in text_of(answer)
    assert not Appointment.objects.exists()


def test_new_visit_without_types_asks_for_none(frozen, as_, carla, clinic, slot):
    assert "Tipo de consulta" not in text_of(as_(carla).get(NEW_VISIT))
    as_(carla).post(NEW_VISIT, typed(clinic, visit_type="Control"))
    assert (booked(slot).visit_type, booked(slot).price) == ("", 45)
