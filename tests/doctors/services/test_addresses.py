"""The address of a profile follows the name, and nobody else gets a former one."""

from dataclasses import replace

import pytest

from doctors.models import Doctor, FormerSlug
from doctors.services.addresses import MOST_FORMER, SlugTaken, take_address
from doctors.services.profiles import change_profile, start_profile
from tests.conftest import NOW
from tests.doctors.services.test_profiles import DATA
from tests.factories import DoctorFactory, UserFactory

pytestmark = pytest.mark.django_db


def rename(doctor, last_names, first_names="Ana"):
    data = replace(DATA, first_names=first_names, last_names=last_names)
    change_profile(doctor=doctor, data=data, actor=doctor.user, now=NOW)
    doctor.refresh_from_db()
    return doctor.slug


def former(doctor):
    return sorted(doctor.former_slugs.values_list("slug", flat=True))


def test_address_follows_the_name(dr_chen):
    assert rename(dr_chen, "Vega") == "ana-vega"
    assert rename(dr_chen, "Ríos") == "ana-rios"
    assert former(dr_chen) == ["ana-molina-paz", "ana-vega"]


def test_earlier_name_of_ones_own_comes_back(dr_chen):
    rename(dr_chen, "Vega")
    assert rename(dr_chen, "Molina Paz") == "ana-molina-paz"
    assert former(dr_chen) == ["ana-vega"]
    assert rename(dr_chen, "Vega") == "ana-vega"
    assert former(dr_chen) == ["ana-molina-paz"]


@pytest.mark.parametrize("last_names", ["Molina Paz", "MOLINA PÁZ", "Molina  Paz"])
def test_address_stays_with_a_name_that_is_written_otherwise(dr_chen, last_names):
    assert rename(dr_chen, last_names) == "ana-molina-paz"
    assert former(dr_chen) == []


def test_address_with_a_number_is_of_the_name_too():
    doctor = DoctorFactory(slug="ana-molina-paz-7")
    assert rename(doctor, "Molina-Paz") == "ana-molina-paz-7"


def test_address_that_is_or_was_another_doctors_is_taken(dr_chen, dr_diaz):
    rename(dr_chen, "Vega")
    assert rename(dr_diaz, "Molina Paz") == "ana-molina-paz-2"
    assert rename(dr_diaz, "Vega") == "ana-vega-2"
    data = replace(DATA, first_names="José", last_names="Díaz")
    new = start_profile(user=UserFactory(is_doctor=True), data=data, now=NOW)
    assert new.slug == "jose-diaz-2"


def test_profile_saved_twice_changes_its_address_once(dr_chen):
    user = dr_chen.user
    for _time in range(2):
        data = replace(DATA, last_names="Vega")
        assert start_profile(user=user, data=data, now=NOW).slug == "ana-vega"
    assert former(dr_chen) == ["ana-molina-paz"]


def test_names_beyond_latin_have_an_address(dr_chen):
    assert rename(dr_chen, "小龙", first_names="李") == "perfil"


def test_only_the_latest_addresses_are_kept(dr_chen):
    for number in range(MOST_FORMER + 2):
        rename(dr_chen, f"Vega {'x' * (number + 1)}")
    assert FormerSlug.objects.count() == MOST_FORMER
    assert "ana-molina-paz" not in former(dr_chen)


def test_address_taken_meanwhile_is_refused_when_it_is_written(dr_chen, dr_diaz):
    """What `_free_slugs` held for free a moment ago."""
    FormerSlug.objects.create(doctor=dr_chen, slug="eva-paz")
    unsaved = Doctor(user=UserFactory(is_doctor=True), first_names="Eva", last_names="Paz")
    for doctor in (dr_diaz, unsaved):
        before = (doctor.pk, doctor.slug)
        for slug in ("eva-paz", "ana-molina-paz"):
            with pytest.raises(SlugTaken):
                take_address(doctor, slug)
            assert (doctor.pk, doctor.slug) == before
    take_address(unsaved, "eva-paz-2")
    assert Doctor.objects.get(slug="eva-paz-2") == unsaved
