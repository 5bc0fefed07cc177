"""The public pages: home, results, profile, slot picker."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from appointments.browsers import address_digest
from appointments.forms import WeekForm
from appointments.pickers import Week, week_of
from appointments.queries import is_bookable
from clinics.models import Clinic
from core.clock import current_time
from core.live.responses import last_name
from directory.forms import SearchForm
from directory.live import SlotsAudience
from directory.queries import cards_of, find_doctors
from directory.suggesting import suggest
from directory.words import understand
from doctors.models import Doctor, Specialty

PAGE_SIZE = 10
# What people look for most, offered on the home page.
FREQUENT = ("medicina-general", "pediatria", "ginecologia", "odontologia", "dermatologia",
            "cardiologia", "psicologia", "traumatologia")  # fmt: skip


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    frequent = Specialty.objects.filter(slug__in=FREQUENT)
    context = {
        "form": SearchForm(),
        "specialties": sorted(frequent, key=lambda s: FREQUENT.index(s.slug)),
    }
    return render(request, "directory/public/home.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results, ten a page, each with its next free times."""
    now = current_time()
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "directory/public/search.html", {"form": form}, status=400)
    data = form.cleaned_data
    wanted = understand(q=data["q"], specialty_slug=data["especialidad"], place=data["lugar"])
    page = Paginator(find_doctors(wanted), PAGE_SIZE).get_page(request.GET.get("pagina"))
    context = {
        "form": form,
        "wanted": wanted,
        "page": page,
        "cards": cards_of(list(page), wanted, now=now),
        "now": now,
    }
    return render(request, "directory/public/search.html", context)


@require_safe
def search_suggestions(request: HttpRequest) -> HttpResponse:
    """What the words may become: a list for the search field, or a page of links."""
    form = SearchForm(request.GET)
    status = 200 if form.is_valid() else 400
    q = form.cleaned_data.get("q", "") if status == 200 else ""
    found = suggest(q)
    context = {"form": form, "found": found, "q": q}
    is_part = request.headers.get("HX-Request") == "true"
    name = "_suggestions" if is_part else "search_suggestions"
    return render(request, f"directory/public/{name}.html", context, status=status)


@require_safe
def doctor(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile, with the picker of the chosen clinic beside it."""
    now = current_time()
    found = _doctor(slug)
    return render(request, "directory/public/doctor.html", _frame(request, found, now))


@require_safe
def slots(request: HttpRequest, slug: str) -> HttpResponse:
    """The picker alone: a page, or the fragment that htmx swaps."""
    now = current_time()
    context = _frame(request, _doctor(slug), now)
    template = "_picker" if request.headers.get("HX-Request") else "slots"
    return render(request, f"directory/public/{template}.html", context)


@require_safe
def slots_stream(request: HttpRequest, slug: str) -> HttpResponse:
    """«The times changed», each time they do: neither what nor whose."""
    known = last_name(request.headers, request.GET)
    return SlotsAudience(_published(slug)).stream(known, address=address_digest(request))


@require_safe
def slots_mark(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for who cannot keep a stream: another mark means other times."""
    mark = SlotsAudience(_published(slug)).mark()
    return JsonResponse({"cursor": mark, "is_new": mark != request.GET.get("desde", "")})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "directory/public/help.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Booking steps and private pages are nobody's search result."""
    lines = ["User-agent: *", *(f"Disallow: {p}" for p in ("/reservar/", "/cuenta/", "/citas/"))]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


def _published(slug: str) -> Doctor:
    return get_object_or_404(Doctor.objects.published(), slug=slug)


def _doctor(slug: str) -> Doctor:
    doctors = Doctor.objects.published().with_profile()
    return get_object_or_404(doctors, slug=slug)


def _frame(request: HttpRequest, doctor: Doctor, now: datetime) -> dict[str, Any]:
    mark = SlotsAudience(doctor).mark()  # first: what changes while we read is news to the page
    clinics = list(
        Clinic.objects.with_schedule().filter(doctor=doctor, is_active=True).order_by("id")
    )
    form = WeekForm(request.GET)
    form.is_valid()
    chosen = _chosen(clinics, form.cleaned_data.get("consultorio"))
    return {
        "doctor": doctor,
        "clinics": clinics,
        "clinic": chosen,
        "mark": mark,
        "week": _week(chosen, form.cleaned_data.get("semana"), now),
        "now": now,
    }


def _chosen(clinics: list[Clinic], public_id: object) -> Clinic | None:
    named = next((c for c in clinics if c.public_id == public_id), None)
    return named or (clinics[0] if clinics else None)


def _week(clinic: Clinic | None, monday: datetime | None, now: datetime) -> Week | None:
    if clinic is None or not is_bookable(clinic):
        return None
    return week_of(clinic, monday.date() if monday else None, now=now)
