"""Doctors change names; who comes by a former address is led to the present one."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from doctors.models import Doctor

View = Callable[..., HttpResponse]


def at_present_address(view: View) -> View:
    """For views of `slug`: asks the database only about what would be a 404."""

    @wraps(view)
    def wrapper(request: HttpRequest, slug: str) -> HttpResponse:
        try:
            return view(request, slug)
        except Http404:
            doctor = Doctor.objects.published().filter(former_slugs__slug=slug).first()
            if doctor is None or request.resolver_match is None:
                raise
        return _moved(request, reverse(request.resolver_match.view_name, args=[doctor.slug]))

    return wrapper


def _moved(request: HttpRequest, address: str) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    moved = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    # A name may come back: browsers that kept the answer would then go round in circles.
    moved["Cache-Control"] = "no-cache"
    return moved
