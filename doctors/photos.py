"""Doctors' pictures: from whatever was uploaded to two small WebP files of our own making.

What is kept is drawn anew, so that nothing of the upload is left: no place where it was taken, no
second file hidden behind the picture. Sizes are asked before pixels are read.
"""

import logging
import uuid
from collections.abc import Mapping
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from doctors.refusals import PhotoNotKept, PhotoRefused

logger = logging.getLogger(__name__)

MAX_BYTES = 5_000_000
# A JPEG is decoded at a fraction of its size; the others need all of their pixels in memory.
MAX_PIXELS_OF_JPEG, MAX_PIXELS = 40_000_000, 24_000_000
SMALLEST_SIDE = 96
# A camera writes one or a dozen; each one reads every pixel again.
MAX_SCANS = 24
# Of each picture its side, and what its file may weigh: ten of the small ones are on a page.
WEIGHTS = {96: 6_000, 384: 20_000}
QUALITIES = (82, 70, 55, 40, 25, 10, 0)
FORMATS = ("JPEG", "PNG", "WEBP")
START_OF_SCAN = b"\xff\xda"
WHITE = (255, 255, 255)

Pictures = Mapping[int, bytes]  # side -> WebP file


def prepare(file: IO[bytes]) -> Pictures:
    """Square pictures of both sizes. Raises PhotoRefused, with a sentence on how to mend it."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise PhotoRefused(_("La foto pesa más de 5 MB. Elija una más liviana."))
    try:
        square = _square(content)
    except PhotoRefused:
        raise
    # Decoders meet broken files with nearly any kind of error.
    except Exception as error:
        raise PhotoRefused from error
    return {side: _webp(square, side) for side in WEIGHTS}


def store(name: uuid.UUID, pictures: Pictures) -> None:
    """Raises PhotoNotKept when the disk does not take it."""
    try:
        for side, content in pictures.items():
            default_storage.save(path_of(name, side), ContentFile(content))
    except OSError as error:
        logger.exception("photo not stored")
        discard(name)
        raise PhotoNotKept from error


def discard(name: uuid.UUID) -> None:
    """A file that stays is unsightly, no harm: nothing names it any more."""
    try:
        for side in WEIGHTS:
            default_storage.delete(path_of(name, side))
    except OSError:
        logger.exception("photo not removed")


def read(name: uuid.UUID) -> bytes | None:
    """The largest; None where the disk has lost it."""
    try:
        with default_storage.open(path_of(name, max(WEIGHTS))) as file:
            return bytes(file.read())
    except OSError:
        logger.exception("photo not read")
        return None


def path_of(name: uuid.UUID, side: int) -> str:
    return f"doctors/{name.hex}-{side}.webp"


def _square(content: bytes) -> Image.Image:
    picture: Image.Image = Image.open(BytesIO(content), formats=FORMATS)
    is_jpeg = picture.format in ("JPEG", "MPO")
    _refuse_monsters(picture, content, is_jpeg)
    largest = max(WEIGHTS)
    picture.draft("RGB", (largest * 2, largest * 2))
    if picture.mode == "P":
        picture = picture.convert("RGBA")
    scale = largest / min(picture.size)
    if scale < 1:
        size = (round(picture.width * scale), round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
    picture = _on_white(ImageOps.exif_transpose(picture))
    side = min(picture.size)
    # Of a portrait the upper part: there is the face.
    return ImageOps.fit(picture, (side, side), centering=(0.5, 0.35))


def _refuse_monsters(picture: Image.Image, content: bytes, is_jpeg: bool) -> None:
    """By what the head of the file says, before it costs anything."""
    most = MAX_PIXELS_OF_JPEG if is_jpeg else MAX_PIXELS
    if picture.width * picture.height > most:
        megapixels = most // 1_000_000
        raise PhotoRefused(
            _("La foto es demasiado grande. Elija una de menos de %(n)s megapíxeles.")
            % {"n": megapixels}
        )
    if min(picture.size) < SMALLEST_SIDE:
        raise PhotoRefused(
            _("La foto es demasiado pequeña. Elija una de %(n)s píxeles o más por lado.")
            % {"n": SMALLEST_SIDE}
        )
    # A camera's JPEG may carry a second view of the same picture; the first is the picture.
    if not is_jpeg and getattr(picture, "n_frames", 1) > 1:
        raise PhotoRefused(_("Elija una foto que no se mueva."))
    if is_jpeg and content.count(START_OF_SCAN) > MAX_SCANS:
        raise PhotoRefused


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGB", layer.size, WHITE)
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return picture.convert("RGB")


def _webp(square: Image.Image, side: int) -> bytes:
    """As good as fits the weight. Metadata is written only when asked for: there is none."""
    small = square.resize((side, side), Image.Resampling.LANCZOS)
    content = b""
    for quality in QUALITIES:
        file = BytesIO()
        small.save(file, "WEBP", quality=quality, method=6)
        content = file.getvalue()
        if len(content) <= WEIGHTS[side]:
            break
    return content
