"""What holds for every request, whatever its page."""

import sys
from collections.abc import Callable
from contextlib import suppress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_structlog.middlewares import RequestMiddleware

from core.origin import coming_from

# The address of a page in one language, for search engines; without it the browser's is spoken.
LANGUAGE_PARAM = "idioma"
GetResponse = Callable[[HttpRequest], HttpResponse]


class HeadersMiddleware:
    """Outermost: what others leave out, and what a refusal of theirs goes without. Where reports of
    broken policies are sent (docs/adr/0046), and who may embed our files.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_framed = getattr(response, "xframe_options_exempt", False)
        response["Reporting-Endpoints"] = f'csp="{settings.CSP_REPORTS_AT}"'
        response["Cross-Origin-Resource-Policy"] = "cross-origin" if is_framed else "same-origin"
        # A host that is not ours is refused before Django's own middlewares speak.
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.setdefault(
            "Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
        )
        if not is_framed:
            response.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response


class HostileInputMiddleware:
    """NUL, which Postgres cannot hold and no browser sends: a 400 in path and query; a cookie
    with one is as good as none.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {n: v for n, v in request.COOKIES.items() if "\x00" not in n + v}
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_args: object) -> None:
        values = (value for values in request.GET.lists() for value in (values[0], *values[1]))
        if "\x00" in request.path or any("\x00" in value for value in values):
            raise SuspiciousOperation("NUL in the address")


class OriginMiddleware:
    """Tells core.origin where the request comes from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from(get_adapter(request).get_client_ip(request)):
            return self.get_response(request)


class AddressLanguageMiddleware:
    """`?idioma=en` is this page in English, once: nothing is remembered (docs/adr/0027)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.GET.get(LANGUAGE_PARAM)
        if request.method in ("GET", "HEAD") and language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


class RequestLogMiddleware(RequestMiddleware):
    """django-structlog's, with the asker's id where the database can tell it.

    A log line must not turn the page that says "the database is away" into a second error.
    """

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        if isinstance(sys.exception(), Error):
            return
        with suppress(Error):
            RequestMiddleware.bind_user_id(request)


class PrivatePagesMiddleware:
    """Pages of a browser with a session stay out of every cache; fragments are told apart.

    The cookie is enough to know: asking for the user would need the database.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        # What never changes and is for everybody says so itself: photos.
        is_public = "immutable" in response.get("Cache-Control", "")
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not is_public:
            add_never_cache_headers(response)
        return response


class WrongMethodMiddleware:
    """Who types or reloads the address of a form's step gets a page and a way out, not a blank."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A browser says so itself; a script's bare request needs no page.
        is_person = "text/html" in request.headers.get("Accept", "")
        if response.status_code == 405 and is_person and not response.content:
            page = render(request, "405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response


class InvalidFormMiddleware:
    """A refused form answers 422, also where a library's view renders it with 200."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: SimpleTemplateResponse
    ) -> SimpleTemplateResponse:
        form = (response.context_data or {}).get("form")
        if (
            request.method == "POST"
            and response.status_code == 200
            and getattr(form, "errors", None)
        ):
            response.status_code = 422
        return response
