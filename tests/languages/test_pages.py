"""Each page speaks one language: no Spanish in English, no English in Spanish."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from accounts.models import User
from doctors.models import Education, Experience, Qualification
from notifications.tasks import relay
from tests.appointments.walking import hidden
from tests.factories import PASSWORD, AppointmentFactory, ClinicFactory, PatientFactory
from tests.languages.browser import NAMES, Reader
from tests.languages.reading import foreign_texts, texts_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ERROR_PAGES = ["400", "403", "403_csrf", "404", "429", "500", "503"]


@pytest.fixture
def profile(clinic):
    """A profile with all its parts."""
    doctor = clinic.doctor
    doctor.languages, doctor.practising_since = ["es", "en", "qu"], 2004
    doctor.save(update_fields=["languages", "practising_since"])
    Education.objects.create(doctor=doctor, degree="Doctora en medicina", until_year=2004,
                             institution="Universidad Central")  # fmt: skip
    Experience.objects.create(doctor=doctor, position="Jefa de sala", from_year=2012,
                              institution="Hospital del Norte")  # fmt: skip
    Qualification.objects.create(doctor=doctor, name="Sociedad de Cardiología", year=2015)
    ClinicFactory(doctor=doctor, name="La Carolina", hours=[(1, 540, 600)])
    return doctor


def test_public_pages_speak_one_language(reader, profile, dr_diaz):
    ClinicFactory(doctor=dr_diaz, hours=[])
    search, slots = reverse("search"), reverse("slots", args=[profile.slug])
    for address in ("/", search, reverse("help"), reverse("doctor", args=[profile.slug]), slots,
                    reverse("doctor", args=[dr_diaz.slug]), "/nada/",
                    reverse("landing", args=["cardiologia", "quito"]),
                    reverse("widget", args=[profile.slug])):  # fmt: skip
        reader.get(address)
    for question in ({"especialidad": "cardiologia", "lugar": "Quito"}, {"q": "zzz"},
                     {"lugar": "zzz"}, {"q": "x" * 101}, {"q": "molina"}):  # fmt: skip
        reader.get(search, question)
    for week in ("2026-W48", "2026-W50", "2027-W20"):
        reader.get(slots, {"semana": week})


def test_error_pages_speak_one_language(language):
    request = RequestFactory().get("/")
    for name in ERROR_PAGES:
        page = render_to_string(f"{name}.html", {}, request if name[0] == "4" else None)
        assert foreign_texts(texts_of(page, names=NAMES), language) == []


def test_doors_speak_one_language(reader, alice):
    login, signup, reset = (
        reverse(f"account_{door}") for door in ("login", "signup", "reset_password")
    )
    new = {"first_names": "Alicia", "last_names": "Vera", "role": "patient", "accepts": "on"}
    for address in (login, signup, reset, reverse("account_inactive")):
        reader.get(address)
    for answers in ({}, {"login": "x", "password": "y"},
                    {"login": "nadie@ejemplo.test", "password": PASSWORD}):  # fmt: skip
        reader.post(login, answers)
    for password in ("", "corta", "password123", "9182736450", "nueva@ejemplo.test"):
        reader.post(signup, {**new, "email": "nueva@ejemplo.test", "password1": password})
    reader.post(signup, {"first_names": "x" * 81, "last_names": "\x07", "email": "no", "role": "z"})
    reader.post(signup, {**new, "email": "nueva@ejemplo.test", "password1": PASSWORD})
    confirm = reverse("account_email_verification_sent")
    for answers in (
        {},
        {"code": "nocode"},
        {"action": "resend"},
        {"action": "change", "email": "x"},
    ):
        reader.post(confirm, answers)
    reader.post(reset, {"email": "x"})
    reader.post(reset, {"email": "nadie@ejemplo.test"})


def test_new_password_page_speaks_one_language(reader, alice):
    reader.post(reverse("account_reset_password"), {"email": alice.email})
    relay()
    link = re.search(r"https?://\S+(/cuenta/\S+)", mail.outbox[0].body)[1]
    page = reader.get(link)
    address = page.wsgi_request.path
    for password in ("", "corta", "9182736450", PASSWORD):
        reader.post(address, {"password1": password})
    reader.get(link)


def test_booking_speaks_one_language(her_reader, clinic, slot):
    PatientFactory(account=User.objects.get(email="alice@ejemplo.test"), relationship="child",
                   first_names="Rosa", last_names="Vera")  # fmt: skip
    hold, details, review, extend = (
        reverse(f"appointments:{step}", args=[clinic.public_id, slot])
        for step in ("hold", "details", "review", "extend")
    )
    her_reader.get(hold)
    for address in (hold, extend, extend):
        her_reader.post(address)
    her_reader.get(details)
    for answers in ({}, {"who": "new", "phone": "1"}, {"who": "zzz", "reason": "x" * 601}):
        her_reader.post(details, answers)
    page = her_reader.post(
        details, {"who": "self", "phone": "099 123 4567", "reason": "dolor de pecho"}
    )
    her_reader.post(review, {"key": "x"})
    form = {n: hidden(page.content.decode(), n) for n in ("key", "terms", "patient")}
    her_reader.post(review, {**form, "terms": "old"})
    her_reader.post(review, form)
    her_reader.get(hold)
    her_reader.get(hold.replace("T150000Z", "T030000Z"))


def test_visits_speak_one_language(her_reader, clinic, frozen):
    mine = reverse("appointments:mine")
    her_reader.get(mine)
    her_reader.get(mine, {"ver": "pasadas"})
    patient = User.objects.get(email="alice@ejemplo.test").patients.get()
    visit = AppointmentFactory(clinic=clinic, patient=patient)
    soon = AppointmentFactory(clinic=clinic, patient=patient, starts_at=frozen + timedelta(hours=3))
    for past, status in ((1, "attended"), (2, "no_show"), (3, "booked")):
        AppointmentFactory(clinic=clinic, patient=patient, status=status,
                           starts_at=frozen - timedelta(days=past))  # fmt: skip
    AppointmentFactory(clinic=clinic, patient=patient, status="requested",
                       starts_at=frozen + timedelta(days=9))  # fmt: skip
    for which in (visit, soon):
        for page in ("appointment", "cancel", "reschedule"):
            her_reader.get(reverse(f"appointments:{page}", args=[which.public_id]))
    for hours in (48, 49, 7):
        address = reverse(
            "appointments:move", args=[visit.public_id, visit.starts_at + timedelta(hours=hours)]
        )
        her_reader.get(address)
        her_reader.post(address)
    her_reader.post(reverse("appointments:cancel", args=[visit.public_id]))
    her_reader.post(reverse("appointments:cancel", args=[visit.public_id]))
    her_reader.get(mine)
    her_reader.get(mine, {"ver": "pasadas"})


def test_own_pages_speak_one_language(her_reader, language):
    pages = ("profile", "dependants", "add_dependant", "activity")
    profile, people, add, activity = (reverse(f"accounts:{page}") for page in pages)
    person = {"first_names": "Rosa", "last_names": "Vera", "relationship": "parent",
              "birth_date_0": "3", "birth_date_1": "5", "birth_date_2": "1950"}  # fmt: skip
    bad = {"birth_date_0": "31", "birth_date_1": "2", "birth_date_2": "1990", "sex": "z",
           "phone": "1", "id_number": "1", "emergency_phone": "+0"}  # fmt: skip
    for address in (profile, people, add, activity, reverse("account_email"),
                    reverse("account_logout"), reverse("account_change_password")):  # fmt: skip
        her_reader.get(address)
    for address in (profile, add):
        her_reader.post(address, {})
        her_reader.post(address, bad)
        her_reader.post(address, {**person, "id_country": "EC", "id_number": "1"})
        her_reader.post(address, {**person, "birth_date_2": "1700"})
    her_reader.post(add, person)
    choices = {"language": language, "time_zone": "America/Guayaquil"}
    her_reader.post(profile, {**person, **choices})
    her_reader.get(people)


def test_security_pages_speak_one_language(her_reader):
    change, email, again = (
        reverse(f"account_{page}") for page in ("change_password", "email", "reauthenticate")
    )
    her_reader.post(change, {"oldpassword": "wrong", "password1": "corta"})
    her_reader.get(again)
    her_reader.post(again, {"password": "wrong"})
    her_reader.post(again, {"password": PASSWORD})
    for address in ("x", "alice@ejemplo.test", "otra@ejemplo.test"):
        her_reader.post(email, {"action_add": "", "email": address})
    her_reader.get(email)
    her_reader.post(change, {"oldpassword": PASSWORD, "password1": "otra-clave-larga-2026"})
    her_reader.post(reverse("account_logout"))


def test_doctors_pages_speak_one_language(frozen, language, clinic, alice):
    reader = Reader(language, clinic.doctor.user)
    agenda = reverse("portal:agenda")
    reader.get(agenda)
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    reader.get(agenda)
    reader.get(reverse("portal:visit", args=[visit.public_id]))
    assert reader.found == []


def test_log_in_brings_the_accounts_language_to_a_new_browser(client, alice):
    User.objects.filter(pk=alice.pk).update(language="en")
    data = {"login": alice.email, "password": PASSWORD}
    page = client.post(reverse("account_login"), data, follow=True)
    assert '<html lang="en">' in page.content.decode()


def test_log_in_leaves_a_browsers_own_choice(client, alice):
    client.cookies["django_language"] = "en"
    data = {"login": alice.email, "password": PASSWORD}
    page = client.post(reverse("account_login"), data, follow=True)
    assert '<html lang="en">' in page.content.decode()


# Words that are not ours -----------------------------------------------------


def test_libraries_speak_our_spanish():
    short = (
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    )
    with translation.override("es"):
        assert (
            translation.ngettext(*short, 10) % 10
            == "Escriba una contraseña de 10 caracteres o más."
        )


@pytest.mark.parametrize(
    ("language", "written"), [("es", "3 de mayo de 1950"), ("en", "3 May 1950")]
)
def test_dates_are_written_as_people_write_them(language, written):
    with translation.override(language):
        assert date_format(date(1950, 5, 3)) == written
