"""Pictures for the demo's doctors: drawn, of nobody, the same for the same seed."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from doctobooking.demo.chance import Chance

SIDE = 576
GROUNDS = ("#CFE5E8", "#DCE6F4", "#E4EBDD", "#F3E4D3", "#E9DFEF", "#D9E9DF")
SKINS = ("#F0C9A8", "#E3B18B", "#C98F68", "#A9714B", "#8A5838")
HAIRS = ("#2B211C", "#3B2A20", "#5A3B25", "#7A5230", "#8D8A88", "#C9C5C1")
SCRUBS = ("#0B5C6B", "#1B5AA0", "#1A6A39", "#6B3F7E", "#7A2E3A", "#33424B")
COAT, SEAM, FRAME = "#FFFFFF", "#D5DEE1", "#26323A"


@dataclass(frozen=True)
class Look:
    ground: str
    skin: str
    hair: str
    scrubs: str
    has_long_hair: bool
    has_beard: bool
    has_glasses: bool


def look_of(chance: Chance, *, is_female: bool) -> Look:
    skin = chance.choice(SKINS)
    return Look(
        ground=chance.choice(GROUNDS),
        skin=skin,
        # Brown hair would be lost on brown skin.
        hair=chance.choice(HAIRS if skin in SKINS[:3] else (*HAIRS[:1], *HAIRS[-2:])),
        scrubs=chance.choice(SCRUBS),
        has_long_hair=is_female and chance.happens(0.75),
        has_beard=not is_female and chance.happens(0.4),
        has_glasses=chance.happens(0.3),
    )


def draw(look: Look) -> BytesIO:
    """A head and shoulders in a doctor's coat, as a PNG file."""
    picture = Image.new("RGB", (SIDE, SIDE), look.ground)
    pen = _Pen(picture)
    if look.has_long_hair:
        pen.round_box(29, 20, 71, 74, 20, look.hair)
    _body(pen, look)
    _head(pen, look)
    file = BytesIO()
    picture.save(file, "PNG", compress_level=1)
    file.seek(0)
    return file


class _Pen:
    """Draws in hundredths of the side."""

    def __init__(self, picture: Image.Image) -> None:
        self.draw = ImageDraw.Draw(picture)

    def ellipse(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self.draw.ellipse(_points(left, top, right, bottom), fill=fill)

    def round_box(
        self, left: float, top: float, right: float, bottom: float, radius: float, fill: str
    ) -> None:
        self.draw.rounded_rectangle(
            _points(left, top, right, bottom), radius=radius * SIDE / 100, fill=fill
        )

    def shape(self, *points: float, fill: str) -> None:
        self.draw.polygon(_points(*points), fill=fill)

    def line(self, *points: float, fill: str, width: float = 1) -> None:
        self.draw.line(_points(*points), fill=fill, width=round(width * SIDE / 100))

    def ring(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self.draw.ellipse(_points(left, top, right, bottom), outline=fill, width=round(SIDE / 80))

    def slice(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        angles: tuple[int, int],
        fill: str,
    ) -> None:
        self.draw.pieslice(_points(left, top, right, bottom), *angles, fill=fill)


def _points(*values: float) -> list[float]:
    return [value * SIDE / 100 for value in values]


def _body(pen: _Pen, look: Look) -> None:
    pen.round_box(10, 76, 90, 130, 26, COAT)
    pen.shape(36, 75, 64, 75, 50, 104, fill=look.scrubs)
    pen.round_box(42, 58, 58, 82, 7, look.skin)
    pen.shape(42, 77, 58, 77, 50, 88, fill=look.skin)
    pen.line(36, 76, 46, 101, fill=SEAM)
    pen.line(64, 76, 54, 101, fill=SEAM)


def _head(pen: _Pen, look: Look) -> None:
    pen.ellipse(30, 42, 36, 54, look.skin)
    pen.ellipse(64, 42, 70, 54, look.skin)
    pen.ellipse(33, 24, 67, 69, look.skin)
    if look.has_beard:
        pen.slice(33, 30, 67, 70, (15, 165), look.hair)
        pen.ellipse(41, 48, 59, 61, look.skin)
    pen.slice(31, 19, 69, 67, (180, 360), look.hair)
    pen.ellipse(35, 33, 65, 55, look.skin)
    if look.has_glasses:
        pen.ring(37, 43, 48, 52, FRAME)
        pen.ring(52, 43, 63, 52, FRAME)
        pen.line(48, 47, 52, 47, fill=FRAME)
