"""What the head of a public page tells search engines and those who share it (docs/adr/0027)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from core.middleware import LANGUAGE_PARAM


@dataclass(frozen=True)
class Head:
    """One page, whatever else stands in the address it was asked by. `path` may have a query."""

    path: str
    chosen_language: str = ""
    title: str = ""
    description: str = ""
    image: str = ""
    kind: str = "website"
    is_thin: bool = False

    @property
    def canonical(self) -> str:
        return in_language(self.path, self.chosen_language)

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """Each language's address; the plain one speaks what the browser prefers."""
        named = [(code, in_language(self.path, code)) for code, _name in settings.LANGUAGES]
        return [*named, ("x-default", absolute(self.path))]

    @property
    def picture(self) -> str:
        return absolute(self.image) if self.image else ""


def head_of(request: HttpRequest, path: str = "", **details: object) -> Head:
    """The head of this page; of another one, by its path, for pages that only show a part of it."""
    asked = request.GET.get(LANGUAGE_PARAM, "")
    chosen = asked if asked == get_language() else ""
    return Head(path=path or request.path, chosen_language=chosen, **details)  # type: ignore[arg-type]


def absolute(path: str) -> str:
    """By the host that is ours, not by the one that was asked."""
    return f"{str(settings.SITE_URL).rstrip('/')}{path}"


def in_language(path: str, code: str) -> str:
    """Spanish is spoken to whoever names no language, search engines for one."""
    if not code or code == settings.LANGUAGE_CODE:
        return absolute(path)
    return absolute(path) + ("&" if "?" in path else "?") + urlencode({LANGUAGE_PARAM: code})
