"""The pictures of the README: `SCREENSHOTS=1 make test` writes them anew into docs/screenshots/."""

from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from tests.factories import PASSWORD
from tests.journeys.visitor import QUITO

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs/screenshots"
MOST_BYTES = 200_000
SIDES = [(1280, "light"), (360, "dark")]
PAGES = {
    "resultados": "/buscar/?q=corazón&lugar=Quito",
    "perfil": "/medicos/ana-molina-paz/",
}
DOCTOR = "medica@demo.test"


def test_screenshots(open_browser, settings):
    settings.DEMO, settings.DEMO_PASSWORD = True, PASSWORD
    call_command("seed_demo", doctors=300, patients=400, visits=3000, seed=1, verbosity=0)
    FOLDER.mkdir(exist_ok=True)
    for width, theme in SIDES:
        visitor = open_browser(width=width, theme=theme)
        for name, address in PAGES.items():
            picture(visitor, name, address, width, theme)
        visitor.go("/cuenta/login/").enter(DOCTOR)
        # The busy days, seen down to their afternoons.
        visitor.page.set_viewport_size({"width": width, "height": 1000})
        day = timezone.localdate(timezone=QUITO) + timedelta(days=2)
        picture(visitor, "agenda", f"/agenda/?fecha={day}", width, theme)


def picture(visitor, name, address, width, theme):
    file = FOLDER / f"{name}-{width}-{theme}.png"
    visitor.go(address).page.screenshot(path=file)
    assert file.stat().st_size < MOST_BYTES
