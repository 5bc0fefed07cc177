"""A real browser against a live server. Without Chromium: a loud skip; in CI a failure."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect, sync_playwright

from appointments.services.booking import book_appointment
from tests.appointments.wishes import wish_of
from tests.factories import ClinicFactory, DoctorFactory, SpecialtyFactory
from tests.journeys.visitor import Seen, Visitor

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip
PATIENCE_MS = 15_000
# Pictures are made when one asks for them; a skip would look like a browser that is missing.
collect_ignore = [] if os.environ.get("SCREENSHOTS") == "1" else ["test_screenshots.py"]
WIDE, NARROW = 1280, 360


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    sentence = "no browser: install chromium, or set CHROMIUM to one"
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


# Playwright keeps an event loop in this thread as long as it lives, and Django takes every query
# in such a thread for a mistake. Both end with this package.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = _chromium()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        # The machine is shared with the journeys beside this one.
        expect.set_options(timeout=PATIENCE_MS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Pages already audited: one look at a page from all sides is enough for a run."""
    base = tmp_path_factory.getbasetemp()
    # Each worker of pytest-xdist has a folder of its own in that of the run.
    return Seen((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "seen")


@pytest.fixture(autouse=True)
def _mail_waits_in_the_outbox(settings) -> None:
    """pytest-django would catch it earlier."""
    settings.EMAIL_BACKEND = "core.mail.OutboxEmailBackend"
    settings.ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"


@pytest.fixture(autouse=True)
def _maps_without_a_tile_server(settings) -> None:
    """The outlines of our own are always there; nothing of a test comes from the internet."""
    settings.LEAFLET_CONFIG = {**settings.LEAFLET_CONFIG, "TILES": ""}


@pytest.fixture
def open_browser(live_server, browser, seen) -> Iterator[Callable[..., Visitor]]:
    """`open_browser(scripts=False, width=360)`: a person with a browser of their own."""
    opened: list[Visitor] = []

    def open_one(*, scripts: bool = True, width: int = WIDE, theme: str = "light") -> Visitor:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800},
            color_scheme=theme,
            # No page is judged in the middle of a movement.
            reduced_motion="reduce",
            locale="es-EC",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE_MS)
        opened.append(Visitor(context, seen, scripts=scripts))
        return opened[-1]

    yield open_one
    for visitor in opened:
        visitor.leave()


WAYS = {
    "scripts-wide": (True, WIDE),
    "scripts-narrow": (True, NARROW),
    "plain-wide": (False, WIDE),
    "plain-narrow": (False, NARROW),
}


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def anyhow(request, open_browser) -> Visitor:
    """With and without JavaScript, on a desk and on a phone."""
    scripts, width = request.param
    return open_browser(scripts=scripts, width=width)


@pytest.fixture(params=[WAYS["scripts-wide"], WAYS["plain-narrow"]], ids=["scripts", "plain"])
def visitor(request, open_browser) -> Visitor:
    """With JavaScript on a desk, without it on a phone."""
    scripts, width = request.param
    return open_browser(scripts=scripts, width=width)


@pytest.fixture
def town(clinic):
    """Ana, cardiologist in Quito, and two colleagues."""
    children = SpecialtyFactory(
        slug="pediatria", name="Pediatría", name_en="Paediatrics", practitioner_f="Pediatra",
        practitioner_m="Pediatra", practitioner_en="Paediatrician", synonyms=["niños", "bebés"],
    )  # fmt: skip
    for number, names in enumerate(("Rosa", "Elena")):
        doctor = DoctorFactory(first_names=names, specialty=children, slug=f"pediatra-{number}")
        ClinicFactory(doctor=doctor, name="El Batán")
    return clinic


@pytest.fixture
def visit(clinic, alice):
    """Alice's, booked yesterday, in three days at 10:00 in Quito."""
    now = timezone.now()
    at = (now + timedelta(days=3)).astimezone(UTC).replace(hour=15, minute=0)
    wish = wish_of(alice, clinic, at.replace(second=0, microsecond=0))
    return book_appointment(request=wish, now=now - timedelta(days=1))
