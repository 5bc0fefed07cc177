"""What a half-typed search may become: specialties, doctors and cities, as links."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from clinics.models import City, Clinic
from clinics.queries import cities_like
from directory.lexicon import TITLES, Lexicon, Word, lexicon_of
from directory.reading import words_typed
from directory.words import open_doctors
from doctors.models import Doctor, DoctorSpecialty, NameWord, Specialty

MOST_SPECIALTIES = 4
MOST_DOCTORS = 4
MOST_CITIES = 3
MOST_BEGUN = 60
SHORTEST = 2


@dataclass(frozen=True)
class Suggestions:
    """`specialty`: was typed already; the cities are for its doctors."""

    q: str = ""
    specialties: Sequence[Specialty] = ()
    doctors: Sequence[tuple[Doctor, Specialty | None]] = ()
    cities: Sequence[City] = ()
    specialty: Specialty | None = None

    @property
    def count(self) -> int:
        return len(self.specialties) + len(self.doctors) + len(self.cities)


def suggest(q: str) -> Suggestions:
    """At most four queries: the catalogue, doctors, and cities in one or two."""
    words = words_typed(q)
    if sum(len(word.key) for word in words) < SHORTEST:
        return Suggestions(q)
    known = list(Specialty.objects.order_by("pk"))
    lexicon = lexicon_of(known)
    phrases = lexicon.phrases([word for word in words if not word.is_stop])
    taken = {word for phrase in phrases for word in phrase.words}
    rest = [w for w in words if w not in taken and not w.is_stop and w.key not in TITLES]
    names = [w for w in words if not w.is_stop and w.key not in TITLES]
    meant = lexicon.meant_by(phrases)
    return Suggestions(
        q,
        specialties=_specialties(lexicon, words, rest, meant)[:MOST_SPECIALTIES],
        doctors=_doctors(names or words, rest, meant, {s.pk: s for s in known}),
        cities=_cities(rest),
        specialty=meant[0] if meant and rest else None,
    )


def _specialties(
    lexicon: Lexicon, words: Sequence[Word], rest: Sequence[Word], meant: Sequence[Specialty]
) -> list[Specialty]:
    """Those that the words name or begin, else those of the nearest word."""
    begun = lexicon.begun_by(" ".join(word.key for word in words), shortest=SHORTEST)
    if not begun and rest:
        begun = lexicon.begun_by(rest[-1].key)
    if not begun and not meant and rest:
        surface, _errors = lexicon.respelt(rest[-1].key)
        begun = lexicon.begun_by(surface)
    return list(dict.fromkeys([*begun, *meant]))


def _doctors(
    words: Sequence[Word],
    rest: Sequence[Word],
    specialties: Sequence[Specialty],
    known: dict[int, Specialty],
) -> list[tuple[Doctor, Specialty | None]]:
    """Named so, or by the rest and of those specialties; with the first specialty of each."""
    named = _named(words)
    if specialties:
        # «mol» is a word of a specialty («moles»), and begins a name.
        able = DoctorSpecialty.objects.filter(doctor=OuterRef("pk"), specialty__in=specialties)
        named = (_named(rest) & Q(Exists(able))) | named if rest else named
    doctors = open_doctors().filter(named)
    own = DoctorSpecialty.objects.filter(doctor=OuterRef("pk")).order_by("position", "id")
    doctors = doctors.annotate(own=ArraySubquery(own.values("specialty")[:1]))
    first = doctors.order_by("name_key", "pk")[:MOST_DOCTORS]
    return [(doctor, known.get(next(iter(doctor.own), 0))) for doctor in first]


def _named(words: Sequence[Word]) -> Q:
    """The last word may be only begun."""
    *whole, last = words
    begun = NameWord.objects.filter(word__startswith=last.key).distinct().values("word")
    named = Q(name_words__overlap=ArraySubquery(begun[:MOST_BEGUN]))
    return named & Q(name_words__contains=[word.key for word in whole]) if whole else named


def _cities(rest: Sequence[Word]) -> list[City]:
    """Where consultorios are, and whose name begins like the words that are left."""
    text = " ".join(word.key for word in rest[-3:])
    served = Exists(Clinic.objects.filter(city=OuterRef("pk"), is_active=True))
    return cities_like(text, most=MOST_CITIES, among=City.objects.filter(served))
