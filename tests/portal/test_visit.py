"""One visit as its doctor sees it."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import AppointmentChange
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db


def address(visit):
    return reverse("portal:visit", args=[visit.public_id])


def test_visit_shows_who_comes_and_why(frozen, as_, dr_chen, visit):
    visit.reason = "dolor de pecho"
    visit.save()
    html = as_(dr_chen.user).get(address(visit)).content.decode()
    for fact in ("Alicia Vera", "Miércoles 25 de noviembre, 9:00", "dolor de pecho",
                 "+593 99 123 4567", visit.code, "27 de marzo de 1985"):  # fmt: skip
        assert fact.lower() in html.lower()


def test_visit_shows_age_contact_and_other_visits(frozen, as_, dr_chen, visit, alice):
    before = AppointmentFactory(
        clinic=visit.clinic, patient=visit.patient, starts_at=visit.starts_at - timedelta(days=30),
        status="attended",
    )  # fmt: skip
    before.reason = "control anual"
    before.save()
    html = as_(dr_chen.user).get(address(visit)).content.decode()
    assert "41 años" in html
    assert 'href="tel:+593-99-123-4567"' in html
    assert f'href="mailto:{alice.email}"' in html
    assert address(before) in html
    assert "control anual" in html


def test_reception_sees_contact_and_no_reason(frozen, as_, carla, dr_chen, visit, alice):
    visit.reason = "dolor de pecho"
    visit.save()
    before = AppointmentFactory(
        clinic=visit.clinic, patient=visit.patient, starts_at=visit.starts_at - timedelta(days=30)
    )
    before.reason = "control anual"
    before.save()
    elsewhere = AppointmentFactory(
        clinic=ClinicFactory(doctor=dr_chen), patient=visit.patient,
        starts_at=visit.starts_at - timedelta(days=60),
    )  # fmt: skip
    html = as_(carla).get(address(visit)).content.decode()
    assert "+593 99 123 4567" in html
    assert address(before) in html
    for secret in ("dolor de pecho", "control anual", "Motivo", address(elsewhere)):
        assert secret not in html
    assert as_(carla).get(address(elsewhere)).status_code == 404


def test_patient_without_an_account_is_shown(frozen, as_, dr_chen, clinic):
    patient = PatientFactory(account=None, email="luis@ejemplo.test", birth_date=None)
    visit = AppointmentFactory(clinic=clinic, patient=patient, booked_by=dr_chen.user, phone="")
    html = as_(dr_chen.user).get(address(visit)).content.decode()
    assert "luis@ejemplo.test" in html
    assert "+593 99 123 4567" in html
    assert "Aún no tiene cuenta en Doctobooking." in html


def test_timeline_says_who_did_what(frozen, as_, dr_chen, visit, alice, carla, erin):
    def change(kind, actor, message="", **more):
        line = AppointmentChange(
            appointment=visit, kind=kind, actor=actor, at=frozen, to_status="booked",
            to_starts_at=visit.starts_at, sequence=0, **more,
        )  # fmt: skip
        line.message = message
        line.save()

    change("booked", alice)
    change("rescheduled", carla, "Traiga sus exámenes", by_desk=True, is_override=True)
    change("kept", dr_chen.user, by_desk=True)
    change("cancelled", erin)
    change("lapsed", None)
    html = as_(dr_chen.user).get(address(visit)).content.decode()
    for said in (
        "· el paciente",
        "Luis Andrade, recepción",
        "· usted",
        "equipo de Doctobooking",
        "· automáticamente",
        "Traiga sus exámenes",
        "Fuera de horario, a propósito.",
    ):
        assert said in html
    theirs = as_(carla).get(address(visit)).content.decode()
    assert "Traiga sus exámenes" in theirs
    assert "· Dra. Ana Molina Paz" in theirs


def test_message_of_the_doctor_is_not_for_reception(frozen, as_, dr_chen, visit, carla):
    line = AppointmentChange(
        appointment=visit, kind="rescheduled", actor=dr_chen.user, at=frozen, by_desk=True,
        to_status="booked", to_starts_at=visit.starts_at, sequence=0,
    )  # fmt: skip
    line.message = "Sus exámenes salieron altos"
    line.save()
    assert "salieron altos" in as_(dr_chen.user).get(address(visit)).content.decode()
    assert "salieron altos" not in as_(carla).get(address(visit)).content.decode()


def test_visit_beside_the_agenda_is_a_part(frozen, as_, dr_chen, visit):
    html = as_(dr_chen.user).get(address(visit), headers={"HX-Request": "true"}).content.decode()
    assert "<h1" not in html
    assert "Alicia Vera" in html


def test_visit_of_another_doctor_is_as_absent(as_, dr_diaz, visit):
    client = as_(dr_diaz.user)
    assert client.get(address(visit)).status_code == 404
    assert client.get(reverse("portal:visit", args=[uuid.uuid4()])).status_code == 404


def test_visit_is_closed_to_patients_and_staff(as_, alice, bob, erin, visit):
    for somebody in (alice, bob, erin):
        assert as_(somebody).get(address(visit)).status_code == 404


def test_hold_is_no_visit(walk, as_, dr_chen):
    walk.hold()
    held = dr_chen.appointments.get()
    assert as_(dr_chen.user).get(address(held)).status_code == 404


def test_visit_of_anonymous_goes_to_log_in(client, visit):
    assert client.get(address(visit)).url == f"/cuenta/login/?next={address(visit)}"


def test_visit_is_for_looking(as_, dr_chen, visit):
    assert as_(dr_chen.user).post(address(visit)).status_code == 405
