"""From any upload to two small files of our own: what harms is refused, nothing else is left."""

import resource
import uuid
from io import BytesIO

import pytest
from PIL import Image

from doctors import photos
from doctors.photos import WEIGHTS, prepare
from doctors.refusals import PhotoNotKept, PhotoRefused
from tests.doctors import pictures

pytestmark = pytest.mark.thorough

MOST_KILOBYTES = 300_000


def opened(content):
    return Image.open(BytesIO(content))


def corner(image, x, y):
    return tuple(round(c / 255) for c in image.convert("RGB").getpixel((x, y)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photo_becomes_two_squares(kind):
    made = {side: opened(c) for side, c in prepare(BytesIO(pictures.picture(kind))).items()}
    assert {side: (i.format, i.size, i.mode) for side, i in made.items()} == {
        96: ("WEBP", (96, 96), "RGB"),
        384: ("WEBP", (384, 384), "RGB"),
    }


def test_photo_is_light_whatever_is_on_it():
    made = prepare(BytesIO(pictures.noisy()))
    assert {side: len(content) <= WEIGHTS[side] for side, content in made.items()} == {
        96: True,
        384: True,
    }


@pytest.mark.parametrize(
    ("orientation", "top_left", "bottom_right"),
    [
        (1, (1, 0, 0), (1, 1, 1)),
        (3, (1, 1, 1), (1, 0, 0)),
        (6, (0, 0, 1), (0, 1, 0)),
        (8, (0, 1, 0), (0, 0, 1)),
    ],
)
def test_photo_stands_upright(orientation, top_left, bottom_right):
    image = opened(prepare(BytesIO(pictures.with_places(orientation)))[384])
    assert (corner(image, 40, 40), corner(image, 340, 340)) == (top_left, bottom_right)


def test_photo_forgets_where_it_was_taken():
    sent = pictures.with_places()
    assert opened(sent).getexif().get_ifd(0x8825)[1] == "S"
    for content in prepare(BytesIO(sent)).values():
        assert not opened(content).getexif()
        assert b"EXIF" not in content and b"MARCA7Q" not in content


def test_second_file_behind_the_picture_is_gone():
    """A polyglot is a good picture and something else."""
    for hidden in (pictures.HTML, b"PK\x03\x04", pictures.SVG):
        for content in prepare(BytesIO(pictures.picture() + hidden)).values():
            assert hidden not in content


@pytest.mark.parametrize(
    ("mode", "colour", "kind"),
    [
        ("L", 128, "JPEG"), ("CMYK", (0, 0, 0, 0), "JPEG"), ("P", 0, "PNG"), ("1", 1, "PNG"),
        ("LA", (128, 0), "PNG"), ("RGBA", (0, 0, 0, 0), "PNG"), ("RGBA", (9, 9, 9, 128), "WEBP"),
        ("I;16", 30000, "PNG"),
    ],
)  # fmt: skip
def test_photo_of_any_kind_of_colour(mode, colour, kind):
    sent = pictures.picture(kind, size=(500, 500), mode=mode, colour=colour)
    assert opened(prepare(BytesIO(sent))[96]).mode == "RGB"


def test_what_is_clear_becomes_white():
    sent = pictures.picture("PNG", mode="RGBA", colour=(0, 0, 0, 0))
    assert corner(opened(prepare(BytesIO(sent))[96]), 5, 5) == (1, 1, 1)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("name", pictures.REFUSED)
def test_hostile_picture_is_refused_at_no_cost(name):
    content = pictures.REFUSED[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(PhotoRefused) as refused:
        prepare(BytesIO(content))
    assert str(refused.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_KILOBYTES


@pytest.mark.parametrize(
    ("kind", "size", "mode"), [("JPEG", (7000, 5600), "RGB"), ("PNG", (5800, 4100), "RGBA")]
)
def test_largest_pictures_that_are_taken(kind, size, mode):
    content = pictures.picture(kind, size=size, mode=mode)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert opened(prepare(BytesIO(content))[384]).size == (384, 384)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_KILOBYTES


def test_disk_that_is_full_leaves_nothing(settings, tmp_path):
    (tmp_path / "doctors").write_text("a file where the folder should be")
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(PhotoNotKept):
        photos.store(uuid.uuid4(), prepare(BytesIO(pictures.picture())))


def test_photo_is_kept_and_thrown_away(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    name, made = uuid.uuid4(), prepare(BytesIO(pictures.picture()))
    photos.store(name, made)
    assert {p.name: p.read_bytes() for p in (tmp_path / "doctors").iterdir()} == {
        f"{name.hex}-{side}.webp": content for side, content in made.items()
    }
    photos.discard(name)
    photos.discard(name)
    assert list((tmp_path / "doctors").iterdir()) == []
