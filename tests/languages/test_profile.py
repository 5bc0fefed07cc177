"""The profile, the set-up, the team and invitations speak one language."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.consents import withdraw
from accounts.enums import Purpose
from accounts.invitations import token_of
from accounts.legal import LegalText
from accounts.services import create_invitation
from clinics.models import Assistant, OpeningHours
from clinics.services.reception import invite_assistant
from doctors.models import Doctor, Education
from tests.doctors import pictures
from tests.factories import AssistantFactory, ClinicFactory, UserFactory
from tests.languages.browser import Reader, page

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
PARTS = ["details", "specialties", "licence", "photo", "education", "experience", "qualifications"]


def test_profile_speaks_one_language(ana, dr_chen, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    ana.get(page("profile"))
    for part in PARTS:
        ana.get(page(f"profile_{part}"))
        ana.get(page(f"profile_{part}"), {"paso": "perfil"})
        ana.post(page(f"profile_{part}"), {})
    for typed in (
        {"first_names": "...", "practising_since": "x", "languages": ["zz"], "title": "z"},
        {"first_names": "x" * 99, "practising_since": "1700", "biography": "x" * 9999},
        {"title": "dra", "first_names": "Ana", "last_names": "Molina Paz", "languages": ["es"],
         "practising_since": "2009"},
    ):  # fmt: skip
        ana.post(page("profile_details"), typed)
    for typed in ({"specialty_1": "cardiologia", "specialty_2": "cardiologia"},
                  {"specialty_1": "zzz"}, {"specialty_1": "cardiologia"}):  # fmt: skip
        ana.post(page("profile_specialties"), typed)
    for number in ("-", "x" * 99, "999-88"):
        ana.post(page("profile_licence"), {"number": number})
    for state in ({"licence_checked_at": "2026-11-20T12:00Z"},
                  {"licence_checked_at": None, "licence_refused_at": "2026-11-20T12:00Z",
                   "licence_refusal": "404"},
    ):  # fmt: skip
        Doctor.objects.filter(pk=dr_chen.pk).update(**state)
        ana.get(page("profile_licence"))
        ana.get(page("profile"))


def test_careers_speak_one_language(ana, dr_chen):
    line = {"filas": "1", "0-degree": "Doctora en medicina", "0-institution": "Universidad Central",
            "0-from_year": "2001", "0-until_year": "2004"}  # fmt: skip
    for typed in (
        {**line, "0-degree": ""}, {**line, "0-from_year": "2010"}, {**line, "0-until_year": "x"},
        {**line, "0-until_year": "1700"}, {**line, "agregar": "1"}, {**line, "quitar": "0"}, line,
    ):  # fmt: skip
        ana.post(page("profile_education"), typed)
    assert Education.objects.get().degree == "Doctora en medicina"
    for part in ("experience", "qualifications"):
        ana.post(page(f"profile_{part}"), {"filas": "1", "0-institution": "x", "0-year": "x"})
    ana.get(page("profile"))
    ana.get(page("preview"))


def test_photos_speak_one_language(ana, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for content in (b"", pictures.SVG, pictures.picture(size=(20, 20)), b"x" * 6_000_000,
                    pictures.picture()):  # fmt: skip
        ana.post(page("profile_photo"), {"photo": SimpleUploadedFile("a.jpg", content)})
    ana.get(page("profile_photo"))
    ana.get(page("profile"))
    ana.post(page("profile_photo"), {"quitar": "1"})


def test_publishing_speaks_one_language(ana, dr_chen):
    for name in ("setup", "preview", "unpublish"):
        ana.get(page(name))
    ana.post(page("unpublish"))
    for name in ("setup", "preview", "profile", "clinics", "agenda"):
        ana.get(page(name))
    ana.post(page("publish"))
    ana.post(page("unpublish"))
    OpeningHours.objects.all().delete()
    dr_chen.doctor_specialties.all().delete()
    Doctor.objects.filter(pk=dr_chen.pk).update(licence_number="", last_names="")
    ana.post(page("publish"))
    for name in ("setup", "preview", "profile", "profile_licence", "clinics"):
        ana.get(page(name))


def test_agreements_speak_one_language(ana, dr_chen, frozen):
    def withdrawn():
        withdraw(user=dr_chen.user, text=LegalText.DOCTOR, now=frozen)

    withdrawn()
    for address in (page("agenda"), page("agreement")):
        ana.get(address)
    ana.post(page("agreement"))
    ana.post(page("agreement"), {"accepts": "on"})
    withdrawn()
    Doctor.objects.filter(pk=dr_chen.pk).update(is_published=False)
    ana.get(page("preview"))
    ana.post(page("publish"))


def test_set_up_speaks_one_language(frozen, language, alice):
    reader = Reader(language, alice)
    for name in ("become_doctor", "profile_details"):
        reader.get(page(name))
    reader.post(page("become_doctor"))
    for name in ("setup", "profile_details", "next_step", "agenda"):
        reader.get(page(name))
    names = {"title": "dra", "first_names": "Alicia", "last_names": "Vera", "languages": ["es"]}
    reader.post(f"{page('profile_details')}?paso=perfil", names)
    reader.get(page("setup"))
    for part, step in (("profile_specialties", "especialidades"), ("profile_licence", "registro"),
                       ("clinic_new", "consultorio")):  # fmt: skip
        reader.get(page(part), {"paso": step})
    assert reader.found == []


# The team and its invitations ------------------------------------------------------------


def test_team_speaks_one_language(ana, clinic, carla, dr_chen):
    ana.get(page("team"))
    ana.get(page("team_new"))
    good = {"name": "Marcos Ríos", "email": "otra@ejemplo.test", "clinics": [clinic.public_id]}
    for typed in ({}, {**good, "email": "x"}, {**good, "email": dr_chen.user.email},
                  {**good, "email": carla.email}, good):  # fmt: skip
        ana.post(page("team_new"), typed)
    for member in Assistant.objects.all():
        ana.get(page("team_member", member))
        ana.post(page("team_member", member), {})
        ana.post(page("team_member", member), {"clinics": [clinic.public_id]})
        ana.post(page("team_resend", member))
        ana.get(page("team_end", member))
    for member in Assistant.objects.all():
        ana.post(page("team_end", member))
        ana.get(page("team_member", member))
    ana.get(page("team"))


def test_desks_of_several_speak_one_language(frozen, language, carla, dr_diaz):
    clinic = ClinicFactory(doctor=dr_diaz, name="Cumbayá")
    AssistantFactory(doctor=dr_diaz, user=carla, clinics=[clinic])
    reader = Reader(language, carla)
    for name in ("desk", "agenda"):
        reader.get(page(name))
    reader.post(page("desk"), {"doctor": dr_diaz.public_id})
    reader.get(page("clinics"))
    assert reader.found == []


@pytest.fixture
def links(frozen, dr_chen, clinic, visits):
    """Invitations to work here, and to see a visit that the desk wrote down."""
    assistant = invite_assistant(doctor=dr_chen, name="Marcos Ríos", email="otra@ejemplo.test",
                                 clinics=[clinic], by=dr_chen.user, now=frozen)  # fmt: skip
    patient = visits[-1].patient
    mine = create_invitation(purpose=Purpose.PATIENT, email=patient.email, patient=patient,
                             created_by=dr_chen.user, now=frozen)  # fmt: skip
    return [reverse("invitation", args=[token_of(i)]) for i in (assistant.invitation, mine)]


def test_invitations_speak_one_language(reader, language, links, alice, dr_chen):
    never = reverse("invitation", args=["0.0"])
    newcomer = UserFactory(email="otra@ejemplo.test")
    people = [reader, *(Reader(language, user) for user in (dr_chen.user, alice, newcomer))]
    for person in people:
        for link in (never, *links):
            person.get(link)
    for person, typed in zip(people[1:], ({}, {"who": "zzz"}, {}), strict=True):
        for link in links:
            person.post(link, typed)
    for person, typed in zip(people[2:], ({"who": "other"}, {"who": "self"}), strict=True):
        person.post(links[1], typed)
        person.get(links[1])
    assert [text for person in people for text in person.found] == []
