"""The address of a photo."""

import uuid
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.urls import reverse

from doctors.models import Doctor
from doctors.photos import prepare
from doctors.services.profiles import set_photo
from tests.doctors import pictures

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def made():
    return prepare(BytesIO(pictures.picture()))


@pytest.fixture
def pictured(dr_chen, made):
    set_photo(doctor=dr_chen, pictures=made, actor=dr_chen.user, now=NOW)
    return dr_chen


def address(name, size=96):
    return reverse("photo", args=[name, size])


def content(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("size", [96, 384])
def test_photo_of_a_published_doctor_is_for_all(client, pictured, made, size):
    response = client.get(address(pictured.photo, size))
    assert (response.status_code, content(response)) == (200, made[size])
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


def test_photo_is_kept_by_browsers_of_people_who_are_logged_in(as_, alice, pictured):
    response = as_(alice).get(address(pictured.photo))
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


def test_photo_of_an_unpublished_doctor_is_hers_alone(as_, client, alice, dr_diaz, erin, pictured):
    Doctor.objects.update(is_published=False)
    mine = as_(pictured.user).get(address(pictured.photo))
    assert mine.status_code == 200
    assert "no-store" in mine["Cache-Control"] and "public" not in mine["Cache-Control"]
    strangers = [client, as_(alice), as_(dr_diaz.user), as_(erin)]
    assert [c.get(address(pictured.photo)).status_code for c in strangers] == [404] * 4


def test_photo_that_is_not_there_is_404(as_, client, pictured):
    pages = [address(uuid.uuid4()), address(pictured.photo, 95), address(pictured.photo, "x" * 90)]
    assert [client.get(p).status_code for p in pages] == [404] * 3
    set_photo(doctor=pictured, pictures=None, actor=pictured.user, now=NOW)
    assert as_(pictured.user).get(pages[0]).status_code == 404


def test_photo_whose_file_is_lost_is_404(client, pictured, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    assert client.get(address(pictured.photo)).status_code == 404


def test_photo_is_for_looking(client, pictured):
    assert client.post(address(pictured.photo)).status_code == 405
