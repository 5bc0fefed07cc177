"""What a file says, for tests that look for words in it: PDFs of typst, archives, plain text."""

import io
import re
import zipfile
import zlib

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
GLYPH = re.compile(r"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>")
SHOWN = re.compile(rb"\[((?:\((?:\\.|[^\\)])*\)|[^\]()])*)\]\s*TJ", re.S)
PIECE = re.compile(rb"\(((?:\\.|[^\\)])*)\)", re.S)
ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.S)
CONTROL = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(content):
    """Of bytes, whatever they are; of a picture what stands in it between the pixels."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            return "\n".join(f"{name}\n{text_of(bundle.read(name))}" for name in bundle.namelist())
    plain = content.decode(errors="replace")
    return plain + _of_pdf(content) if content.startswith(b"%PDF") else plain


def _of_pdf(content):
    """Its lines as each of its fonts would have them: what a wrong one says is nonsense."""
    parts = [_inflated(part) for part in STREAM.findall(content)]
    fonts = [
        {int(glyph, 16): bytes.fromhex(signs).decode("utf-16-be")
         for glyph, signs in GLYPH.findall(part.decode("latin-1"))}
        for part in parts if b"begincmap" in part
    ]  # fmt: skip
    lines = [
        b"".join(ESCAPE.sub(_unescaped, piece) for piece in PIECE.findall(line))
        for part in parts
        for line in SHOWN.findall(part)
    ]
    return "\n".join(
        "".join(font.get(int.from_bytes(line[n : n + 2]), "�") for n in range(0, len(line), 2))
        for font in fonts
        for line in lines
    )


def _unescaped(found):
    sign = found[1]
    return bytes([int(sign, 8)]) if len(sign) == 3 else CONTROL.get(sign, sign)


def _inflated(part):
    try:
        return zlib.decompress(part)
    except zlib.error:
        return part
