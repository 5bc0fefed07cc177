"""The public pages: home, results, profile, slot picker."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from appointments.browsers import address_digest
from core.clock import current_time
from core.heads import absolute, head_of
from core.live.responses import last_name
from core.maps import render_with_map
from directory.addresses import at_present_address
from directory.forms import BAD_BOX, ResultsForm, SearchForm
from directory.landings import head_of_search, landings_of
from directory.limits import sparing
from directory.live import SlotsAudience
from directory.marks import marks_of
from directory.opinions import opinions_of, page_context
from directory.pickers import (
    picker_of,
    profile_or_404,
    published_or_404,
    rated_or_404,
    rated_profile_or_404,
)
from directory.profiles import is_thin, words_of
from directory.results import results_of, wanted_of
from directory.structured import PICTURE, physician
from directory.suggesting import suggest
from directory.templatetags.profiles import photo
from doctors.models import Specialty

# What people look for most, offered on the home page.
FREQUENT = ("medicina-general", "pediatria", "ginecologia", "odontologia", "dermatologia",
            "cardiologia", "psicologia", "traumatologia")  # fmt: skip


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    frequent = Specialty.objects.filter(slug__in=FREQUENT)
    context = {
        "form": SearchForm(),
        "specialties": sorted(frequent, key=lambda s: FREQUENT.index(s.slug)),
        "head": head_of(request),
    }
    return render(request, "directory/public/home.html", context)


@require_safe
@sparing("search")
def search(request: HttpRequest) -> HttpResponse:
    """Results, ten a page, each with its next free times."""
    now = current_time()
    form = ResultsForm(request.GET)
    if not form.is_valid():
        refused = {"form": form, "head": head_of(request, is_thin=True)}
        return render(request, "directory/public/search.html", refused, status=400)
    context: dict[str, Any] = {"form": form, "now": now}
    context |= results_of(form, request.GET, now=now)
    found = context["page"].paginator.count
    context["head"] = head_of_search(request, context["wanted"], form.cleaned_data, found=found)
    return render_with_map(request, "directory/public/search.html", context)


@require_safe
@sparing("suggestions", times=5)
def search_suggestions(request: HttpRequest) -> HttpResponse:
    """What the words may become: a list for the search field, or a page of links."""
    form = SearchForm(request.GET)
    status = 200 if form.is_valid() else 400
    q = form.cleaned_data.get("q", "") if status == 200 else ""
    context = {"form": form, "found": suggest(q), "q": q}
    is_part = request.headers.get("HX-Request") == "true"
    name = "_suggestions" if is_part else "search_suggestions"
    return render(request, f"directory/public/{name}.html", context, status=status)


@require_safe
@sparing("marks", times=2)
def search_marks(request: HttpRequest) -> HttpResponse:
    """How many of the results are where, in a rectangle of the map: some hundred marks at most."""
    form = ResultsForm(request.GET)
    if not form.is_valid():
        sentence = next(iter(form.errors.values()))[0]
        return JsonResponse({"error": str(sentence)}, status=400)
    wanted = wanted_of(form)
    if wanted.filters.box is None:
        return JsonResponse({"error": str(BAD_BOX)}, status=400)
    marks = marks_of(wanted, wanted.filters.box, now=current_time())
    count = marks.doctors
    words = ngettext("%(n)s especialista en esta zona", "%(n)s especialistas en esta zona", count)
    said = words % {"n": number_format(count, force_grouping=True)}
    cells = [(round(lat, 4), round(lng, 4), many) for lat, lng, many in marks.cells]
    return JsonResponse({"marks": cells, "said": said})


@require_safe
@at_present_address
def doctor(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile, with the picker of the chosen clinic beside it."""
    now = current_time()
    found = rated_profile_or_404(slug)
    context = picker_of(request, found, now, is_profile=True)
    places = context["ahead"].places(context["clinics"], now=now)
    said = opinions_of(found)
    context |= {
        "places": places,
        "opinions": said,
        "physician": physician(found, context["clinics"], said.facts.rating, said.first),
        "landings": landings_of(found, context["clinics"]),
        "head": head_of(
            request,
            kind="profile",
            image=photo(found, PICTURE),
            is_thin=is_thin(found, places),
            **words_of(found, context["clinics"]),
        ),
    }
    return render_with_map(request, "directory/public/doctor.html", context)


@require_safe
@at_present_address
def opinions(request: HttpRequest, slug: str) -> HttpResponse:
    """All that is said of a doctor, page by page."""
    found = rated_or_404(slug)
    return render(request, "directory/public/opinions.html", page_context(request, found))


@require_safe
@at_present_address
def slots(request: HttpRequest, slug: str) -> HttpResponse:
    """The picker alone: a page, or the fragment that htmx swaps."""
    now = current_time()
    context = picker_of(request, profile_or_404(slug), now)
    context["head"] = head_of(request, reverse("doctor", args=[slug]))
    template = "_picker" if request.headers.get("HX-Request") else "slots"
    return render(request, f"directory/public/{template}.html", context)


@require_safe
@at_present_address
def slots_stream(request: HttpRequest, slug: str) -> HttpResponse:
    """«The times changed», each time they do: neither what nor whose."""
    known = last_name(request.headers, request.GET)
    return SlotsAudience(published_or_404(slug)).stream(known, address=address_digest(request))


@require_safe
@at_present_address
def slots_mark(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for who cannot keep a stream: another mark means other times."""
    mark = SlotsAudience(published_or_404(slug)).mark()
    return JsonResponse({"cursor": mark, "is_new": mark != request.GET.get("desde", "")})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Booking steps and private pages are nobody's search result."""
    lines = ["User-agent: *", *(f"Disallow: {p}" for p in ("/reservar/", "/cuenta/", "/citas/"))]
    lines += ["", f"Sitemap: {absolute(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to tell us of a hole (RFC 9116); good for a year from now on, as it must say."""
    until = (current_time() + timedelta(days=365)).replace(microsecond=0)
    lines = [
        f"Contact: mailto:{settings.SUPPORT_EMAIL}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: es, en",
        f"Canonical: {absolute(reverse('security_txt'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
