"""A specialty in a city: a page of results with facts of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinics.models import City
from core.clock import current_time
from core.heads import head_of
from directory import landings
from directory.cards import cards_of
from directory.queries import Wanted
from directory.results import page_of
from doctors.models import Specialty


@require_safe
def landing(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    now = current_time()
    specialty = get_object_or_404(Specialty, slug=slug)
    place = get_object_or_404(City, slug=city)
    wanted = Wanted(specialties=[specialty], is_chosen=True, city=place)
    page = page_of(wanted, request.GET, now=now)
    cards = cards_of(list(page), wanted.filters, now=now)
    words = {"specialty": specialty.local_name, "city": place.name}
    title = _("%(specialty)s en %(city)s") % words
    about = _("Compare precios y horas libres, y reserve en línea.")
    found = page.paginator.count
    context = {
        "specialty": specialty,
        "city": place,
        "page": page,
        "cards": cards,
        "facts": landings.facts_of(wanted, place, cards, doctors=found),
        "neighbours": landings.neighbours_of(specialty, place),
        "others": landings.specialties_of(place, without=specialty),
        "head": head_of(request, title=title, description=f"{title}. {about}",
                        is_thin=found < landings.FEWEST),
        "now": now,
    }  # fmt: skip
    return render(request, "directory/landings/landing.html", context)
