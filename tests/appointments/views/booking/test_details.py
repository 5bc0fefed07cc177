"""For whom, where to reach them, and why they come."""

from datetime import date, timedelta

import pytest
import time_machine

from accounts.models import Patient
from appointments.models import Appointment, BookingDraft
from tests.appointments.walking import Walk
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
NEW_PERSON = {
    "who": "new",
    "new_first_names": "Sofía",
    "new_last_names": "Vera",
    "new_relationship": "child",
    "new_birth_date_0": "3",
    "new_birth_date_1": "5",
    "new_birth_date_2": "2018",
}


def typed(html, name):
    return html.split(f'name="{name}"')[1].split(">")[0]


def draft():
    return BookingDraft.objects.get()


def test_details_of_anonymous_go_to_log_in_and_come_back(walk):
    walk.hold()
    answer = walk.look("details")
    assert answer.status_code == 302
    assert answer.url == f"/cuenta/login/?next={walk.address('details')}"


def test_details_keep_the_hold_over_the_log_in(walk, alice):
    walk.hold()
    expiry = Appointment.objects.get().hold_expires_at
    login = walk.client.get("/cuenta/login/").content.decode()
    assert "Dra. Ana Molina Paz, martes 24 de noviembre, 10:00" in login
    assert "Le guardamos la hora hasta las 9:10" in login
    answer = walk.client.post(
        f"/cuenta/login/?next={walk.address('details')}",
        {"login": "alice@ejemplo.test", "password": "una-clave-larga-2026"},
    )
    assert answer.url == walk.address("details")
    assert walk.client.get(answer.url).status_code == 200
    assert Appointment.objects.get().hold_expires_at == expiry


def test_details_for_more_people_than_an_account_may_have(walk, alice, settings):
    settings.PEOPLE_PER_ACCOUNT = 0
    walk.hold()
    walk.log_in(alice)
    answer = walk.tell(**NEW_PERSON)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Su cuenta ya tiene el máximo de personas a su cargo." in html
    assert 'value="Sofía"' in typed(html, "new_first_names")
    assert (alice.patients.count(), draft().patient) == (1, None)


def test_details_without_a_hold_lead_back_to_the_time(walk, alice):
    walk.log_in(alice)
    assert walk.look("details").url == walk.address("hold")
    assert not BookingDraft.objects.exists()


def test_details_posted_without_a_hold_take_it(walk, alice, slot):
    walk.log_in(alice)
    assert walk.tell().url == walk.address("review")
    draft = BookingDraft.objects.get()
    assert (draft.starts_at, draft.appointment.status) == (slot, "held")


def test_details_of_a_tab_whose_time_another_tab_let_go_take_it_back(walk, alice, slot):
    walk.to_details(alice)
    later = slot + timedelta(hours=2)
    walk.hold(later)
    answer = walk.tell(reason="lo que escribí en la primera")
    assert answer.url == walk.address("review")
    draft = BookingDraft.objects.get()
    assert (draft.starts_at, draft.reason) == (slot, "lo que escribí en la primera")


def test_details_of_a_tab_whose_time_is_gone_keep_what_was_typed(walk, alice, bob, clinic, slot):
    walk.to_details(alice)
    walk.hold(slot + timedelta(hours=2))
    AppointmentFactory(clinic=clinic, patient=bob.patients.get(), starts_at=slot)
    answer = walk.tell(reason="lo que escribí en la primera")
    assert answer.status_code == 409
    assert BookingDraft.objects.get().reason == "lo que escribí en la primera"


def test_details_of_another_time_than_the_held_one(walk, alice, slot):
    walk.to_details(alice)
    later = slot + timedelta(hours=2)
    assert walk.look("details", later).url == walk.address("hold", later)


def test_details_are_kept_for_the_review(walk, alice):
    walk.to_details(alice)
    answer = walk.tell()
    assert answer.url == walk.address("review")
    kept = draft()
    assert (kept.account, kept.patient) == (alice, alice.patients.get())
    assert (str(kept.phone), kept.reason) == ("+593991234567", "dolor de pecho")
    assert b"dolor" not in bytes(kept.reason_sealed)


def test_details_come_back_as_typed(walk, alice):
    walk.to_review(alice)
    html = walk.look("details").content.decode()
    assert "dolor de pecho</textarea>" in html
    assert 'value="099 123 4567"' in typed(html, "phone")


def test_details_show_a_foreign_phone_so_that_it_stays_right(walk, alice):
    """A Colombian celular in an Ecuadorian clinic: national digits would be another number."""
    Patient.objects.update(phone="+573211234567")
    walk.to_details(alice)
    value = typed(walk.look("details").content.decode(), "phone")
    assert 'value="+57 321 1234567"' in value
    walk.tell(phone="+57 321 1234567")
    assert str(draft().phone) == "+573211234567"


def test_details_for_a_dependant(walk, alice):
    child = PatientFactory(
        account=alice, relationship="child", first_names="Mateo", last_names="Vera"
    )
    walk.to_details(alice)
    assert "Mateo Vera" in walk.look("details").content.decode()
    walk.tell(who=str(child.public_id))
    assert draft().patient == child


def test_details_for_a_new_dependant(walk, alice):
    walk.to_details(alice)
    assert walk.tell(**NEW_PERSON).url == walk.address("review")
    child = draft().patient
    assert (child.account, child.full_name, child.relationship) == (alice, "Sofía Vera", "child")
    assert child.birth_date == date(2018, 5, 3)
    walk.tell(**NEW_PERSON)
    assert alice.patients.count() == 2


