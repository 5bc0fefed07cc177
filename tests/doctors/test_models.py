"""Every named constraint of profiles."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from doctors.enums import LicenceState
from doctors.models import (
    Doctor,
    DoctorSpecialty,
    Education,
    Experience,
    FormerSlug,
    LicenceCheck,
    NameWord,
    Specialty,
)
from tests.breaches import Breach, check, sound
from tests.factories import DoctorFactory, UserFactory

pytestmark = pytest.mark.django_db
PROFILE = {
    "user": lambda _chen: UserFactory(is_doctor=True),
    "slug": "otra",
    "first_names": "Eva",
    "last_names": "Paz",
}
YEARS = {
    "doctor": lambda chen: chen,
    "institution": "UCE",
    "from_year": 2010,
    "until_year": 2009,
}
BACKWARDS = "El año final no puede ser anterior al inicial."
BREACHES = {
    Doctor.SLUG_UNIQUE: Breach(
        Doctor, {**PROFILE, "slug": "ana-molina-paz"}, "Ya hay un perfil con esa dirección."
    ),
    "formerslug_unique": Breach(
        FormerSlug,
        {
            "doctor": lambda chen: (
                FormerSlug.objects.get_or_create(doctor=chen, slug="ana-paz")[0].doctor
            ),
            "slug": "ana-paz",
        },
    ),
    "doctor_practising_since_plausible": Breach(
        Doctor, {**PROFILE, "practising_since": 1929}, "Revise el año en que empezó a ejercer."
    ),
    "doctor_licence_verdict_has_number": Breach(
        Doctor, {**PROFILE, "licence_checked_at": datetime(2026, 1, 1, tzinfo=UTC)}
    ),
    "doctor_licence_refused_with_reason": Breach(
        Doctor,
        {**PROFILE, "licence_number": "1", "licence_refused_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ),
    "licencecheck_refused_with_reason": Breach(
        LicenceCheck,
        {
            "doctor": lambda chen: chen,
            "number": "1",
            "verdict": "refused",
            "checked_by": lambda _chen: UserFactory(is_staff=True),
            "checked_at": datetime(2026, 1, 1, tzinfo=UTC),
        },
    ),
    "doctor_specialty_once": Breach(
        DoctorSpecialty,
        {"doctor": lambda chen: chen, "specialty": lambda _chen: Specialty.objects.get()},
    ),
    # «molina» is known since there is a Dra. Molina.
    "name_word_once": Breach(NameWord, {"key": "molina", "word": "molina"}),
    "education_years_in_order": Breach(Education, {**YEARS, "degree": "Médica"}, BACKWARDS),
    "experience_years_in_order": Breach(Experience, {**YEARS, "position": "Jefa"}, BACKWARDS),
}


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(dr_chen, name):
    check(name, BREACHES[name], dr_chen)


@pytest.mark.parametrize(
    ("since", "until"), [(2010, 2010), (None, 2009), (2010, None), (None, None)]
)
def test_years_may_be_open(dr_chen, since, until):
    sound(
        Education(
            doctor=dr_chen, degree="Médica", institution="UCE", from_year=since, until_year=until
        )
    )


@pytest.mark.parametrize("year", [None, 1930, 2100])
def test_practising_since_at_its_ends(dr_chen, year):
    dr_chen.practising_since = year
    dr_chen.save()


def test_published_are_those_of_open_accounts(dr_chen, dr_diaz):
    hidden = DoctorFactory(is_published=False)
    dr_diaz.user.is_active = False
    dr_diaz.user.save()
    assert list(Doctor.objects.published()) == [dr_chen]
    assert hidden.slug not in Doctor.objects.published().values_list("slug", flat=True)


@pytest.mark.parametrize(
    ("title", "spanish"),
    [("dra", "Cardióloga"), ("dr", "Cardiólogo"), ("lic_f", "Cardióloga"), ("lic_m", "Cardiólogo")],
)
def test_practitioner_word_follows_the_title(dr_chen, title, spanish):
    dr_chen.title = title
    specialty = dr_chen.specialties.get()
    assert dr_chen.practitioner_of(specialty) == spanish
    with translation.override("en"):
        assert dr_chen.practitioner_of(specialty) == "Cardiologist"
        assert specialty.local_name == "Cardiology"


def test_name_key_hides_accents_and_case():
    doctor = DoctorFactory(first_names="JOSÉ Ángel", last_names="Núñez Güell")
    doctor.refresh_from_db()
    assert doctor.name_key == "jose angel nunez guell"
    assert str(doctor) == "Dra. JOSÉ Ángel Núñez Güell"


@pytest.mark.parametrize(
    ("number", "checked", "refused", "state"),
    [
        ("", False, False, LicenceState.MISSING),
        ("1", False, False, LicenceState.PENDING),
        ("1", True, False, LicenceState.VERIFIED),
        ("1", False, True, LicenceState.REFUSED),
    ],
)
def test_licence_state_is_the_same_of_one_and_of_many(number, checked, refused, state):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    doctor = DoctorFactory(
        licence_number=number,
        licence_checked_at=at if checked else None,
        licence_refused_at=at if refused else None,
        licence_refusal="No consta." if refused else "",
    )
    assert doctor.licence_state == state
    assert [s for s in LicenceState if Doctor.objects.in_licence_state(s).exists()] == [state]
