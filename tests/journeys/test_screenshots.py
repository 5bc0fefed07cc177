"""The pictures of the README: `SCREENSHOTS=1 make test` writes them anew into docs/screenshots/."""

from pathlib import Path

from django.core.management import call_command

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs/screenshots"
MOST_BYTES = 200_000
SIDES = [(1280, "light"), (360, "dark")]
PAGES = {
    "resultados": "/buscar/?q=corazón&lugar=Quito",
    "perfil": "/medicos/ana-molina-paz/",
}


def test_screenshots(open_browser, settings):
    settings.DEMO = True
    call_command("seed_demo", doctors=300, patients=100, visits=1000, seed=1, verbosity=0)
    FOLDER.mkdir(exist_ok=True)
    for name, address in PAGES.items():
        for width, theme in SIDES:
            picture = FOLDER / f"{name}-{width}-{theme}.png"
            open_browser(width=width, theme=theme).go(address).page.screenshot(path=picture)
            assert picture.stat().st_size < MOST_BYTES
