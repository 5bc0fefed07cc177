"""The guided set-up: left and resumed at any step, and told apart only by what the profile has."""

import pytest
from django.urls import reverse

from clinics.models import OpeningHours
from doctors.models import Doctor
from portal.steps import next_of, steps_of
from tests.factories import ClinicFactory, DoctorFactory, SpecialtyFactory, UserFactory

pytestmark = pytest.mark.django_db
SETUP, NEXT = reverse("portal:setup"), reverse("portal:next_step")
DETAILS = reverse("portal:profile_details")
NAMES = {"title": "dra", "first_names": "Marta", "last_names": "Cueva"}


@pytest.fixture
def newcomer(db):
    return UserFactory(
        is_doctor=True, is_patient=False, first_names="Marta", last_names="Cueva",
        email="marta@ejemplo.test",
    )  # fmt: skip


@pytest.fixture
def draft(newcomer):
    """Only names yet."""
    return DoctorFactory(
        user=newcomer, slug="marta-cueva", first_names="Marta", last_names="Cueva",
        licence_number="", is_published=False, specialty=False,
    )  # fmt: skip


def keys(steps):
    return [step.key for step in steps if step.is_done]


def test_new_account_of_a_doctor_is_led_to_the_set_up(as_, newcomer):
    browser = as_(newcomer)
    for page in ("agenda", "profile", "profile_licence", "preview"):
        assert browser.get(reverse(f"portal:{page}")).url == SETUP
    html = browser.get(SETUP).content.decode()
    assert "Le damos la bienvenida, Marta" in html
    assert f"{DETAILS}?paso=perfil" in html
    assert not Doctor.objects.exists()


def test_first_step_makes_the_profile(as_, newcomer):
    browser = as_(newcomer)
    html = browser.get(DETAILS).content.decode()
    assert 'value="Marta"' in html and 'value="Cueva"' in html
    answer = browser.post(f"{DETAILS}?paso=perfil", {**NAMES, "languages": ["es", "qu"]})
    assert answer.url == f"{NEXT}?tras=perfil"
    assert (
        browser.get(answer.url).url
        == f"{reverse('portal:profile_specialties')}?paso=especialidades"
    )
    doctor = Doctor.objects.get(user=newcomer)
    assert (doctor.slug, doctor.is_published) == ("marta-cueva", False)
    browser.post(f"{DETAILS}?paso=perfil", NAMES)
    assert Doctor.objects.filter(user=newcomer).count() == 1


def test_steps_are_done_when_the_profile_has_them(draft):
    assert keys(steps_of(None)) == []
    assert keys(steps_of(draft)) == ["perfil"]
    draft.doctor_specialties.create(specialty=SpecialtyFactory())
    draft.licence_number = "1"
    assert keys(steps_of(draft)) == ["perfil", "especialidades", "registro"]
    clinic = ClinicFactory(doctor=draft, hours=[], price=None, payment_methods=[])
    assert keys(steps_of(draft))[3:] == ["consultorio"]
    OpeningHours.objects.create(clinic=clinic, weekday=1, starts_minute=540, ends_minute=600)
    assert keys(steps_of(draft))[3:] == ["consultorio", "horarios"]
    clinic.price = 0
    clinic.save()
    assert keys(steps_of(draft))[5:] == ["citas"]
    draft.is_published = True
    assert keys(steps_of(draft))[6:] == ["publicar"]


def test_next_step_goes_on_from_where_one_is(draft):
    steps = steps_of(draft)
    assert next_of(steps).key == "especialidades"
    assert next_of(steps, "especialidades").key == "registro"
    # What was left out comes at the end; what one may do without does not come again.
    assert next_of(steps, "publicar").key == "especialidades"
    draft.doctor_specialties.create(specialty=SpecialtyFactory())
    draft.licence_number = "1"
    ClinicFactory(doctor=draft, price=None, payment_methods=[])
    assert next_of(steps_of(draft)).key == "citas"
    assert next_of(steps_of(draft), "citas").key == "publicar"
    assert next_of(steps_of(draft), "nada").key == "citas"


def test_steps_of_a_consultorio_begin_with_it(draft):
    hours = next(s for s in steps_of(draft) if s.key == "horarios")
    assert hours.url == f"{reverse('portal:clinic_new')}?paso=consultorio"
    clinic = ClinicFactory(doctor=draft)
    assert [s.url for s in steps_of(draft)[3:6]] == [
        f"{reverse(f'portal:{page}', args=[clinic.public_id])}?paso={key}"
        for page, key in (("clinic", "consultorio"), ("hours", "horarios"),
                          ("booking_rules", "citas"))
    ]  # fmt: skip


def test_set_up_shows_how_far_one_is(as_, draft):
    html = as_(draft.user).get(SETUP).content.decode()
    for words in ("1 de 7 listo", "Continuar: Especialidades", "Puesta en marcha", "(opcional)"):
        assert words in html


def test_set_up_asks_as_little_with_three_consultorios_as_with_one(
    as_, draft, django_assert_max_num_queries
):
    browser = as_(draft.user)
    ClinicFactory(doctor=draft)
    browser.get(SETUP)
    for _more in range(2):
        ClinicFactory(doctor=draft)
    with django_assert_max_num_queries(9):
        browser.get(SETUP)


def test_set_up_of_a_published_profile_can_still_be_walked(as_, dr_chen, clinic):
    html = as_(dr_chen.user).get(SETUP).content.decode()
    assert "7 de 7 listos" in html and "Su perfil está publicado" in html


def test_page_says_which_step_it_is(as_, draft):
    browser = as_(draft.user)
    page = reverse("portal:profile_licence")
    assert "Paso 3 de 7" in browser.get(f"{page}?paso=registro").content.decode()
    for query in ("", "?paso=nada", "?paso=%F0"):
        assert "Paso" not in browser.get(f"{page}{query}").content.decode()


@pytest.mark.parametrize("after", ["", "nada", "%F0%9F", "x" * 3000])
def test_next_step_of_nonsense_is_the_first_that_waits(as_, draft, after):
    answer = as_(draft.user).get(f"{NEXT}?tras={after}")
    assert answer.url.endswith("?paso=especialidades")


def test_set_up_is_for_doctors(as_, client, alice, erin, carla):
    for page in (SETUP, NEXT, DETAILS):
        assert client.get(page).url == f"/cuenta/login/?next={page}"
        assert [as_(p).get(page).status_code for p in (alice, erin, carla)] == [404] * 3
