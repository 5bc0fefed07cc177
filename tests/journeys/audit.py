"""What must be true of every page: no violation that axe knows, no sideways scroll."""

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Every rule of WCAG 2.2 A and AA and axe's best practices; `target-size` is off by default.
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
}
# A theme changes colours and nothing else (tokens.css): in the dark only they are judged again.
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
SIDES = [(width, theme, options) for width in (1280, 360)
         for theme, options in (("light", OPTIONS), ("dark", COLOURS))]  # fmt: skip
# 320 px is a desk's 1280 at 400 % zoom.
REFLOW = (320, 360, 1280)


def audit(page: Page, name: str, within: str | None = None) -> None:
    """Look at a page from all sides, and put it back as it was.

    `within`: only what is open there; it covers targets behind it, which can wait.
    """
    before, scrolled = page.viewport_size, page.evaluate("scrollY")
    wrong = [f"{name} {width} {theme}: {said}" for width, theme, options in SIDES
             for said in _violations(page, width, theme, within, options)]  # fmt: skip
    wrong += [f"{name} {width}: scrolls sideways by {by} px"
              for width in REFLOW if (by := overflow(page, width))]  # fmt: skip
    page.emulate_media(color_scheme=None)
    page.set_viewport_size(before)
    page.evaluate("y => scrollTo(0, y)", scrolled)
    if wrong:
        raise AssertionError("\n".join(wrong))


def _violations(
    page: Page, width: int, theme: str, within: str | None, options: dict[str, object]
) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)
    # Bars that stick to the bottom lie there on what one has not scrolled to yet.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    found = _axe(page).run(page, context=within, options=options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:120]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def _axe(page: Page) -> Axe:
    """Its half megabyte of script is given to a page once."""
    return Axe("") if page.evaluate("Boolean(window.axe)") else Axe(AXE_SCRIPT)


def overflow(page: Page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")
