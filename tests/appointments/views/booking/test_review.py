"""Everything in sight; confirming makes one visit, however often and from wherever."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from appointments.models import Appointment, BookingDraft
from core.models import Event
from tests.appointments.walking import Walk
from tests.conftest import NOW
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db


def visits():
    return Appointment.objects.filter(status="booked")


def test_review_shows_all_that_is_confirmed(walk, alice):
    html = walk.to_review(alice).look("review").content.decode()
    for fact in (
        "Dra. Ana Molina Paz", "Registro 1234-5678", "Martes 24 de noviembre, 10:00",
        "hora de Ecuador (GMT-5)", "La Carolina, Av. República 123, Quito", "Alicia Vera",
        "+593 99 123 4567", "dolor de pecho", "USD\xa045", "efectivo, tarjeta",
        "Se paga en el consultorio.", "Sin costo hasta el lunes 23 de noviembre, 22:00",
    ):  # fmt: skip
        assert fact in html


def test_review_confirmed_makes_the_visit(walk, alice, clinic, slot):
    walk.to_review(alice)
    answer = walk.confirm()
    visit = visits().get()
    assert answer.url == f"/citas/{visit.public_id}/"
    assert (visit.doctor, visit.clinic, visit.starts_at) == (clinic.doctor, clinic, slot)
    assert (visit.patient, visit.booked_by) == (alice.patients.get(), alice)
    assert (visit.reason, str(visit.phone)) == ("dolor de pecho", "+593991234567")
    assert (visit.price, visit.currency) == (clinic.price, "USD")
    assert visit.payment_policy == "Se paga en el consultorio."
    assert visit.cancellation_notice_minutes == 720
    assert visit.code.startswith("DB-")
    assert visit.booked_at == NOW
    assert list(visit.changes.values_list("kind", flat=True)) == ["booked"]
    assert Event.objects.filter(name="appointment.booked").count() == 1
    assert not BookingDraft.objects.exists()
    assert not Appointment.objects.filter(status="held").exists()


def test_review_of_anonymous_goes_to_log_in(walk):
    walk.hold()
    assert walk.look("review").url.startswith("/cuenta/login/?next=")
    assert walk.confirm({}).url.startswith("/cuenta/login/?next=")


def test_review_before_the_details_leads_to_them(walk, alice):
    walk.to_details(alice)
    assert walk.look("review").url == walk.address("details")


def test_confirmed_twice_is_one_visit(walk, alice):
    walk.to_review(alice)
    form = walk.form()
    first, second = walk.confirm(form), walk.confirm(form)
    assert first.url == second.url == f"/citas/{visits().get().public_id}/"


def test_going_back_and_confirming_again_is_one_visit(walk, alice):
    walk.to_review(alice)
    form = walk.form()
    address = walk.confirm(form).url
    assert walk.look("review").url == address
    assert walk.look("details").url == walk.address("hold")
    assert walk.confirm(form).url == address
    assert visits().count() == 1


def test_two_tabs_are_one_visit(walk, alice):
    """Each tab has its own key; the wish is the same."""
    walk.to_review(alice)
    one, other = walk.form(), walk.form()
    assert one["key"] != other["key"]
    assert walk.confirm(one).url == walk.confirm(other).url
    assert visits().count() == 1


def test_key_of_another_time_is_refused(walk, alice, slot):
    walk.to_review(alice)
    form = walk.form()
    walk.confirm(form)
    later = slot + timedelta(hours=2)
    walk.hold(later)
    walk.tell(later)
    answer = walk.confirm(walk.form(later), slot=later, key=form["key"])
    assert answer.status_code == 409
    assert "Este formulario ya se usó para otra cita" in answer.content.decode()
    assert visits().count() == 1


def test_terms_changed_meanwhile_are_asked_again(walk, alice, clinic):
    walk.to_review(alice)
    form = walk.form()
    clinic.price = 60
    clinic.save()
    answer = walk.confirm(form)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "El precio o las condiciones cambiaron" in html
    assert "USD\xa060" in html
    assert not visits().exists()
    walk.confirm()
    assert visits().get().price == 60


def test_time_lost_meanwhile_keeps_what_was_typed(walk, alice, bob, clinic, slot):
    walk.to_review(alice)
    form = walk.form()
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        Walk(clinic, slot).to_review(bob).confirm()
        answer = walk.confirm(form)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "Alguien acaba de tomar esa hora" in html
        assert "Las horas libres más cercanas" in html
        assert "Lo que ya escribió queda guardado" in html
        later = slot + timedelta(minutes=30)
        walk.hold(later)
        walk.confirm(slot=later)
    mine = visits().get(booked_by=alice)
    assert (mine.starts_at, mine.reason) == (later, "dolor de pecho")


def test_hold_run_out_is_still_bookable_when_free(walk, alice):
    walk.to_review(alice)
    with time_machine.travel(NOW + timedelta(minutes=25), tick=False):
        html = walk.look("review").content.decode()
        assert "Si nadie la tomó, todavía puede reservarla." in html
        walk.confirm()
    assert visits().count() == 1


def test_hold_run_out_and_kept_again(walk, alice):
    walk.to_review(alice)
    with time_machine.travel(NOW + timedelta(minutes=25), tick=False):
        assert walk.hold().url == walk.address("details")
        assert "Le guardamos la hora hasta las 9:35" in walk.look("review").content.decode()


def test_patient_of_another_account_is_404(walk, alice, bob):
    walk.to_review(alice)
    answer = walk.confirm(patient=str(bob.patients.get().public_id))
    assert answer.status_code == 404
    assert not visits().exists()


def test_patient_who_does_not_exist_is_404(walk, alice):
    walk.to_review(alice)
    assert walk.confirm(patient=str(uuid.uuid4())).status_code == 404


def test_another_of_ones_own_patients_than_the_chosen_one_is_404(walk, alice):
    child = PatientFactory(account=alice, relationship="child")
    walk.to_review(alice)
    assert walk.confirm(patient=str(child.public_id)).status_code == 404
    assert not visits().exists()


@pytest.mark.parametrize("name", ["key", "terms", "patient"])
@pytest.mark.parametrize("value", ["", "x", "a" * 10_000, "\x00", "1' OR '1'='1"])
def test_damaged_form_is_shown_again(walk, alice, name, value):
    walk.to_review(alice)
    answer = walk.confirm(**{name: value})
    html = answer.content.decode()
    if name == "terms" and value in ("x", "1' OR '1'='1"):
        assert answer.status_code == 409
        assert "El precio o las condiciones cambiaron" in html
    else:
        assert answer.status_code == 422
        assert "Revise su cita y confirme otra vez." in html
    assert "Confirmar la cita" in html
    assert not visits().exists()


def test_extra_fields_change_nothing(walk, alice, bob):
    walk.to_review(alice)
    walk.confirm(
        {**walk.form(), "price": "0", "status": "attended", "booked_by": bob.pk, "doctor": "1",
         "account": bob.pk, "starts_at": "2026-12-24T15:00:00Z", "code": "DB-AAAAA"}
    )  # fmt: skip
    visit = visits().get()
    assert (visit.price, visit.booked_by, visit.starts_at) == (45, alice, walk.slot)
    assert visit.code != "DB-AAAAA"


def test_patient_in_two_places_is_refused(walk, alice, slot, dr_diaz):
    other = ClinicFactory(doctor=dr_diaz)
    AppointmentFactory(clinic=other, patient=alice.patients.get(), starts_at=slot)
    walk.to_review(alice)
    answer = walk.confirm()
    assert answer.status_code == 409
    assert "Esa persona ya tiene otra cita a esa hora" in answer.content.decode()
    assert visits().count() == 1


def test_too_many_open_visits_with_one_doctor(walk, alice, clinic, slot):
    patient = alice.patients.get()
    for n in range(3):
        AppointmentFactory(clinic=clinic, patient=patient, starts_at=slot + timedelta(days=n + 1))
    walk.to_review(alice)
    answer = walk.confirm()
    assert answer.status_code == 429
    assert "Ya tiene varias citas pendientes con este médico" in answer.content.decode()
    assert visits().count() == 3


def test_too_many_bookings_in_an_hour(walk, alice, clinic, slot, settings):
    settings.BOOKINGS_PER_HOUR = 1
    AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=slot + timedelta(days=1),
        booked_at=NOW - timedelta(minutes=59),
    )  # fmt: skip
    walk.to_review(alice)
    answer = walk.confirm()
    assert answer.status_code == 429
    assert "Ha reservado muchas citas en poco tiempo" in answer.content.decode()
    assert visits().count() == 1


def test_doctor_who_stops_taking_patients_meanwhile(walk, alice, dr_chen):
    walk.to_review(alice)
    form = walk.form()
    dr_chen.takes_new_patients = False
    dr_chen.save()
    assert walk.confirm(form).status_code == 404
    assert not visits().exists()


def test_visit_of_a_dependant(walk, alice):
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo")
    walk.to_review(alice, who=str(child.public_id)).confirm()
    visit = visits().get()
    assert (visit.patient, visit.booked_by) == (child, alice)


def test_review_without_csrf_token_is_403(walk, alice):
    walk.to_review(alice)
    form = walk.form()
    walk.client.handler.enforce_csrf_checks = True
    answer = walk.confirm(form)
    assert answer.status_code == 403
    assert "Por seguridad, no guardamos ese envío" in answer.content.decode()
    assert not visits().exists()


def test_review_takes_get_and_post_only(walk, alice):
    walk.to_review(alice)
    assert walk.client.put(walk.address("review")).status_code == 405


def test_review_shows_what_may_be_asked_besides_the_price(walk, alice, clinic):
    terms = {"late_cancellation_fee": Decimal(20), "no_show_fee": Decimal("15.50"),
             "payment_time": "before", "deposit_terms": "La mitad al reservar.",
             "follow_up_days": 15}  # fmt: skip
    for name, value in terms.items():
        setattr(clinic, name, value)
    clinic.save()
    html = walk.to_review(alice).look("review").content.decode()
    for said in ("Antes de la consulta", "La mitad al reservar.",
                 "El consultorio cobra USD\xa015,50",
                 "Sin costo dentro de 15 días de la consulta",
                 "Después, cancelar cuesta USD\xa020."):  # fmt: skip
        assert said in html
    walk.confirm()
    visit = visits().get()
    assert {name: getattr(visit, name) for name in terms} == terms


def test_fee_that_changed_meanwhile_is_shown_again(walk, alice, clinic):
    walk.to_review(alice)
    page = walk.form()
    clinic.no_show_fee = Decimal(20)
    clinic.save()
    answer = walk.client.post(walk.address("review"), page)
    assert answer.status_code == 409
    assert "El precio o las condiciones cambiaron." in answer.content.decode()
    assert not visits().exists()
