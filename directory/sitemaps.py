"""The addresses for search engines, in parts that stay cheap with a hundred thousand doctors.

Not django.contrib.sitemaps: it counts and skips rows (OFFSET), and names the host that was asked.
A part of doctors is a range of primary keys; a part of landing pages is a specialty.
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import BigIntegerField, ExpressionWrapper, F, Q
from django.urls import reverse

from core.heads import absolute
from directory.landings import cities_with_landings, landing_path, specialties_with_doctors
from doctors.models import Doctor, Specialty
from support.articles import articles

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ("home", "search", "help")


def parts() -> list[str]:
    """None without an address, but for accounts that were closed."""
    numbers = (
        Doctor.objects.filter(is_published=True)
        .annotate(part=ExpressionWrapper(F("pk") / settings.SITEMAP_CHUNK, BigIntegerField()))
        .values_list("part", flat=True)
        .distinct()
        .order_by("part")
    )
    return [
        reverse("sitemap_pages"),
        *(reverse("sitemap_doctors", args=[number]) for number in numbers),
        *(reverse("sitemap_landings", args=[s.slug]) for s in specialties_with_doctors()),
    ]


def pages() -> list[str]:
    return [*(reverse(name) for name in PAGES), *(article.path for article in articles())]


def doctors(number: int) -> list[str]:
    first = number * settings.SITEMAP_CHUNK
    keys = Q(pk__gte=first, pk__lt=first + settings.SITEMAP_CHUNK)
    slugs = Doctor.objects.published().filter(keys).order_by("pk").values_list("slug", flat=True)
    return [reverse("doctor", args=[slug]) for slug in slugs]


def landings(specialty: Specialty) -> list[str]:
    return [landing_path(specialty, city) for city in cities_with_landings(specialty)]


def index_of(paths: Iterable[str]) -> str:
    return _document("sitemapindex", "sitemap", paths)


def urlset_of(paths: Iterable[str]) -> str:
    return _document("urlset", "url", paths)


def _document(root: str, entry: str, paths: Iterable[str]) -> str:
    rows = (f"<{entry}><loc>{escape(absolute(path))}</loc></{entry}>" for path in paths)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{NAMESPACE}">', *rows]
    return "\n".join([*lines, f"</{root}>", ""])
