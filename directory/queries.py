"""What a search means: words -> specialties, names, places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from clinics.models import City
from core.text import key_of
from directory.filters import Filters
from doctors.models import Specialty

SHORTEST_PREFIX = 4
MOST_WORDS = 6
# Said before a name, but no part of it.
TITLES = frozenset(
    {"dr", "dr.", "dra", "dra.", "doctor", "doctora", "lcda", "lcda.", "lcdo", "lcdo."}
)


@dataclass(frozen=True)
class Wanted:
    """What a search asks for, understood. `is_chosen`: by the link, not guessed from words."""

    specialties: Sequence[Specialty] = ()
    is_chosen: bool = False
    words: Sequence[str] = ()
    city: City | None = None
    place: str = ""
    filters: Filters = field(default_factory=Filters)
    # The city is where distances are counted from, not where one must be.
    is_anywhere: bool = False

    @property
    def specialty(self) -> Specialty | None:
        return self.specialties[0] if len(self.specialties) == 1 else None


def understand(
    *, q: str, specialty_slug: str, place: str, filters: Filters | None = None
) -> Wanted:
    """Two queries: all specialties (a few dozen), and the city."""
    specialties = list(Specialty.objects.all())
    chosen = [s for s in specialties if s.slug == specialty_slug]
    key = key_of(q)
    matched = chosen or matching_specialties(specialties, key)
    city = find_city(key_of(place)) if place else None
    words = [word for word in key.split() if word not in TITLES][:MOST_WORDS]
    return Wanted(
        specialties=matched,
        is_chosen=bool(chosen),
        words=words,
        city=city,
        place=key_of(place),
        filters=filters or Filters(),
    )


def matching_specialties(specialties: Iterable[Specialty], key: str) -> list[Specialty]:
    """Specialties whose name, practitioner or everyday word is what was typed, or begins so."""
    if not key:
        return []
    exact, near = [], []
    for specialty in specialties:
        terms = {key_of(term) for term in _terms(specialty)}
        if key in terms:
            exact.append(specialty)
        elif any(_is_near(key, term) for term in terms):
            near.append(specialty)
    return exact or near


def _terms(specialty: Specialty) -> Iterable[str]:
    yield from (specialty.name, specialty.name_en, specialty.practitioner_en)
    yield from (specialty.practitioner_f, specialty.practitioner_m)
    yield from specialty.synonyms


def _is_near(key: str, term: str) -> bool:
    begins = len(key) >= SHORTEST_PREFIX and term.startswith(key)
    return begins or f" {term} " in f" {key} "


def find_city(key: str) -> City | None:
    """The city of that name or slug; of several, the one where the most people live."""
    if not key:
        return None
    named = City.objects.filter(Q(name_key=key) | Q(slug=key.replace(" ", "-")))
    return named.order_by("-population").first()
