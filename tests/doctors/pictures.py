"""Pictures for tests: good ones, and those that somebody sends to do harm."""

import struct
import zlib
from io import BytesIO

from PIL import Image

HTML = b"<html><script>alert(document.domain)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def picture(kind="JPEG", size=(600, 800), mode="RGB", colour="teal", **options):
    file = BytesIO()
    Image.new(mode, size, colour).save(file, kind, **options)
    return file.getvalue()


def quartered(kind="JPEG", **options):
    """Red, green / blue, white: which corner is where."""
    image = Image.new("RGB", (400, 400), "white")
    for box, colour in (((0, 0), "red"), ((200, 0), "lime"), ((0, 200), "blue")):
        image.paste(Image.new("RGB", (200, 200), colour), box)
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def noisy(size=(500, 500), kind="PNG"):
    file = BytesIO()
    Image.effect_noise(size, 120).convert("RGB").save(file, kind)
    return file.getvalue()


def with_places(orientation=1):
    """A JPEG that says where it was taken, and which way is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "MARCA7Q"
    exif.get_ifd(0x8825).update({1: "S", 2: (0.0, 13.0, 47.0), 3: "W", 4: (78.0, 31.0, 29.0)})
    return quartered(exif=exif)


def _chunk(name, data):
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def png_of(width, height, rows=b"", *more):
    """A PNG that says what size it is, whatever it holds."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    body = _chunk(b"IDAT", zlib.compress(rows, 1))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + body + _chunk(b"IEND", b"")


def animated(kind):
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    file = BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def webp_of(width, height):
    """An extended WebP head with a canvas of that size, and nothing behind it."""
    canvas = (
        struct.pack("<I", 0)[:4]
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def many_scans():
    """A progressive JPEG whose last scan comes again and again."""
    content = picture(size=(2000, 2000), progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * 400 + content[-2:]


def text_bomb():
    """Compressed text that opens to sixty megabytes."""
    packed = b"Comment\x00\x00" + zlib.compress(b"A" * 60_000_000, 9)
    return png_of(200, 200, b"\x00" * 200 * 801, _chunk(b"zTXt", packed))


# What must not come in at all.
REFUSED = {
    "nothing": lambda: b"",
    "text": lambda: b"hola",
    "html": lambda: HTML,
    "svg": lambda: SVG,
    "svg with a prologue": lambda: b'<?xml version="1.0"?>' + SVG,
    "gif": lambda: picture("GIF"),
    "gif with script": lambda: b"GIF89a/*" + HTML,
    "animated gif": lambda: animated("GIF"),
    "animated webp": lambda: animated("WEBP"),
    "animated png": lambda: animated("PNG"),
    "bmp": lambda: picture("BMP"),
    "tiff": lambda: picture("TIFF"),
    "ico": lambda: picture("ICO", size=(200, 200)),
    "pdf": lambda: picture("PDF"),
    "only the head of a jpeg": lambda: b"\xff\xd8\xff\xe0" + b"\x00" * 200,
    "half a jpeg": lambda: (c := noisy(kind="JPEG"))[: len(c) // 2],
    "half a png": lambda: (c := noisy())[: len(c) // 2],
    "half a webp": lambda: (c := noisy(kind="WEBP"))[: len(c) // 2],
    "png of 2 gigapixels": lambda: png_of(50_000, 40_000),
    "png bomb": lambda: png_of(12_000, 12_000, b"\x00" * 12_000 * 48_001),
    "jpeg of 4 gigapixels": lambda: picture(size=(200, 200)).replace(
        b"\x00\xc8\x00\xc8", b"\xff\xff\xff\xff", 1
    ),
    "webp of 268 megapixels": lambda: webp_of(16_383, 16_383),
    "jpeg of 400 scans": many_scans,
    "text bomb": text_bomb,
    "too small": lambda: picture(size=(95, 400)),
    "five megabytes and one": lambda: picture() + b"\x00" * 5_000_000,
}
