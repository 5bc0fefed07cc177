"""sitemap.xml and its parts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from directory import sitemaps
from doctors.models import Specialty

# Longer numbers are beyond Postgres's primary keys.
MOST_DIGITS = 12
AN_HOUR = "public, max-age=3600"


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Names the parts."""
    return _xml(sitemaps.index_of(sitemaps.parts()))


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    return _xml(sitemaps.urlset_of(sitemaps.pages()))


@require_safe
def sitemap_doctors(request: HttpRequest, number: str) -> HttpResponse:
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        raise Http404
    return _xml(sitemaps.urlset_of(sitemaps.doctors(int(number))))


@require_safe
def sitemap_landings(request: HttpRequest, slug: str) -> HttpResponse:
    specialty = get_object_or_404(Specialty, slug=slug)
    return _xml(sitemaps.urlset_of(sitemaps.landings(specialty)))


def _xml(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/xml")
    response["Cache-Control"] = AN_HOUR
    return response
