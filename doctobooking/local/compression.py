"""Static files as small as in production, where they lie compressed beside the originals."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class StaticGzipMiddleware(GZipMiddleware):
    """Files only: a page that holds a secret beside what somebody typed must not be compressed."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not request.path.startswith(settings.STATIC_URL):
            return response
        return super().process_response(request, response)
