"""Preview, publish, hide: and who is hidden is nowhere."""

import pytest
from django.urls import reverse

from clinics.models import OpeningHours
from core.models import Event
from doctors.models import Doctor
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db
PREVIEW, PUBLISH, HIDE = (reverse(f"portal:{n}") for n in ("preview", "publish", "unpublish"))
PROFILE = reverse("portal:profile")


@pytest.fixture
def hidden(dr_chen, clinic):
    """Ana, with all that a profile needs, not published yet."""
    dr_chen.is_published = False
    dr_chen.save()
    return dr_chen


def published():
    return Doctor.objects.get(slug="ana-molina-paz").is_published


def test_preview_shows_the_profile_to_its_doctor(frozen, as_, client, hidden):
    hidden.biography = "Escucho con calma."
    hidden.save()
    html = as_(hidden.user).get(PREVIEW).content.decode()
    for fact in ("Dra. Ana Molina Paz", "Cardióloga", "1234-5678", "Sin verificar",
                 "Escucho con calma.", "La Carolina", "USD\xa045", "Hoy, lunes 23 de noviembre",
                 "9:30", "Por ahora solo lo ve usted.", "Publicar mi perfil"):  # fmt: skip
        assert fact in html, fact
    assert "/reservar/" not in html
    assert not published()
    assert client.get(reverse("doctor", args=[hidden.slug])).status_code == 404


def test_profile_is_published(as_, client, hidden):
    browser = as_(hidden.user)
    assert browser.post(PUBLISH).url == PROFILE
    assert published()
    assert client.get(reverse("doctor", args=[hidden.slug])).status_code == 200
    assert [e.name for e in Event.objects.all()] == ["doctor.published"]
    # Pressed twice: nothing more.
    assert browser.post(PUBLISH).url == PROFILE
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("take", "step"),
    [
        (lambda d: d.doctor_specialties.all().delete(), "Especialidades"),
        (lambda d: Doctor.objects.update(licence_number=""), "Registro profesional"),
        (lambda d: OpeningHours.objects.all().delete(), "Horarios"),
        (lambda d: d.clinics.update(is_active=False), "Consultorio"),
        (lambda d: Doctor.objects.update(last_names=""), "Sus datos"),
    ],
)
def test_what_is_missing_is_said_with_its_link(as_, hidden, take, step):
    take(hidden)
    answer = as_(hidden.user).post(PUBLISH)
    assert answer.status_code == 409
    missing = [s.title for s in answer.context["missing"]]
    assert step in missing
    html = answer.content.decode()
    assert "Todavía falta algo para publicar su perfil." in html
    assert all(s.url.replace("&", "&amp;") in html for s in answer.context["missing"])
    assert "Publicar mi perfil" not in html
    assert not published()
    assert not Event.objects.exists()


def test_hours_of_a_paused_consultorio_do_not_count(as_, hidden):
    hidden.clinics.update(is_active=False)
    ClinicFactory(doctor=hidden, hours=[])
    answer = as_(hidden.user).post(PUBLISH)
    assert [s.key for s in answer.context["missing"]] == ["horarios"]


def test_profile_is_hidden_after_a_question(as_, client, dr_chen, visit):
    browser = as_(dr_chen.user)
    assert "¿Dejar de publicar su perfil?" in browser.get(HIDE).content.decode()
    assert published()
    assert browser.post(HIDE).url == PROFILE
    assert not published()
    assert client.get(reverse("doctor", args=[dr_chen.slug])).status_code == 404
    visit.refresh_from_db()
    assert visit.status == "booked"
    browser.post(HIDE)
    assert [e.name for e in Event.objects.all()] == ["doctor.unpublished"]


def test_who_is_hidden_is_nowhere(frozen, client, hidden, clinic, slot, walk):
    slug = hidden.slug
    assert client.get(reverse("doctor", args=[slug])).status_code == 404
    assert client.get(reverse("slots", args=[slug])).status_code == 404
    for query in ({}, {"q": "Ana Molina"}, {"especialidad": "cardiologia"}, {"lugar": "Quito"}):
        html = client.get(reverse("search"), query).content.decode()
        assert f"/medicos/{slug}/" not in html and str(clinic.public_id) not in html
    assert client.get(reverse("appointments:hold", args=[clinic.public_id, slot])).status_code in (
        404,
        409,
    )
    assert walk.hold().status_code in (404, 409)
    assert not clinic.appointments.exists()


def test_time_that_was_held_before_hiding_is_not_booked(walk, alice, dr_chen, clinic):
    form = walk.to_review(alice).form()
    Doctor.objects.update(is_published=False)
    assert walk.look("review").status_code == 404
    assert walk.confirm(form).status_code == 404
    assert [v.status for v in clinic.appointments.all()] == ["held"]


def test_publishing_is_for_the_doctor_in_person(as_, client, hidden, alice, erin, carla):
    for page in (PUBLISH, HIDE):
        assert client.post(page).url == f"/cuenta/login/?next={page}"
        assert [as_(p).post(page).status_code for p in (alice, erin, carla)] == [404] * 3
    assert as_(hidden.user).get(PUBLISH).status_code == 405
    assert as_(hidden.user).post(PREVIEW).status_code == 405
