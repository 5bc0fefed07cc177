"""What may be attached, told by its content."""

import zlib
from io import BytesIO

import pytest
from PIL import Image

from records.files import MAX_BYTES, check
from records.refusals import FileRefused
from tests.records.world import PDF, picture

HOSTILE = {
    "html": b"<html><script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "exe": b"MZ\x90\x00" + b"\x00" * 200,
    "zip": b"PK\x03\x04" + b"\x00" * 200,
    "empty": b"",
    "cut jpeg": picture()[:300],
    "gif": b"GIF89a" + b"\x00" * 50,
    "text": "NÚMERO".encode(),
    "pdf after html": b"<html>" + PDF,
    "pdf without an end": PDF.replace(b"%%EOF", b""),
    "pdf with a script": PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"),
    "pdf with a hidden script": PDF.replace(b"/Catalog", b"/Catalog/A<</S/J#61vaScript>>"),
    "pdf with a script in other signs": PDF.replace(b"/Catalog", b"/Catalog/A<</#4a#53(x)>>"),
    "pdf with endless streams": PDF.replace(b"trailer", b"stream endstream " * 50_001 + b"trailer"),
    "pdf with a file's name in signs": PDF.replace(b"/Catalog", b"/Catalog/Embedded#46ile"),
    "pdf that launches": PDF.replace(b"/Catalog", b"/Catalog/A<</S/Launch/F(x.exe)>>"),
    "pdf with a file": PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 9 0 R>>"),
    "pdf with a password": PDF.replace(b"/Root", b"/Encrypt 9 0 R/Root"),
}


def packed(content):
    """A PDF with an object stream."""
    body = zlib.compress(content)
    head = b"9 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>" % len(body)
    stream = head + b"stream\n" + body + b"\nendstream endobj\n"
    return PDF.replace(b"trailer", stream + b"trailer")


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_refused(name):
    with pytest.raises(FileRefused):
        check(BytesIO(HOSTILE[name]), "examen.pdf")


def test_objects_packed_into_a_stream_are_looked_into():
    assert check(BytesIO(packed(b"1 0 <</Type/Font>>")), "a.pdf").content_type == "application/pdf"
    with pytest.raises(FileRefused):
        check(BytesIO(packed(b"1 0 <</S/JavaScript/JS(x)>>")), "a.pdf")
    with pytest.raises(FileRefused):
        check(BytesIO(packed(b"0" * 30_000_000)), "a.pdf")
    with pytest.raises(FileRefused):
        check(BytesIO(packed(b"x").replace(b"stream\nx", b"stream\n\x00\x00")), "a.pdf")


def test_pictures_in_a_stream_are_no_programs():
    drawn = b"5 0 obj<</Subtype/Image>>stream\n\x01/JS \x02/Launch \nendstream endobj\ntrailer"
    assert check(BytesIO(PDF.replace(b"trailer", drawn)), "a.pdf").name == "a.pdf"


def test_a_pdf_stays_as_it_is():
    found = check(BytesIO(PDF), "Examen de sangre.PDF")
    assert (found.content, found.name, found.content_type) == (
        PDF, "Examen de sangre.pdf", "application/pdf",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_pictures_are_drawn_anew(kind):
    exif = Image.Exif()
    exif[0x010E] = "LUGAR7Q"
    found = check(BytesIO(picture(kind, exif=exif) + b"COLA7Q"), "foto.exe")
    assert found.content_type == f"image/{kind.lower()}"
    assert found.name == ("foto.jpg" if kind == "JPEG" else "foto.png")
    assert b"LUGAR7Q" not in found.content and b"COLA7Q" not in found.content
    opened = Image.open(BytesIO(found.content))
    assert (opened.size, dict(opened.getexif())) == ((120, 80), {})


def test_large_pictures_are_made_smaller():
    found = check(BytesIO(picture(size=(5000, 100))), "a.jpg")
    assert max(Image.open(BytesIO(found.content)).size) <= 4000


def test_greys_of_an_x_ray_stay_what_they_are():
    """Sixteen bits a pixel."""
    picture = Image.new("I;16", (6, 1))
    for x, grey in enumerate((0, 257, 514, 16_448, 32_896, 65_535)):
        picture.putpixel((x, 0), grey)
    file = BytesIO()
    picture.save(file, "PNG")
    drawn = Image.open(BytesIO(check(BytesIO(file.getvalue()), "torax.png").content))
    assert [drawn.getpixel((x, 0))[0] for x in range(6)] == [0, 1, 2, 64, 128, 255]


def test_a_flood_of_pixels_is_refused():
    with pytest.raises(FileRefused) as error:
        check(BytesIO(picture("PNG", (6000, 6000))), "a.png")
    assert str(error.value) == "La imagen es demasiado grande: más de 24 megapíxeles."


def test_too_much_is_refused():
    with pytest.raises(FileRefused) as error:
        check(BytesIO(PDF + b"\n" * MAX_BYTES), "a.pdf")
    assert str(error.value) == "El documento pesa más de 10 MB. Elija uno más liviano."


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\docs\\examen.pdf", "examen.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("\r\nSet-Cookie: x", "Set-Cookie: x.pdf"),
        ("...", "documento.pdf"),
        ("x" * 300, "x" * 100 + ".pdf"),
    ],
)
def test_names_are_tame(typed, kept):
    assert check(BytesIO(PDF), typed).name == kept
