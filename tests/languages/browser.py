"""A browser that looks for the other language on every page it gets."""

from django.urls import reverse

from tests.client import StrictClient
from tests.languages.reading import foreign_texts, texts_of

LANGUAGES = ["en", "es"]
# What stays as it is in any language: names, and what doctors wrote about themselves.
NAMES = (
    "Doctobooking", "Ana Molina Paz", "José Díaz", "Alicia Vera", "Alicia", "La Carolina",
    "Av. República 123", "Quito", "Se paga en el consultorio.", "Hospital del Norte",
    "Universidad Central", "Doctora en medicina", "Jefa de sala", "Sociedad de Cardiología",
    "ayuda@doctobooking.test", "alice@ejemplo.test", "nadie@ejemplo.test", "otra@ejemplo.test",
    "nueva@ejemplo.test", "Rosa Vera", "dolor de pecho",
)  # fmt: skip


def page(name, *args):
    """The address of a page of the portal."""
    return reverse(f"portal:{name}", args=[getattr(a, "public_id", a) for a in args])


def stamp(instant):
    """An instant as addresses say it."""
    return instant.strftime("%Y%m%dT%H%M%SZ")


class Reader:
    """A browser in one language; it remembers what was foreign on the pages it saw."""

    def __init__(self, language, user=None):
        self.language, self.found = language, []
        self.client = StrictClient(headers={"user-agent": "Firefox"})
        self.client.cookies["django_language"] = language
        if user is not None:
            self.client.force_login(user)

    def get(self, address, data=None):
        return self.read(self.client.get(address, data, follow=True))

    def post(self, address, data=None):
        return self.read(self.client.post(address, data or {}, follow=True))

    def part(self, address, data=None):
        """What a script asks for: a page without its frame."""
        answer = self.client.get(address, data, headers={"HX-Request": "true"})
        assert answer.status_code in (200, 422)
        return self.note(answer)

    def read(self, answer):
        assert f'<html lang="{self.language}">' in answer.content.decode()
        return self.note(answer)

    def note(self, answer):
        html = answer.content.decode()
        foreign = foreign_texts(texts_of(html, names=NAMES), self.language)
        self.found += [f"{answer.wsgi_request.path}: {text}" for text in foreign]
        return answer
