"""The page that closes an account: what it tells, what it asks for, and taking it back."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from prescriptions.services.issuing import heading_of
from privacy.models import Closing
from privacy.services.closing import close_due, request_closing
from tests.factories import (
    AppointmentFactory,
    AttendedFactory,
    DoctorFactory,
    PatientFactory,
    PaymentLineFactory,
)
from tests.privacy.world import ALICES, fill, sure

pytestmark = pytest.mark.django_db
PAGE, UNDO, MINE = (reverse(f"privacy:{name}") for name in ("close", "close_undo", "mine"))


@pytest.fixture
def hers(frozen, alice, clinic):
    return fill(alice, clinic)


def text_of(answer):
    return answer.content.decode().partition("<main")[2].partition("</main")[0]


def test_the_password_comes_first(as_, alice, frozen):
    answer = as_(alice).get(PAGE)
    assert answer.status_code == 302
    assert reverse("account_reauthenticate") in answer.url
    assert as_(alice).post(PAGE, {"word": "cerrar"}).status_code == 302
    assert Closing.objects.count() == 0


def test_page_tells_what_goes_and_what_stays(hers, as_, alice):
    page = text_of(sure(as_(alice)).get(PAGE))
    assert f"De {ALICES['first']} {ALICES['last']}, hasta el" in page
    assert "15 de noviembre de 2041" in page
    assert "Acuerdo Ministerial 00115-2020</span>, Ecuador" in page
    assert "Su opinión: deja de verse y de contar." in page
    assert "Lo mismo de la persona a su cargo." in page
    assert page.count(hers["coming"].doctor.display_name) == 1


def test_page_of_who_leaves_nothing(as_, bob, frozen):
    assert "Nada con su nombre" in text_of(sure(as_(bob)).get(PAGE))


def test_fee_of_a_late_visit_is_told(as_, alice, clinic, frozen):
    soon = {"starts_at": frozen + timedelta(hours=13), "late_cancellation_fee": 12}
    AppointmentFactory(clinic=clinic, patient=alice.patients.get(), booked_by=alice, **soon)
    assert "el consultorio cobra" in text_of(sure(as_(alice)).get(PAGE))


def test_visit_of_the_next_hours_is_not_cancelled(as_, alice, clinic, frozen):
    AppointmentFactory(clinic=clinic, patient=alice.patients.get(), booked_by=alice,
                       starts_at=frozen + timedelta(hours=3))  # fmt: skip
    assert "Citas que se cancelan" not in text_of(sure(as_(alice)).get(PAGE))


@pytest.mark.parametrize("word", ["cerrar", " «Cerrar» ", "CERRAR."])
def test_word_is_typed_as_people_type(as_, bob, frozen, word):
    answer = sure(as_(bob)).post(PAGE, {"word": word})
    assert (answer.status_code, answer.url) == (302, MINE)
    assert Closing.objects.get().due_at == frozen + timedelta(hours=12)
    page = text_of(as_(bob).get(MINE))
    assert "Su cuenta se va a cerrar" in page
    assert "Ver qué pasa si la cierro" not in page


@pytest.mark.parametrize("word", ["", "borrar", "x" * 5000, "cerrar\x00", "<b>cerrar</b>", "🙂"])
def test_another_word_closes_nothing(as_, bob, frozen, word):
    answer = sure(as_(bob)).post(PAGE, {"word": word})
    assert answer.status_code == 422
    assert 'class="errors"' in answer.content.decode()
    assert Closing.objects.count() == 0


def test_pressed_twice_it_is_one(as_, bob, frozen):
    browser = sure(as_(bob))
    assert [browser.post(PAGE, {"word": "cerrar"}).status_code for _ in range(2)] == [302, 302]
    assert Closing.objects.count() == 1


def test_taken_back_without_the_password(as_, bob, frozen):
    request_closing(account=bob, now=frozen)
    answer = as_(bob).post(UNDO, follow=True)
    assert "Su cuenta sigue abierta." in answer.content.decode()
    assert Closing.objects.get().withdrawn_at == frozen
    again = as_(bob).post(UNDO, follow=True)
    assert "No hay ningún cierre pendiente" in again.content.decode()


def test_nobody_takes_back_anothers(as_, alice, bob, frozen):
    request_closing(account=bob, now=frozen)
    as_(alice).post(UNDO)
    assert Closing.objects.get().withdrawn_at is None


def test_word_in_english(as_, bob, frozen):
    browser = sure(as_(bob))
    browser.cookies["django_language"] = "en"
    assert "close" in text_of(browser.get(PAGE))
    assert browser.post(PAGE, {"word": "close"}).status_code == 302


def test_doctor_is_told_what_to_settle_and_where(as_, dr_chen, clinic, frozen):
    AppointmentFactory(clinic=clinic)
    AttendedFactory(clinic=clinic)
    browser = sure(as_(dr_chen.user))
    page = text_of(browser.get(PAGE))
    assert "18 de noviembre de 2041" in page
    assert [reverse(name) in page for name in
            ("portal:unpublish", "portal:agenda", "support:contact")] == [True] * 3  # fmt: skip
    assert 'name="word"' not in page
    assert browser.post(PAGE, {"word": "cerrar"}).status_code == 409
    assert Closing.objects.count() == 0


def test_doctor_without_visits_leaves_whole(as_, frozen):
    doctor = DoctorFactory(is_published=False, biography="Presentación 7Q", licence_number="7Q-1",
                           first_names="Fulgencia7Q")  # fmt: skip
    doctor.user.is_doctor = True
    doctor.user.save()
    answer = sure(as_(doctor.user)).post(PAGE, {"word": "cerrar"})
    assert answer.status_code == 302
    assert close_due(now=frozen + timedelta(hours=12)) == 1
    doctor.refresh_from_db()
    assert (doctor.full_name, doctor.biography, doctor.licence_number) == ("", "", "")


@pytest.fixture
def former(clinic, frozen):
    """Somebody whom Ana treated, and who has left."""
    patient = PatientFactory(first_names="Rosa", last_names="Paz", id_number="0912345678",
                             id_country="EC")  # fmt: skip
    visit = AttendedFactory(clinic=clinic, patient=patient, phone="")
    request_closing(account=patient.account, now=frozen - timedelta(hours=12))
    assert close_due(now=frozen) == 1
    return visit


@pytest.mark.parametrize("route", ["consultation", "history"])
def test_her_doctor_still_knows_whose_record_it_is(as_, former, route):
    key = former.public_id if route == "consultation" else former.patient.public_id
    page = text_of(as_(former.doctor.user).get(reverse(f"portal:{route}", args=[key])))
    assert "Paciente que cerró su cuenta" in page
    assert "Rosa Paz" in page
    assert "documento EC 0912345678" in page
    assert "18 de noviembre de 2041" in page


def test_her_doctor_finds_the_record_by_the_name(as_, former):
    page = text_of(as_(former.doctor.user).get(reverse("portal:former_patients")))
    assert "Rosa Paz" in page
    assert reverse("portal:history", args=[former.patient.public_id]) in page


def test_another_doctor_and_the_reception_do_not(as_, former, dr_diaz, carla):
    assert "Rosa" not in text_of(as_(dr_diaz.user).get(reverse("portal:former_patients")))
    page = text_of(as_(carla).get(reverse("portal:visit", args=[former.public_id])))
    assert "Paciente que cerró su cuenta" in page
    assert "Cerró su cuenta: no se le puede escribir" in page
    assert [word for word in ("Rosa", "0912345678", "cuenta.invalid") if word in page] == []


def test_papers_of_her_doctor_name_her_and_the_receptions_do_not(as_, former, carla):
    line = PaymentLineFactory(appointment=former)
    page = reverse("portal:receipt", args=[former.public_id, line.public_id])
    names = [text_of(as_(who).get(page)) for who in (former.doctor.user, carla)]
    assert ["Rosa Paz" in words for words in names] == [True, False]
    assert heading_of(former).patient == "Rosa Paz"


def test_nobody_offers_her_another_visit(as_, former):
    page = text_of(as_(former.doctor.user).get(reverse("portal:visit", args=[former.public_id])))
    assert [word in page for word in ("Otra cita para este paciente", "Repetir esta cita")] == [
        False, False,
    ]  # fmt: skip


def test_command_asks_as_the_person_would(bob, erin, frozen):
    said = StringIO()
    call_command("close_account", str(bob.public_id), stdout=said)
    assert said.getvalue() == "Closes at 2026-11-24 02:00 UTC.\n"
    with pytest.raises(CommandError):
        call_command("close_account", str(erin.public_id))
    with pytest.raises(CommandError):
        call_command("close_account", "5d0f9a2e-0000-4000-8000-000000000000")
