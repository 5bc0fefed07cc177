"""A person with a browser: what one does on our pages, and what must never happen meanwhile."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.core import mail
from django.utils import timezone
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Response, expect

from appointments.pickers import iso_week
from appointments.services.indexing import renew_due
from core.clock import current_time
from core.converters import FORMAT
from notifications.tasks import relay
from tests.factories import PASSWORD
from tests.journeys.audit import audit, overflow

QUITO = ZoneInfo("America/Guayaquil")


class Seen:
    """Names, each of which is new once: to this process and to those that test beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def is_new(self, name: str) -> bool:
        try:
            (self.folder / quote(name, safe="")).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


class Visitor:
    def __init__(self, context: BrowserContext, seen: Seen, *, scripts: bool) -> None:
        self.context, self.seen, self.scripts = context, seen, scripts
        self.page = context.new_page()
        self.trouble: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        self.page.on("response", self._answered)

    def _hear(self, message: ConsoleMessage) -> None:
        # A refusal is a page with its own status; _answered judges those.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.trouble.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= (500 if is_page else 400):
            self.trouble.append(f"{response.status} {response.url}")

    def leave(self) -> None:
        self.context.close()
        assert self.trouble == [], self.trouble

    # Going about ------------------------------------------------------------

    def go(self, address: str) -> "Visitor":
        renew_due(clock=current_time)
        self.page.goto(address)
        return self

    @contextmanager
    def turning(self) -> Iterator[None]:
        """What is done inside leads to another page. No worker keeps the search index true."""
        renew_due(clock=current_time)
        with self.page.expect_navigation(wait_until="load"):
            yield

    def press(self, name: str) -> "Visitor":
        """A main button, by its words."""
        with self.turning():
            self.page.locator("main").get_by_role("button", name=name, exact=True).click()
        return self

    def follow(self, link: Locator | str) -> "Visitor":
        within = self.page.locator("main")
        found = within.get_by_role("link", name=link) if isinstance(link, str) else link
        with self.turning():
            found.click()
        return self

    def write(self, **fields: str) -> "Visitor":
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)
        return self

    def reads(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def choose(self, label: str) -> "Visitor":
        """A radio or a box, by its words."""
        self.page.locator("main").get_by_label(label).check()
        return self

    def edit(self, button: Locator) -> "Visitor":
        """A button that changes only what a form shows: in place where there are scripts."""
        if not self.scripts:
            with self.turning():
                button.click()
            return self
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            button.click()
        expect(self.page.locator(".htmx-request, .htmx-added, .htmx-settling")).to_have_count(0)
        return self

    def title(self, text: str) -> "Visitor":
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)
        return self

    def look(self, name: str, within: str | None = None) -> "Visitor":
        """Judge the page: from all sides once, and never a sideways scroll."""
        self.page.wait_for_load_state("load")
        assert self.trouble == [], self.trouble
        width = self.page.viewport_size["width"]
        assert overflow(self.page, width) <= 0, f"{name} scrolls sideways at {width} px"
        if self.scripts and self.seen.is_new(name):
            audit(self.page, name, within)
        return self

    # On our pages -----------------------------------------------------------

    @property
    def times(self) -> Locator:
        return self.page.locator("[data-db-hold] a:visible")

    def time_at(self, start: datetime) -> Locator:
        """The link that books this instant; later times of a day are folded away."""
        link = self.page.locator(f"[data-db-hold] a[href$='{start.strftime(FORMAT)}/']")
        if link.count() and not link.is_visible():
            self.page.locator("details.more", has=link).locator("summary").click()
        return link

    def open_profile(self, page: str = "") -> "Visitor":
        """Ana's, at next week: it is free from end to end on whatever day a test runs."""
        week = iso_week(next_week())
        return self.go(f"/medicos/ana-molina-paz/{page}?semana={week}")

    def take(self, time: Locator) -> str:
        """Choose a free time: one click with scripts, a question in between without."""
        address = time.get_attribute("href")
        self.follow(time)
        if not self.scripts:
            self.title("¿Reservamos esta hora?").look("hold")
            self.press("Continuar")
        return address

    def enter(self, email: str) -> "Visitor":
        """Log in where one stands."""
        return self.write(login=email, password=PASSWORD).press("Entrar")

    def find_city(self, typed: str, name: str) -> "Visitor":
        """Type, and choose from the list, which comes by itself or by a button."""
        self.write(city_search=typed)
        if not self.scripts:
            self.press("Buscar la ciudad")
        self.page.locator("#ciudades").get_by_label(name).check()
        return self

    def sign_up(self, email: str) -> "Visitor":
        self.write(first_names="Marta", last_names="Cueva", email=email, password1=PASSWORD)
        self.page.get_by_label("Acepto los términos de uso").check()
        self.press("Crear cuenta").title("Confirme su correo").look("code")
        return self.write(code=code_sent_to(email)).press("Confirmar")


def next_week(days: int = 0) -> date:
    """A day that is wholly ahead on whatever day a test runs: this weekday of the next week."""
    return timezone.localdate(timezone=QUITO) + timedelta(days=7 + days)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A wall time in Quito."""
    return datetime.combine(day, time(hour, minute), QUITO).astimezone(UTC)


def letters_to(address: str) -> list[mail.EmailMessage]:
    """Carry the outbox to the mail server, and read what came."""
    relay()
    return [letter for letter in mail.outbox if address in letter.to[0]]


def code_sent_to(address: str) -> str:
    letter = letters_to(address)[-1]
    return re.search(r"^Su código de Doctobooking: (\S+)$", letter.subject).group(1)