def test_details_ask_new_people_for_what_is_missing(walk):
    newcomer = UserFactory(email="nueva@ejemplo.test", first_names="", last_names="")
    walk.to_details(newcomer)
    answer = walk.tell()
    html = answer.content.decode()
    assert answer.status_code == 422
    for sentence in (
        "Escriba sus nombres.",
        "Escriba sus apellidos.",
        "Escriba su fecha de nacimiento.",
    ):
        assert sentence in html
    walk.tell(own_first_names="Noa", own_last_names="Paz", own_birth_date_0="1",
              own_birth_date_1="2", own_birth_date_2="1990")  # fmt: skip
    me = newcomer.patients.get()
    assert (me.full_name, me.birth_date, str(me.phone)) == (
        "Noa Paz",
        date(1990, 2, 1),
        "+593991234567",
    )
    assert draft().patient == me


def test_details_ask_nothing_twice(walk, alice):
    walk.to_details(alice)
    assert 'name="own_' not in walk.look("details").content.decode()


REFUSED = {
    "no phone": ({"phone": ""}, "Complete «Celular»."),
    "short phone": ({"phone": "12"}, "Escriba un celular completo, por ejemplo 099 123 4567."),
    "words as phone": ({"phone": "mi celular"}, "Escriba un celular completo"),
    "long reason": ({"reason": "a" * 601}, "Escriba 600 caracteres o menos (tiene 601)."),
    "nobody": ({"who": ""}, "Elija una opción en «¿Para quién es la cita?»."),
    "unknown person": ({"who": "alguien"}, "Elija una de las opciones de la lista."),
    "a new person unnamed": ({"who": "new"}, "Escriba los nombres de la persona que se atiende."),
    "unborn": ({**NEW_PERSON, "new_birth_date_2": "2027"}, "Escriba una fecha entre el"),
    "no such day": ({**NEW_PERSON, "new_birth_date_0": "31", "new_birth_date_1": "2"},
                    "Escriba una fecha que exista"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "sentence"), REFUSED.values(), ids=REFUSED)
def test_details_refused_keep_what_was_typed(walk, alice, changed, sentence):
    walk.to_details(alice)
    answer = walk.tell(**changed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert "<title>Error:" in html
    if "reason" not in changed:
        assert "dolor de pecho</textarea>" in html
    assert draft().patient is None
    assert Patient.objects.count() == 1


def test_details_for_somebody_elses_patient_are_refused(walk, alice, bob):
    walk.to_details(alice)
    answer = walk.tell(who=str(bob.patients.get().public_id))
    assert answer.status_code == 422
    assert "Elija una de las opciones de la lista." in answer.content.decode()
    assert "Bruno" not in answer.content.decode()
    assert draft().patient is None


def test_details_of_a_run_out_hold_can_still_be_given(walk, alice):
    walk.to_details(alice)
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        html = walk.look("details").content.decode()
        assert "Si nadie la tomó, todavía puede reservarla." in html
        assert walk.tell().url == walk.address("review")


def test_another_account_on_the_same_browser_sees_no_draft(walk, alice, bob):
    walk.to_review(alice)
    walk.log_in(bob)
    assert walk.look("details").url == walk.address("hold")
    assert walk.look("review").url == walk.address("details")
    assert "dolor" not in walk.look("hold").content.decode()


def test_another_account_that_got_the_browsers_key_sees_no_draft(walk, alice, bob, slot):
    """Even where a session outlives a change of account, the draft is Alicia's alone."""
    walk.to_review(alice)
    key = draft().holder_key
    walk.log_in(bob)
    session = walk.client.session
    session["holder_key"] = key
    session.save()
    assert walk.look("details").url == walk.address("hold")
    later = slot + timedelta(hours=1)
    assert walk.hold(later).url == walk.address("details", later)
    page = walk.look("details", later)
    assert page.status_code == 200
    assert "dolor de pecho" not in page.content.decode()
    assert BookingDraft.objects.get(account=alice).reason == "dolor de pecho"


def test_what_was_typed_outlives_a_lost_time(walk, alice, bob, clinic, slot):
    walk.to_review(alice)
    Appointment.objects.all().delete()
    AppointmentFactory(clinic=clinic, patient=bob.patients.get(), starts_at=slot)
    page = walk.look("hold")
    assert page.status_code == 409
    assert "Lo que ya escribió queda guardado" in page.content.decode()
    later = slot + timedelta(hours=1)
    walk.hold(later)
    html = walk.look("details", later).content.decode()
    assert "dolor de pecho</textarea>" in html
    assert walk.look("review", later).status_code == 200


def test_details_take_get_and_post_only(walk, alice):
    walk.to_details(alice)
    assert walk.client.delete(walk.address("details")).status_code == 405


def test_two_browsers_have_two_drafts(walk, alice, clinic, slot):
    walk.to_review(alice)
    other = Walk(clinic, slot + timedelta(hours=1)).to_details(alice)
    other.tell(reason="otra cosa")
    assert sorted(d.reason for d in BookingDraft.objects.all()) == ["dolor de pecho", "otra cosa"]


def test_typed_text_is_shown_as_text(walk, alice):
    walk.to_details(alice)
    walk.tell(reason="<script>alert(1)</script>")
    html = walk.look("review").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html
