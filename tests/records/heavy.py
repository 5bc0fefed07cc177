"""Files that ask for much more than they weigh."""

import os
import zlib
from io import BytesIO

from PIL import Image

from tests.doctors.pictures import HTML, SVG, _chunk, animated, many_scans, png_of, webp_of
from tests.records.test_files import HOSTILE, packed
from tests.records.world import PDF

WIDE, SQUARE = (6000, 4000), (4898, 4898)


def drawn(kind, mode, size=WIDE, *, is_noisy=False, **saved):
    file = BytesIO()
    picture = Image.new(mode, size)
    if is_noisy:
        count = size[0] * size[1] * len(picture.getbands())
        picture = Image.frombytes(mode, size, os.urandom(count))
    picture.save(file, kind, **saved)
    return file.getvalue()


def scanned(count):
    """As many scans as are let through, of as many pixels."""
    content = drawn("JPEG", "RGB", (4000, 4000), progressive=True)
    last, there = content.rindex(b"\xff\xda"), content.count(b"\xff\xda")
    return content[:-2] + content[last:-2] * (count - there) + content[-2:]


def between(content, what):
    return content.replace(b"trailer", what + b"trailer")


def heavy():
    """name: (content, whether it is refused)."""
    bomb = zlib.compress(b"0" * 60_000_000)
    quick = {"compress_level": 1}
    return {
        **{name: (content, True) for name, content in HOSTILE.items()},
        "html alone": (HTML, True),
        "svg alone": (SVG, True),
        "gif that moves": (animated("GIF"), True),
        "webp that moves": (animated("WEBP"), True),
        "png that moves": (animated("PNG"), True),
        "webp of a wall": (webp_of(16000, 16000), True),
        "png of a wall": (png_of(30000, 30000), True),
        "png without its rows": (png_of(*WIDE, b"\0" * 10), True),
        "png with a text of 60 MB": (
            png_of(9, 9, b"\0" * 99, _chunk(b"zTXt", b"a\0\0" + bomb)), True,
        ),
        "png with a profile of 60 MB": (
            png_of(9, 9, b"\0" * 99, _chunk(b"iCCP", b"a\0\0" + bomb)), True,
        ),
        "png of rgba": (drawn("PNG", "RGBA", SQUARE, **quick), False),
        "png of grey and alpha": (drawn("PNG", "LA", SQUARE, **quick), False),
        "png of rgb": (drawn("PNG", "RGB", SQUARE, **quick), False),
        "png of a palette": (drawn("PNG", "P"), False),
        "png of bits": (drawn("PNG", "1"), False),
        "png of 16 bits": (drawn("PNG", "I;16"), False),
        "png of noise": (drawn("PNG", "RGBA", (1550, 1550), is_noisy=True, **quick), False),
        "jpeg": (drawn("JPEG", "RGB"), False),
        "jpeg of noise": (drawn("JPEG", "RGB", (4000, 3900), is_noisy=True, quality=50), False),
        "jpeg of print": (drawn("JPEG", "CMYK", SQUARE), False),
        "jpeg of print, progressive": (
            drawn("JPEG", "CMYK", (4000, 4000), progressive=True, subsampling=0), False,
        ),
        "jpeg, progressive": (drawn("JPEG", "RGB", progressive=True, subsampling=0), True),
        "jpeg of 24 scans": (scanned(24), False),
        "jpeg of 400 scans": (many_scans(), True),
        "pdf that unpacks to 30 MB": (packed(b"0" * 30_000_000), True),
        "pdf of 10 MB of names": (between(PDF, b"/J" * 4_900_000), False),
        "pdf of 10 MB of signs": (between(PDF, b"/#4a" * 2_400_000), False),
        "pdf of streams that do not end": (between(PDF, b"stream " * 1_300_000), False),
        "pdf of 11 MB": (PDF + b"\n" * 11_000_000, True),
    }  # fmt: skip
