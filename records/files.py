"""What may be attached to a consultation, told by its content and never by its name.

Pictures are drawn anew, so that nothing of the upload is left but the picture: no place, no second
file behind it. A PDF stays as it is, and must not do anything by itself.
"""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from records.documents import Card
from records.refusals import FileRefused

MAX_BYTES = 10_000_000
MAX_PIXELS = 24_000_000
MAX_PROGRESSIVE = 16_000_000
LARGEST_SIDE = 4000
MAX_SCANS = 24
# As sharp as the usual one where pictures get smaller, in half the time.
QUICK = Image.Resampling.HAMMING
GREYS = [grey // 257 for grey in range(65_536)]
NAME_CAP = 100
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}


def _spelt(word: str) -> str:
    """As a PDF may write it: «JS», «#4AS», «J#53»."""
    escapes = ("".join(f"[{d}{d.upper()}]" for d in f"{ord(sign):02x}") for sign in word)
    return "".join(f"(?:{sign}|#{code})" for sign, code in zip(word, escapes, strict=True))


# What acts when somebody opens the document, or brings another file with it.
ACTS = ("JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA",
        "ImportData", "SubmitForm", "GoToE")  # fmt: skip
FIRST_SIGNS = "".join({act[0] for act in ACTS})
SPELT = "|".join(map(_spelt, ACTS))
ACTIVE = re.compile(f"/(?=[{FIRST_SIGNS}#])(?:{SPELT})(?![A-Za-z0-9])".encode())
PACKED = re.compile(f"/{_spelt('ObjStm')}".encode())
MOST_INFLATED = 20_000_000
MOST_STREAMS = 50_000


@dataclass(frozen=True)
class Checked:
    name: str
    content_type: str
    content: bytes

    @property
    def card(self) -> Card:
        digest = hashlib.sha256(self.content).hexdigest()
        return Card(self.name, self.content_type, len(self.content), digest)


def check(file: IO[bytes], name: str) -> Checked:
    """Raises FileRefused, with a sentence on how to mend it."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise FileRefused(_("El documento pesa más de 10 MB. Elija uno más liviano."))
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        kind = PDF
    else:
        kind, content = _redrawn(content)
    return Checked(_tame(name, ENDINGS[kind]), kind, content)


def _tame(name: str, ending: str) -> str:
    """A name that any disk takes: no folders, no marks that turn it around."""
    stem = PurePath(name.replace("\\", "/")).stem
    plain = "".join(
        sign for sign in stem if unicodedata.category(sign)[0] not in "CZ" or sign == " "
    )
    return (plain.strip(" .")[:NAME_CAP] or "documento") + ending


# PDF ----------------------------------------------------------------------------------------------


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise FileRefused(_("El PDF está incompleto. Vuelva a guardarlo y elíjalo otra vez."))
    if any(ACTIVE.search(part) for part in _parts(content)):
        raise FileRefused(
            _("El PDF tiene programas u otros archivos dentro. Imprímalo como PDF y adjunte ese.")
        )
    if re.search(rb"/Encrypt(?![A-Za-z0-9])", content):
        raise FileRefused(_("El PDF pide una contraseña. Guárdelo sin ella y elíjalo otra vez."))


def _parts(content: bytes) -> Iterator[bytes]:
    """What lies outside of streams, and the objects that are packed into streams. What streams
    draw is never run, and any bytes may stand in it.
    """
    left, start, streams = MOST_INFLATED, 0, 0
    while (begin := content.find(b"stream", start)) >= 0:
        head = content[start:begin]
        yield head
        end = content.find(b"endstream", begin)
        end = len(content) if end < 0 else end
        if PACKED.search(head[-2048:]):
            packed = _inflate(content[begin + 6 : end].lstrip(b"\r\n"), left)
            left -= len(packed)
            yield packed
        start, streams = end + 9, streams + 1
        if streams > MOST_STREAMS:
            raise FileRefused
    yield content[start:]


def _inflate(packed: bytes, most: int) -> bytes:
    """Raises FileRefused where it is too much, or no Flate at all: nobody can look into it."""
    try:
        inflater = zlib.decompressobj()
        plain = inflater.decompress(packed, max(most, 1))
    except zlib.error as error:
        raise FileRefused from error
    if inflater.unconsumed_tail or most <= 0:
        raise FileRefused
    return plain


# Pictures ---------------------------------------------------------------------------------------


def _redrawn(content: bytes) -> tuple[str, bytes]:
    try:
        return _draw(content)
    except FileRefused:
        raise
    # Decoders meet broken files with nearly any kind of error.
    except Exception as error:
        raise FileRefused from error


def _draw(content: bytes) -> tuple[str, bytes]:
    # A new picture: what the old one carries beside its pixels stays behind.
    small = _smaller(_opened(content))
    clean = Image.new(small.mode, small.size)
    clean.paste(small)
    file = BytesIO()
    if content.startswith(b"\x89PNG"):
        clean.save(file, "PNG", compress_level=4)
        return PNG, file.getvalue()
    clean.save(file, "JPEG", quality=88)
    return JPEG, file.getvalue()


def _opened(content: bytes) -> Image.Image:
    """The right way up. What it would take is known before it is unpacked."""
    picture: Image.Image = Image.open(BytesIO(content), formats=("JPEG", "PNG"))
    is_png, pixels = picture.format == "PNG", picture.width * picture.height
    if pixels > MAX_PIXELS:
        raise FileRefused(_("La imagen es demasiado grande: más de 24 megapíxeles."))
    if is_png and getattr(picture, "n_frames", 1) > 1:
        raise FileRefused(_("Elija una imagen que no se mueva."))
    if not is_png and content.count(b"\xff\xda") > MAX_SCANS:
        raise FileRefused
    # All of its coefficients are kept until the last scan is read.
    if picture.info.get("progressive") and pixels > MAX_PROGRESSIVE:
        raise FileRefused(
            _("La imagen es demasiado grande. Guárdela más pequeña y elíjala otra vez.")
        )
    picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
    ImageOps.exif_transpose(picture, in_place=True)
    return picture


def _smaller(picture: Image.Image) -> Image.Image:
    """No side too large, in the colours that are kept. One step at a time, and nobody else holds
    the picture: what a step began with is gone before the next one.
    """
    mode = "RGBA" if picture.format == "PNG" and "A" in picture.getbands() else "RGB"
    if picture.mode.startswith("I"):
        # 65,536 greys, as X-rays have: Pillow would make all but the darkest of them white.
        picture = picture.convert("I")
        picture = picture.point(GREYS, "L")
    scale = LARGEST_SIDE / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    if scale < 1:
        # Where alpha is multiplied in, what cannot be seen does not bleed into what can.
        while picture.mode not in ("RGB", "CMYK", "RGBa"):
            picture = picture.convert("RGBa" if picture.mode == "RGBA" else mode)
        picture = picture.resize((width, picture.height), QUICK)
        picture = picture.resize((width, height), QUICK)
    return picture if picture.mode == mode else picture.convert(mode)
