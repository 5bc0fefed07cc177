"""What doctors say of themselves, and who is told."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest

from core.models import Event
from doctors import photos
from doctors.models import Doctor, Education
from doctors.photos import prepare
from doctors.refusals import PhotoNotKept
from doctors.services.profiles import (
    ProfileData,
    choose_specialties,
    rewrite_lines,
    set_photo,
    start_profile,
)
from tests.doctors import pictures
from tests.factories import SpecialtyFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
DATA = ProfileData(
    title="dra",
    first_names="Ana",
    last_names="Molina Paz",
    biography="Escucho.",
    languages=["es", "qu"],
    practising_since=2009,
    takes_new_patients=True,
)


@pytest.fixture
def user(db):
    return UserFactory(is_doctor=True)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return lambda: sorted(path.name for path in tmp_path.rglob("*.webp"))


def start(user, **changes):
    return start_profile(user=user, data=replace(DATA, **changes), now=NOW)


def test_profile_starts_unseen(user):
    doctor = start(user)
    doctor.refresh_from_db()
    assert (doctor.slug, doctor.is_published, doctor.languages) == (
        "ana-molina-paz",
        False,
        ["es", "qu"],
    )
    event = Event.objects.get()
    assert (event.name, event.subject_id, event.data) == (
        "doctor.profile_started",
        doctor.public_id,
        {},
    )


def test_profile_sent_twice_is_one(user):
    assert start(user) == start(user, biography="Otra.")
    assert Doctor.objects.get().biography == "Otra."


@pytest.mark.parametrize(
    ("names", "slug"),
    [
        (("Ana", "Molina Paz"), "ana-molina-paz-2"),
        (("José", "Núñez Güell"), "jose-nunez-guell"),
        (("李", "小龙"), "perfil"),
    ],
)
def test_address_is_made_of_the_name(dr_chen, user, names, slug):
    assert start(user, first_names=names[0], last_names=names[1]).slug == slug


def test_specialties_have_an_order(dr_chen):
    old = dr_chen.specialties.get()
    new = SpecialtyFactory(slug="pediatria", name="Pediatría")
    for wanted in ([new, old], [old, new], [new]):
        choose_specialties(doctor=dr_chen, specialties=wanted, actor=dr_chen.user, now=NOW)
        rows = dr_chen.doctor_specialties.order_by("position")
        assert [row.specialty for row in rows] == wanted


def test_lines_are_written_anew_in_order(dr_chen, dr_diaz):
    Education.objects.create(doctor=dr_diaz, degree="De otro", institution="UCE")
    for degrees in (["B", "A"], ["A"], []):
        lines = [Education(degree=d, institution="UCE") for d in degrees]
        rewrite_lines(doctor=dr_chen, kind=Education, lines=lines, actor=dr_chen.user, now=NOW)
        assert [e.degree for e in dr_chen.education.order_by("id")] == degrees
    assert dr_diaz.education.count() == 1


def test_old_photo_goes_once_the_new_one_is_sure(
    dr_chen, media, django_capture_on_commit_callbacks
):
    made = prepare(BytesIO(pictures.picture()))
    set_photo(doctor=dr_chen, pictures=made, actor=dr_chen.user, now=NOW)
    first = dr_chen.photo
    assert media() == [f"{first.hex}-384.webp", f"{first.hex}-96.webp"]
    with django_capture_on_commit_callbacks(execute=True):
        set_photo(doctor=dr_chen, pictures=made, actor=dr_chen.user, now=NOW)
        assert len(media()) == 4
    dr_chen.refresh_from_db()
    assert dr_chen.photo != first
    assert media() == [f"{dr_chen.photo.hex}-384.webp", f"{dr_chen.photo.hex}-96.webp"]
    with django_capture_on_commit_callbacks(execute=True):
        set_photo(doctor=dr_chen, pictures=None, actor=dr_chen.user, now=NOW)
    assert (Doctor.objects.get().photo, media()) == (None, [])


def test_photo_that_is_not_kept_changes_nothing(dr_chen, settings, tmp_path):
    (tmp_path / "doctors").write_text("a file where the folder should be")
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(PhotoNotKept):
        set_photo(
            doctor=dr_chen,
            pictures=prepare(BytesIO(pictures.picture())),
            actor=dr_chen.user,
            now=NOW,
        )
    assert Doctor.objects.get().photo is None


def test_photo_of_a_profile_that_is_gone_leaves_no_file(dr_chen, media):
    gone = Doctor(pk=0, user=dr_chen.user)
    with pytest.raises(Doctor.DoesNotExist):
        set_photo(
            doctor=gone, pictures=prepare(BytesIO(pictures.picture())), actor=dr_chen.user, now=NOW
        )
    assert media() == []
    assert photos.path_of(dr_chen.public_id, 96).startswith("doctors/")
